import t from 'tap'
import { troubleOf } from '../../core/dashboard/logic/hold.js'
import { at, OTHER_ID, onlineState } from './samples.js'

t.test('a hold says who ends it: a person with the right, or only somebody beside the antenna', async (t) => {
  const hold = (code: 'driver_failed' | 'held_at_station' | null) =>
    troubleOf(onlineState({ state: 'safe_hold', code }))
  t.same(hold('driver_failed'), { state: 'safe_hold', code: 'driver_failed', ends: 'person' })
  t.same(hold(null), { state: 'safe_hold', code: null, ends: 'person' })
  t.same(hold('held_at_station'), { state: 'safe_hold', code: 'held_at_station', ends: 'there' })
  t.match(troubleOf(onlineState({ state: 'degraded', code: 'driver_failed' })), { ends: 'itself' })
})

t.test('nothing is made up of a station that works, is away, or has never spoken', async (t) => {
  t.equal(troubleOf(onlineState()), null)
  t.equal(troubleOf({ ts: at(0), bootId: OTHER_ID, link: 'offline' }), null)
  t.equal(troubleOf(undefined), null)
})
