import fc from 'fast-check'
import t from 'tap'
import { type AxisProblem, envelope, isFollowable, leastWorst } from '../../../shared/mount/rate.js'

const problem = (wanted: readonly number[], step: number, weight = wanted.map(() => 1)): AxisProblem => ({
  wanted,
  weight,
  low: wanted.map(() => 0),
  high: wanted.map(() => 20),
  step,
})

const near = (a: number | null, b: number) => a !== null && Math.abs(a - b) < 1e-4

t.test('a step too large is shared between both sides', (t) => {
  t.ok(near(leastWorst(problem([0, 0, 0, 10, 10, 10], 4)), 3))
  t.end()
})

t.test('what is cheap on the sky gives way first', (t) => {
  const weight = [1, 1, 0.01, 0.01, 1, 1]
  t.ok(near(leastWorst(problem([0, 0, 0, 10, 10, 10], 4, weight)), 0.03))
  t.end()
})

t.test('bounds that leave no track are told', (t) => {
  const p = { ...problem([0, 10], 20), low: [0, 15], high: [20, 12] }
  t.equal(leastWorst(p), null)
  t.end()
})

t.test('the least worst error is the least: half of the worst excess over what the rate allows', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 2, maxLength: 8 }),
      fc.integer({ min: 1, max: 10 }),
      (wanted, step) => {
        let least = 0
        for (const [i, a] of wanted.entries())
          for (const [j, b] of wanted.entries())
            least = Math.max(least, (Math.abs(a - b) - Math.abs(i - j) * step) / 2)
        return near(leastWorst(problem(wanted, step)), least)
      },
    ),
    { numRuns: 500 },
  )
  t.end()
})

t.test('both edges of an envelope are tracks that keep rate, bounds and error', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -3, max: 23 }), { minLength: 2, maxLength: 8 }),
      fc.integer({ min: 1, max: 10 }),
      fc.integer({ min: 0, max: 10 }),
      (wanted, step, error) => {
        const p = problem(wanted, step)
        const room = envelope(p, error)
        if (room === null) return true
        return [room.low, room.high].every(
          (edge) =>
            isFollowable({ ...p, wanted: edge }) &&
            edge.every((e, i) => Math.abs(e - (wanted[i] ?? 0)) <= error),
        )
      },
    ),
    { numRuns: 500 },
  )
  t.end()
})
