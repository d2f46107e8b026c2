/**
 * The best schedule that can be found with a given effort, and a bound that none can pass. Same input, same answer: the
 * effort is counted in steps, not in seconds.
 * @module
 */
import { type Dual, solveDual } from './dual.js'
import { layOut } from './layout.js'
import { around, neighbourhoods, seeded } from './neighbourhoods.js'
import type { Problem } from './problem.js'
import { type ProgramLimits, programOf, type Solver, solveProgram } from './program.js'
import { Remaker } from './remaker.js'
import { Selection } from './selection.js'

export interface Effort {
  /** Steps of the search for the bound. */
  readonly iterations: number
  /** How often every part of the schedule is made anew. */
  readonly rounds: number
  /** About how many tasks one part holds; a problem that has no more is solved in one. */
  readonly part: number
  /** Tasks with no more than this of them in the averaged answer are not looked at; 0: all that ever were in an answer. */
  readonly leastShare: number
  readonly program: ProgramLimits
}

export interface Optimum {
  /** Indices of the chosen tasks, in order. */
  readonly chosen: readonly number[]
  /** Sum of the values, less what quotas lack. */
  readonly value: number
  /** No schedule is worth more. */
  readonly bound: number
}

/** From this share on a task is taken first, before the rest is filled by value. */
const SURE_SHARE = 0.1
/** So few tasks are solved whole and to the end: the bound is the value. */
const EXACT_TASKS = 300
const TO_THE_END: ProgramLimits = { relativeGap: 0, nodes: 100_000 }

/** The whole schedule. */
export function optimise(problem: Problem, solver: Solver, effort: Effort): Optimum {
  const byValue = tasksByValue(problem)
  if (byValue.length <= EXACT_TASKS) {
    const exact = solveWhole(problem, solver, byValue)
    if (exact !== null) return exact
  }
  const greedy = new Selection(problem)
  greedy.fill(byValue)
  const dual = dualOf(problem, effort, greedy)
  const rounded = roundedShares(problem, dual, byValue)
  const selection = rounded.value() >= greedy.value() ? rounded : greedy
  const remaker = new Remaker(problem, solver, effort.program, dual, effort.leastShare, selection)
  const random = seeded(1)
  for (let round = 0; round < effort.rounds; round++) {
    const before = selection.value()
    const parts = neighbourhoods(problem, remaker.candidates, effort.part, round, random)
    for (const isIn of parts) remaker.remake(isIn)
    if (selection.value() <= before) break
  }
  return finished(selection, dual, byValue)
}

/**
 * The schedule after a change: what was chosen stays, as far as it still may, and only what lies around the touched
 * tasks is made anew.
 * @param previous tasks that are chosen now
 * @param touched tasks that are new, lost a rival or changed their worth
 */
export function reoptimise(
  problem: Problem,
  solver: Solver,
  effort: Omit<Effort, 'rounds'>,
  previous: readonly number[],
  touched: readonly number[],
): Optimum {
  const byValue = tasksByValue(problem)
  const selection = new Selection(problem)
  selection.fill(previous)
  selection.fill(byValue)
  const dual = dualOf(problem, effort, selection)
  const remaker = new Remaker(problem, solver, effort.program, dual, effort.leastShare, selection)
  const movable = [...new Set([...remaker.candidates, ...selection.indices()])]
  if (touched.length > 0) remaker.remake(around(problem, touched, movable, effort.part))
  return finished(selection, dual, byValue)
}

function tasksByValue({ tasks }: Problem): number[] {
  const value = (i: number) => tasks[i]?.value ?? 0
  return tasks.map((_, i) => i).sort((a, b) => value(b) - value(a) || a - b)
}

const dualOf = (problem: Problem, { iterations }: Pick<Effort, 'iterations'>, reached: Selection): Dual =>
  solveDual(layOut(problem), problem.quotas, { iterations, reached: reached.value() })

/** Null when even this many nodes did not prove it. */
function solveWhole(problem: Problem, solver: Solver, tasks: readonly number[]): Optimum | null {
  const selection = new Selection(problem)
  const { tasks: chosen, isProven } = solveProgram(programOf(problem, tasks, selection), solver, TO_THE_END)
  if (!isProven) return null
  for (const index of chosen) selection.add(index)
  const value = selection.value()
  return { chosen: selection.indices(), value, bound: value }
}

function roundedShares(problem: Problem, { share }: Dual, byValue: readonly number[]): Selection {
  const of = (i: number) => share[i] ?? 0
  const sure = byValue.filter((i) => of(i) > SURE_SHARE).sort((a, b) => of(b) - of(a) || a - b)
  const selection = new Selection(problem)
  selection.fill(sure)
  selection.fill(byValue)
  return selection
}

function finished(selection: Selection, { bound }: Dual, byValue: readonly number[]): Optimum {
  // The parts leave out what the average does not hold: now and then such a task still fits.
  selection.fill(byValue)
  const value = selection.value()
  // Of two sums of the same numbers in another order one may be larger in the last digit.
  return { chosen: selection.indices(), value, bound: Math.max(bound, value) }
}
