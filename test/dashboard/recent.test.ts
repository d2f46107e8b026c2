import t from 'tap'
import { RECENT_MS, Recent } from '../../core/dashboard/logic/recent.js'
import { at, NOON, rot } from './samples.js'

t.test('rates are what was measured, by the clock of the station', async (t) => {
  const recent = new Recent()
  recent.add(rot({ ts: at(0), az: 10, el: 20 }), NOON)
  // Two seconds of the station arrive as one here.
  recent.add(rot({ ts: at(2000), az: 14, el: 19 }), NOON + 1000)
  t.same(recent.columns(), {
    ...{ times: [NOON / 1000, NOON / 1000 + 1], errDeg: [rot().errDeg, rot().errDeg] },
    ...{ azRate: [null, 2], elRate: [null, -0.5] },
  })
})

t.test('silence and what cannot be read are gaps, never zeros', async (t) => {
  const recent = new Recent()
  recent.add(rot({ ts: at(0) }), NOON)
  recent.add(rot({ ts: at(60_000) }), NOON + 60_000)
  recent.add(rot({ ts: at(61_000), az: null, errDeg: null }), NOON + 61_000)
  const { errDeg, azRate } = recent.columns()
  t.same(errDeg, [rot().errDeg, null, rot().errDeg, null])
  t.same(azRate, [null, null, null, null])
})

t.test('a reading counts once, and old ones are let go', async (t) => {
  const recent = new Recent()
  for (let second = 0; second <= 900; second++) {
    recent.add(rot({ ts: at(second * 1000) }), NOON + second * 1000)
    recent.add(rot({ ts: at(second * 1000) }), NOON + second * 1000)
  }
  const { times } = recent.columns()
  t.equal(times.length, RECENT_MS / 1000 + 1)
  t.equal(times.at(-1), NOON / 1000 + 900)
})
