import fc from 'fast-check'
import t from 'tap'
import { type Axis, atRest, axisSeconds, headed } from '../../../shared/mount/axis.js'

const axis = (over: Partial<Axis> = {}): Axis => ({
  rate: 6,
  accel: 3,
  backlash: 0,
  min: -180,
  max: 540,
  ...over,
})
const STEP_S = 0.05

function run(a: Axis, from: number, to: number, seconds: number) {
  let state = atRest(from)
  const seen = [state]
  for (let s = 0; s < seconds; s += STEP_S) {
    state = headed(a, state, to, STEP_S)
    seen.push(state)
  }
  return seen
}

t.test('a short way is a triangle of speed, a long one a trapezoid', (t) => {
  t.equal(axisSeconds(axis(), 0), 0)
  t.equal(axisSeconds(axis(), -3), 2)
  t.equal(axisSeconds(axis(), 12), 4)
  t.equal(axisSeconds(axis(), 60), 12)
  t.equal(axisSeconds(axis({ accel: Number.POSITIVE_INFINITY }), 60), 10)
  t.end()
})

t.test(
  'an axis comes to rest where it was told, without going beyond, in the time that was worked out',
  (t) => {
    const cases = fc.record({
      rate: fc.double({ min: 0.5, max: 20, noNaN: true }),
      accel: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.double({ min: 0.5, max: 30, noNaN: true })),
      to: fc.double({ min: -170, max: 170, noNaN: true }),
    })
    fc.assert(
      fc.property(cases, ({ rate, accel, to }) => {
        const a = axis({ rate, accel })
        const due = axisSeconds(a, to)
        const seen = run(a, 0, to, due + 1.5)
        const last = seen.at(-1)
        const speeds = seen.every(
          (s, i) =>
            (Math.abs(s.speed) <= rate + 1e-9 &&
              Math.abs(s.speed - (seen[i - 1]?.speed ?? 0)) <= accel * STEP_S + 1e-9) ||
            Math.abs(s.at - to) < 0.01,
        )
        const beyond = Math.max(...seen.map((s) => s.at * Math.sign(to))) - Math.abs(to)
        return speeds && beyond < 1e-6 && Math.abs((last?.at ?? 9) - to) < 0.01
      }),
      { numRuns: 500 },
    )
    t.end()
  },
)

t.test('an axis never leaves its travel, whatever it is told', (t) => {
  const seen = run(axis({ max: 20 }), 0, 100, 20)
  t.ok(seen.every((s) => s.at <= 20 + 1e-6))
  t.end()
})

t.test('with play the antenna trails on the side from which it comes', (t) => {
  const there = run(axis({ backlash: 2 }), 0, 30, 20).at(-1)
  t.ok(Math.abs((there?.out ?? 0) - 29) < 0.01 && Math.abs((there?.at ?? 0) - 30) < 0.01)
  t.end()
})
