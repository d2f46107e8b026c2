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
      { minLength: 3, maxLength: 11 },
    ),
    setup: fc.array(fc.nat(8), { minLength: 3, maxLength: 3 }),
    rules: fc.array(fc.record({ simultaneous: fc.integer({ min: 1, max: 3 }), gap: fc.nat(10) }), {
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
    /** How many of the tasks are none, but stand. */
    stand: fc.nat(2),
  })
  .map(({ stations, satellites, tasks: raw, setup, rules, quotas, hasQuota, stand }) => {
    const all = raw.map(({ station, satellite, aos, length, value }): Task => {
      const index = satellite % satellites
      return {
        station: station % stations,
        satellite: index,
        aosMs: aos * SECOND,
        losMs: (aos + length) * SECOND,
        value,
        quota: hasQuota[index] === true ? index : -1,
      }
    })
    return {
      tasks: all.slice(stand),
      standing: all.slice(0, stand),
      setupMs: setup.slice(0, stations).map((s) => s * SECOND),
      satellites: rules.slice(0, satellites).map(({ simultaneous, gap }) => ({
        simultaneous: simultaneous === 3 ? Number.POSITIVE_INFINITY : simultaneous,
        gapMs: simultaneous === 1 ? gap * SECOND : 0,
      })),
      quotas: quotas
        .slice(0, satellites)
        .map(({ max, min, shortfall }) => ({ max, min: Math.min(min, max), shortfall })),
    }
  })

/**
 * Everything that is wrong with a choice, in words, by the rules as they are said and not as they are solved. What stands
 * breaks no rule by itself: the choice does that comes beside it.
 */
export function faults(problem: Problem, chosen: readonly number[]): string[] {
  const found: string[] = []
  const stands = (problem.standing ?? []).map((_, k) => problem.tasks.length + k)
  const all = [...problem.tasks, ...(problem.standing ?? [])]
  const list = [...chosen, ...stands].map((i) => [i, all[i]] as const)
  const isChosen = (i: number) => i < problem.tasks.length
  for (const [i, a] of list) {
    if (a === undefined) return [`there is no task ${i}`]
    for (const [j, b] of list)
      if (b !== undefined && i < j && isChosen(i) && shareAntenna(problem, a, b))
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
    if (there.length > (rule?.simultaneous ?? 1) && there.some(([j]) => isChosen(j)))
      found.push(`${i} is one too many of its satellite`)
  }
  for (const [q, { max }] of problem.quotas.entries()) {
    const counted = list.filter(([, task]) => task?.quota === q)
    const count = counted.length
    if (count > max && counted.some(([j]) => isChosen(j)))
      found.push(`quota ${q} has ${count}, at most ${max}`)
  }
  return found
}

/** What a choice is worth. */
export function worth(problem: Problem, chosen: readonly number[]): number {
  const tasks = [
    ...chosen.map((i) => problem.tasks[i]),
    ...(problem.standing ?? []).map((task) => ({ ...task, value: 0 })),
  ]
  const short = problem.quotas.map(
    ({ min, shortfall }, q) =>
      shortfall * Math.max(0, min - tasks.filter((task) => task?.quota === q).length),
  )
  return tasks.reduce((sum, task) => sum + (task?.value ?? 0), 0) - short.reduce((sum, cost) => sum + cost, 0)
}

/** The best of all choices, by looking at each that breaks no rule: what breaks one is not mended by more. */
export function bruteForce(problem: Problem): number {
  const search = (next: number, chosen: readonly number[]): number => {
    if (next === problem.tasks.length) return worth(problem, chosen)
    const without = search(next + 1, chosen)
    const more = [...chosen, next]
    return faults(problem, more).length > 0 ? without : Math.max(without, search(next + 1, more))
  }
  return search(0, [])
}
