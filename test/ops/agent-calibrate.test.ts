import t from 'tap'
import { offsetFor } from '../../ops/cli/commands/agent-calibrate.js'

t.test('what a look at the Sun says is added to what held before, the short way round', (t) => {
  const status = (az: number, el: number) =>
    ({ offset: { now: { az, el }, next: { az, el } } }) as Parameters<typeof offsetFor>[0]
  t.same(offsetFor(status(0, 0), { az: 181.5, el: 40 }, { az: 180, el: 40.25 }), { az: -1.5, el: 0.25 })
  t.same(offsetFor(status(2, 1), { az: 371, el: 40 }, { az: 10, el: 40 }), { az: 1, el: 1 })
  t.same(offsetFor(status(0, 0), { az: 359, el: 0 }, { az: 1, el: 0 }), { az: 2, el: 0 })
  t.end()
})
