import fc from 'fast-check'

import { loadSolver } from '../../../director/optimise/highs.js'
import type { Problem, Task } from '../../../director/optimise/problem.js'
import { shareAntenna, shareSatellite } from '../../../director/optimise/problem.js'
import type { Solver } from '../../../director/optimise/program.js'

export const solver: Solver = await loadSolver()

const SECOND = 1000

/** Small problems in which the rules bite: few antennas, few satellites, much at once. */
export const smallProblems: fc.Arbitrary<Problem> = fc
  .record({
    stations: fc.integer({ min: 1, max: 3 }),
    satellites: fc.integer({ min: 1, max: 3 }),
    tasks: fc.array(
      fc.record({
        station: fc.nat(2),
        satellite: fc.nat(2),
        aos: fc.nat(60),
        length: fc.integer({ min: 1, max: 25 }),
        value: fc.integer({ min: 1, max: 40 }),
      }),
      { minLength: 1, maxLength: 10 },
    ),
    setup: fc.array(fc.nat(8), { minLength: 3, maxLength: 3 }),
    rules: fc.array(fc.record({ simultaneous: fc.integer({ min: 1, max: 2 }), gap: fc.nat(10) }), {
      minLength: 3,
      maxLength: 3,
    }),
    quotas: fc.array(
      fc.record({ max: fc.integer({ min: 1, max: 3 }), min: fc.nat(2), shortfall: fc.nat(30) }),
      {
        minLength: 3,
        maxLength: 3,
      },
    ),
    hasQuota: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
  })
  .map(({ stations, satellites, tasks, setup, rules, quotas, hasQuota }) => ({
    tasks: tasks.map(({ station, satellite, aos, length, value }): Task => {
      const index = satellite % satellites
      return {
        station: station % stations,
        satellite: index,
        aosMs: aos * SECOND,
        losMs: (aos + length) * SECOND,
        value,
        quota: hasQuota[index] === true ? index : -1,
      }
    }),
    setupMs: setup.slice(0, stations).map((s) => s * SECOND),
    satellites: rules
      .slice(0, satellites)
      .map(({ simultaneous, gap }) => ({ simultaneous, gapMs: simultaneous === 1 ? gap * SECOND : 0 })),
    quotas: quotas
      .slice(0, satellites)
      .map(({ max, min, shortfall }) => ({ max, min: Math.min(min, max), shortfall })),
  }))

/** Everything that is wrong with a choice, in words, by the rules as they are said and not as they are solved. */
export function faults(problem: Problem, chosen: readonly number[]): string[] {
  const found: string[] = []
  const list = chosen.map((i) => [i, problem.tasks[i]] as const)
  for (const [i, a] of list) {
    if (a === undefined) return [`there is no task ${i}`]
    for (const [j, b] of list)
      if (b !== undefined && i < j && shareAntenna(problem, a, b))
        found.push(`${i} and ${j} share an antenna`)
    const rule = problem.satellites[a.satellite]
    // Whoever begins last sees all that are at once.
    const there = list.filter(
      ([, b]) =>
        b !== undefined &&
        b.satellite === a.satellite &&
        b.aosMs <= a.aosMs &&
        (rule?.simultaneous === 1 ? shareSatellite(problem, a, b) : a.aosMs < b.losMs),
    )
    if (there.length > (rule?.simultaneous ?? 1)) found.push(`${i} is one too many of its satellite`)
  }
  for (const [q, { max }] of problem.quotas.entries()) {
    const count = list.filter(([, task]) => task?.quota === q).length
    if (count > max) found.push(`quota ${q} has ${count}, at most ${max}`)
  }
  return found
}

/** What a choice is worth. */
export function worth(problem: Problem, chosen: readonly number[]): number {
  const tasks = chosen.map((i) => problem.tasks[i])
  const short = problem.quotas.map(
    ({ min, shortfall }, q) =>
      shortfall * Math.max(0, min - tasks.filter((task) => task?.quota === q).length),
  )
  return tasks.reduce((sum, task) => sum + (task?.value ?? 0), 0) - short.reduce((sum, cost) => sum + cost, 0)
}

/** The best of all choices, by looking at each. */
export function bruteForce(problem: Problem): number {
  let best = Number.NEGATIVE_INFINITY
  for (let bits = 0; bits < 1 << problem.tasks.length; bits++) {
    const chosen = problem.tasks.map((_, i) => i).filter((i) => (bits & (1 << i)) !== 0)
    const value = worth(problem, chosen)
    if (value > best && faults(problem, chosen).length === 0) best = value
  }
  return best
}
