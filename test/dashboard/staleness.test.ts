import t from 'tap'
import {
  elementsAge,
  elementsAgeDays,
  elementsAgeText,
  isStale,
} from '../../core/dashboard/logic/staleness.js'
import { NOON } from './samples.js'

t.test('telemetry is history after five seconds, and before it ever came', async (t) => {
  t.notOk(isStale(NOON, NOON + 5000))
  t.ok(isStale(NOON, NOON + 5001))
  t.ok(isStale(null, NOON))
})

t.test('elements are old from 3 days and stale from 14, by the limits that plan', async (t) => {
  t.same(
    [0, 2.99, 3, 13.99, 14, -1].map((days) => elementsAge(days)),
    ['fresh', 'fresh', 'old', 'old', 'stale', 'fresh'],
  )
  t.equal(elementsAgeDays(NOON - 36 * 3_600_000, NOON), 1.5)
})

t.test('ages of elements are short', async (t) => {
  t.same([0, 0.5, 1.44, 23.4, -2].map(elementsAgeText), ['<1 h', '12 h', '1.4 d', '23 d', '2.0 d ahead'])
})
