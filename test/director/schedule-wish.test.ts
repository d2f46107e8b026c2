import t from 'tap'
import type { Schedule } from '../../director/schedule.js'
import { wishOf } from '../../director/schedule-wish.js'
import { MOST_UNMET, scheduleRequest } from '../../shared/api/schedule.js'
import { DAY } from '../../shared/time.js'
import { NOW } from './fixtures.js'

t.test('D4: campaigns that ask for the impossible do not keep core from taking the schedule', (t) => {
  const unmet = Array.from({ length: 2 * MOST_UNMET }, (_, i) => ({
    ...{ campaignId: 'campaign-1', satelliteId: String(i + 1), day: '2026-11-22' },
    ...{ wanted: 1000, booked: 0, reason: 'there are 0 passes that it could use' },
  }))
  const memory: Schedule['memory'] = {
    ...{ wholeAtMs: NOW, known: new Map(), held: [], prices: [], quotaPrices: new Map() },
  }
  const schedule = { chosen: [], refused: [], refusedCount: 0, unmet, value: 0, bound: 0, memory }
  const wish = scheduleRequest.parse(wishOf(schedule, [], NOW, NOW + DAY))
  t.same(wish.unmet, unmet.slice(0, MOST_UNMET))
  t.end()
})
