import t from 'tap'
import { controlStatus } from '../../core/dashboard/logic/control-status.js'
import { at, NOON } from './samples.js'

const control = { by: { id: 'ada', email: 'ada@example.org' }, since: at(0), until: at(60_000) }

t.test('control is nobody’s, the own, or another’s', async (t) => {
  t.same(controlStatus(null, 'ada', NOON), { kind: 'free' })
  t.same(controlStatus(control, 'ada', NOON), { kind: 'mine', until: NOON + 60_000 })
  t.same(controlStatus(control, 'bob', NOON), {
    ...{ kind: 'theirs', who: 'ada@example.org', since: NOON, until: NOON + 60_000 },
  })
  t.match(controlStatus(control, undefined, NOON), { kind: 'theirs' }, 'who is nobody has nothing')
})

t.test('a lease that has ended is none, though nobody said so', async (t) => {
  t.same(controlStatus(control, 'ada', NOON + 60_000), { kind: 'free' })
})
