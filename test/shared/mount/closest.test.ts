import fc from 'fast-check'
import t from 'tap'
import { closest } from '../../../shared/mount/closest.js'
import { type AxisProblem, envelope, isFollowable, LEAST_WEIGHT } from '../../../shared/mount/rate.js'

const GRID = 0.5

function cost({ wanted, weight }: AxisProblem, got: readonly number[]): number {
  return got.reduce(
    (sum, g, i) => sum + Math.max(weight[i] ?? 1, LEAST_WEIGHT) ** 2 * (g - (wanted[i] ?? 0)) ** 2,
    0,
  )
}

/** The least cost of a track on a grid of angles, by trying them all. */
function leastOnGrid({ wanted, weight, low, high, step }: AxisProblem): number {
  let come = new Map<number, number>()
  for (const [i, g] of wanted.entries()) {
    const here = new Map<number, number>()
    for (let x = Math.ceil((low[i] ?? 0) / GRID) * GRID; x <= (high[i] ?? 0); x += GRID) {
      let before = i === 0 ? 0 : Number.POSITIVE_INFINITY
      for (const [y, c] of come) if (Math.abs(x - y) <= step) before = Math.min(before, c)
      here.set(x, before + Math.max(weight[i] ?? 1, LEAST_WEIGHT) ** 2 * (x - g) ** 2)
    }
    come = here
  }
  return Math.min(...come.values())
}

const problem: fc.Arbitrary<AxisProblem> = fc
  .record({
    samples: fc.array(
      fc.record({
        wanted: fc.integer({ min: -5, max: 25 }),
        weight: fc.constantFrom(0, 0.05, 0.5, 1),
        low: fc.integer({ min: 0, max: 8 }),
        high: fc.integer({ min: 8, max: 20 }),
      }),
      { minLength: 2, maxLength: 12 },
    ),
    step: fc.constantFrom(0.5, 1, 3, 7),
  })
  .map(({ samples, step }) => ({
    wanted: samples.map((s) => s.wanted),
    weight: samples.map((s) => s.weight),
    low: samples.map((s) => s.low),
    high: samples.map((s) => s.high),
    step,
  }))

t.test('no track that keeps bounds and rate is nearer to the wanted one', (t) => {
  let tried = 0
  fc.assert(
    fc.property(problem, (p) => {
      const room = envelope(p, 1000)
      if (room === null) return true
      tried += 1
      const got = closest(p, room)
      const keeps = isFollowable({
        ...p,
        wanted: got.map((g) => Math.round(g * 1e7) / 1e7),
        step: p.step + 1e-6,
      })
      return keeps && cost(p, got) <= leastOnGrid(p) + 1e-6
    }),
    { numRuns: 3000 },
  )
  t.ok(tried > 1000, `${tried} problems with a solution`)
  t.end()
})

t.test('what can be followed is left as it is', (t) => {
  const wanted = [0, 2, 3, 1]
  const p = { wanted, weight: [1, 1, 1, 1], low: [0, 0, 0, 0], high: [9, 9, 9, 9], step: 2 }
  t.same(
    closest(p, { low: p.low, high: p.high }).map((x) => Math.round(x * 1e9) / 1e9),
    wanted,
  )
  t.end()
})
