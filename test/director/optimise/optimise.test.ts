import fc from 'fast-check'
import t from 'tap'
import { Sturdy } from '../../../director/optimise/highs.js'
import { type Effort, optimise, reoptimise } from '../../../director/optimise/optimise.js'
import type { Problem } from '../../../director/optimise/problem.js'
import type { Solver } from '../../../director/optimise/program.js'
import { bruteForce, faults, smallProblems, solver, worth } from './cases.js'

const EFFORT: Effort = {
  iterations: 300,
  rounds: 2,
  part: 500,
  leastShare: 0.001,
  program: { relativeGap: 1e-4, nodes: 200 },
}
const near = (a: number, b: number) => Math.abs(a - b) < 1e-6

t.test(
  'it finds the best of all choices in small cases, breaks no rule, and says so by its bound',
  async (t) => {
    fc.assert(
      fc.property(smallProblems, (problem) => {
        const { chosen, value, bound } = optimise(problem, solver, EFFORT)
        return (
          faults(problem, chosen).length === 0 &&
          near(value, worth(problem, chosen)) &&
          near(value, bruteForce(problem)) &&
          near(bound, value)
        )
      }),
      { numRuns: 2000 },
    )
    t.pass('2,000 cases')
  },
)

t.test('one more opportunity, or one more antenna, never lowers the bound', async (t) => {
  fc.assert(
    fc.property(smallProblems, fc.nat(60), fc.integer({ min: 1, max: 40 }), (problem, aos, value) => {
      const { bound } = optimise(problem, solver, EFFORT)
      const task = { satellite: 0, aosMs: aos * 1000, losMs: (aos + 10) * 1000, value, quota: -1 }
      const more = { ...problem, tasks: [...problem.tasks, { ...task, station: 0 }] }
      const antenna: Problem = {
        ...problem,
        setupMs: [...problem.setupMs, 0],
        tasks: [...problem.tasks, { ...task, station: problem.setupMs.length }],
      }
      return [more, antenna].every((larger) => optimise(larger, solver, EFFORT).bound >= bound - 1e-6)
    }),
    { numRuns: 200 },
  )
  t.pass('200 cases')
})

t.test('the same input gives the same answer', async (t) => {
  fc.assert(
    fc.property(smallProblems, (problem) => {
      const [a, b] = [optimise(problem, solver, EFFORT), optimise(structuredClone(problem), solver, EFFORT)]
      return JSON.stringify(a) === JSON.stringify(b)
    }),
    { numRuns: 50 },
  )
  t.pass('50 cases')
})

t.test('after a change what stands stays, but around the change', async (t) => {
  fc.assert(
    fc.property(smallProblems, fc.nat(9), (problem, lost) => {
      const before = optimise(problem, solver, EFFORT)
      const gone = lost % problem.tasks.length
      const tasks = problem.tasks.map((task, i) => (i === gone ? { ...task, value: 0.001 } : task))
      const changed = { ...problem, tasks }
      const after = reoptimise(changed, solver, EFFORT, before.chosen, [gone], before.prices)
      return faults(changed, after.chosen).length === 0 && after.value >= worth(changed, before.chosen) - 1e-6
    }),
    { numRuns: 200 },
  )
  t.pass('200 cases')
})

/** Many alike: `count` a station, one after the other, each wanted by all. */
function crowded(stations: number, count: number): Problem {
  const tasks = Array.from({ length: stations * count }, (_, i) => {
    const station = i % stations
    const aosMs = Math.floor(i / stations) * 40_000 + station * 7_000
    return {
      ...{ station, satellite: (i * 7) % 23, aosMs, losMs: aosMs + 30_000 + ((i * 13) % 60) * 1000 },
      ...{ value: 1 + ((i * 31) % 97) / 10, quota: (i * 7) % 23 },
    }
  })
  return {
    tasks,
    setupMs: Array.from({ length: stations }, () => 20_000),
    satellites: Array.from({ length: 23 }, () => ({ simultaneous: 1, gapMs: 5_000 })),
    quotas: Array.from({ length: 23 }, () => ({ max: 12, min: 0, shortfall: 0 })),
  }
}

t.test(
  'in parts it comes near the bound, breaks no rule, and leaves nothing out that would fit',
  async (t) => {
    const problem = crowded(6, 150)
    const { chosen, value, bound } = optimise(problem, solver, { ...EFFORT, part: 250 })
    t.same(faults(problem, chosen), [])
    t.ok(value <= bound && value > 0.97 * bound, `${value.toFixed(1)} of at most ${bound.toFixed(1)}`)
    const is = new Set(chosen)
    const fitting = problem.tasks.flatMap((_, i) =>
      !is.has(i) && faults(problem, [...chosen, i]).length === 0 ? [i] : [],
    )
    t.same(fitting, [])
  },
)

t.test('without opportunities there is nothing to choose', async (t) => {
  const nothing = { tasks: [], setupMs: [0], satellites: [], quotas: [{ max: 3, min: 2, shortfall: 5 }] }
  t.match(optimise(nothing, solver, EFFORT), { chosen: [], value: -10, bound: -10 })
})

t.test(
  'when the solver breaks off, the schedule is made without it, and the next has it again',
  async (t) => {
    let loaded = 0
    const broken: Solver = {
      solve: () => {
        throw new Error('Aborted()')
      },
    }
    const sturdy = new Sturdy(async () => (loaded++ === 0 ? broken : solver))
    await sturdy.load()
    const problem = crowded(4, 60)
    const without = optimise(problem, sturdy, { ...EFFORT, part: 250 })
    t.same(faults(problem, without.chosen), [])
    t.ok(without.value > 0.9 * without.bound, `${without.value.toFixed(1)} of ${without.bound.toFixed(1)}`)
    t.ok(sturdy.isBroken)
    await sturdy.load()
    const again = optimise(problem, sturdy, { ...EFFORT, part: 250 })
    t.ok(again.value >= without.value)
    t.notOk(sturdy.isBroken)
  },
)

t.test('with the prices of the last time a few steps find the bound that many found', async (t) => {
  const problem = crowded(6, 150)
  const before = optimise(problem, solver, { ...EFFORT, part: 250 })
  const few = { ...EFFORT, part: 250, iterations: 20 }
  const after = reoptimise(problem, solver, few, before.chosen, [0], before.prices)
  t.ok(after.bound <= before.bound * 1.001, `${after.bound.toFixed(2)}, before ${before.bound.toFixed(2)}`)
  t.ok(after.value >= before.value - 1e-6)
})
