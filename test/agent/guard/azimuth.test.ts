import fc from 'fast-check'
import t from 'tap'
import { turnsOf, unwound } from '../../../agent/guard/azimuth.js'

const travel = { azMin: 0, azMax: 450 }

t.test('whole turns that a controller forgets are counted', (t) => {
  t.equal(unwound(5, 359, travel), 365)
  t.equal(unwound(359, 365, travel), 359)
  t.equal(unwound(350, -5, { azMin: -180, azMax: 180 }), -10)
  t.equal(unwound(10, null, travel), 10)
  t.equal(unwound(350, null, { azMin: -180, azMax: 180 }), -10, 'nothing known: where the travel has it')
  t.end()
})

t.test('a mount that is watched often enough is never lost, however often it goes round', (t) => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -170, max: 170, noNaN: true }), { maxLength: 50 }), (steps) => {
      let truth = 100
      let known: number | null = 100
      for (const step of steps) {
        truth += step
        known = unwound((((truth % 360) + 360) % 360) + 0, known, travel)
      }
      return Math.abs((known ?? 0) - truth) < 1e-6
    }),
  )
  t.end()
})

t.test('turns are whole and signed', (t) => {
  t.equal(turnsOf(359), 0)
  t.equal(turnsOf(360), 1)
  t.ok(Object.is(turnsOf(-10), 0), 'and never minus zero')
  t.equal(turnsOf(-360), -1)
  t.end()
})

t.test('what no controller shows is not unwound into something that could be true', (t) => {
  for (const shown of [Number.NaN, Number.POSITIVE_INFINITY, 99_999, 541, -361])
    t.ok(Number.isNaN(unwound(shown, 180, { azMin: 0, azMax: 450 })), String(shown))
  t.end()
})
