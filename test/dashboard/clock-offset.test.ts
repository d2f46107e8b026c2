import fc from 'fast-check'
import t from 'tap'
import { correction, narrow, UNKNOWN_OFFSET } from '../../core/dashboard/logic/clock-offset.js'

t.test('a clock that may be right is not corrected', async (t) => {
  t.equal(correction(UNKNOWN_OFFSET), 0)
  t.equal(correction(narrow(UNKNOWN_OFFSET, 5000, 5400, 5500)), 0)
})

t.test('a clock that is a minute behind is put right by all but the doubt', async (t) => {
  // Core wrote second 65 while this browser went from 5.4 to 5.5 s.
  t.equal(correction(narrow(UNKNOWN_OFFSET, 65_000, 5400, 5500)), 59_500)
})

t.test('each answer narrows the bounds', async (t) => {
  const once = narrow(UNKNOWN_OFFSET, 65_000, 5400, 5500)
  const twice = narrow(once, 66_000, 6450, 6460)
  t.ok(twice.high - twice.low < once.high - once.low)
})

t.test('a clock that was set anew is believed anew', async (t) => {
  const before = narrow(UNKNOWN_OFFSET, 65_000, 5400, 5500)
  t.same(narrow(before, 5000, 5400, 5500), { low: -500, high: 600 })
})

t.test('an answer without a usable date changes nothing', async (t) => {
  t.equal(narrow(UNKNOWN_OFFSET, Number.NaN, 1, 2), UNKNOWN_OFFSET)
})

t.test('the bounds always hold the true offset, and the correction never overshoots it', async (t) => {
  const answer = fc.record({
    at: fc.integer({ min: 0, max: 1e9 }),
    out: fc.integer({ min: 0, max: 3000 }),
    back: fc.integer({ min: 0, max: 3000 }),
  })
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(
        fc.integer({ min: -1e8, max: 1e8 }),
        fc.array(answer, { minLength: 1, maxLength: 20 }),
        (offset, answers) => {
          let bounds = UNKNOWN_OFFSET
          for (const { at, out, back } of answers) {
            const date = Math.floor((at + offset) / 1000) * 1000
            bounds = narrow(bounds, date, at - out, at + back)
          }
          const fix = correction(bounds)
          return (
            bounds.low <= offset &&
            offset <= bounds.high &&
            Math.abs(fix) <= Math.abs(offset) &&
            fix * offset >= 0
          )
        },
      ),
    ),
  )
})
