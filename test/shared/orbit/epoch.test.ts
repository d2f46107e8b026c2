import fc from 'fast-check'
import t from 'tap'
import { epochOfTle, normalEpoch, parseEpoch } from '../../../shared/orbit/epoch.js'

t.test('microseconds of an epoch are kept', async (t) => {
  t.equal(parseEpoch('2026-05-07T14:41:36.945023'), Date.UTC(2026, 4, 7, 14, 41, 36) + 945.023)
  t.equal(parseEpoch('2026-05-07T14:41:36Z'), Date.UTC(2026, 4, 7, 14, 41, 36))
})

t.test('a moment that is on no calendar is refused', async (t) => {
  for (const text of [
    '2026-02-31T00:00:00',
    '2026-13-01T00:00:00',
    '2026-01-01T24:00:00',
    '2026-01-01T23:59:60',
    '2026-01-01',
    '2026-01-01T00:00:00+02:00',
    '',
  ])
    t.equal(parseEpoch(text), null, text)
})

t.test('one moment has one spelling', async (t) => {
  t.equal(normalEpoch('2026-05-07T14:41:36Z'), '2026-05-07T14:41:36.000000')
  t.equal(normalEpoch('2026-05-07T14:41:36.5'), '2026-05-07T14:41:36.500000')
  t.equal(normalEpoch('2026-05-07T14:41:36.945023000'), '2026-05-07T14:41:36.945023')
  t.equal(normalEpoch('2026-05-07T14:41:36.9450231'), '2026-05-07T14:41:36.9450231')
})

t.test('the day of the year of a TLE becomes the same moment', async (t) => {
  t.equal(epochOfTle('26', '127.61223316'), '2026-05-07T14:41:36.945024')
  t.equal(epochOfTle('00', '179.78495062'), '2000-06-27T18:50:19.733568')
  t.equal(epochOfTle('58', '  1.00000000'), '1958-01-01T00:00:00.000000')
  t.equal(epochOfTle('24', '366.99999999'), '2024-12-31T23:59:59.999136')
  t.equal(epochOfTle('26', '366.00000000'), null, 'a day after the end of the year')
  t.equal(epochOfTle('26', '000.50000000'), null, 'the days count from 1')
})

t.test('every epoch of a TLE survives the way to milliseconds within a microsecond', async (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 365 }),
      fc.integer({ min: 0, max: 99_999_999 }),
      (day, fraction) => {
        const text = `${String(day).padStart(3, '0')}.${String(fraction).padStart(8, '0')}`
        const expected = Date.UTC(2025, 0, day) + fraction * 0.864
        return Math.abs((parseEpoch(epochOfTle('25', text) ?? '') ?? Number.NaN) - expected) < 0.001
      },
    ),
  )
  t.pass('holds')
})
