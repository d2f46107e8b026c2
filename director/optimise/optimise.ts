/**
 * The best schedule that can be found with a given effort, and a bound that none can pass. Same input, same answer: the
 * effort is counted in steps, not in seconds.
 * @module
 */
import { type Dual, solveDual } from './dual.js'
import { type Layout, layOut } from './layout.js'
import { around, neighbourhoods, seeded } from './neighbourhoods.js'
import { bookOf, type PriceBook, pricesFrom } from './price-book.js'
import type { Problem } from './problem.js'
import { type ProgramLimits, programOf, type Solver, solveProgram } from './program.js'
import { Remaker } from './remaker.js'
import { restore } from './restore.js'
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
  /** To begin with after a change. */
  readonly prices: PriceBook
}

/** From this share on a task is taken first, before the rest is filled by value. */
const SURE_SHARE = 0.1
/** So few tasks are solved whole and to the end: the bound is the value. */
const EXACT_TASKS = 300
const TO_THE_END: ProgramLimits = { relativeGap: 0, nodes: 100_000 }

/**
 * The whole schedule.
 * @param previous tasks that are chosen now; where they are worth as much as what is found without them, it begins with them
 */
export function optimise(
  problem: Problem,
  solver: Solver,
  effort: Effort,
  previous: readonly number[] = [],
): Optimum {
  const byValue = tasksByValue(problem)
  if (byValue.length <= EXACT_TASKS) {
    const exact = solveWhole(problem, solver, byValue)
    if (exact !== null) return exact
  }
  const greedy = new Selection(problem)
  greedy.fill(byValue)
  const layout = layOut(problem)
  const dual = solveDual(layout, { iterations: effort.iterations, reached: greedy.value() })
  const selection = bestOf([
    filled(problem, previous, byValue),
    roundedShares(problem, dual, byValue),
    greedy,
  ])
  const remaker = new Remaker(problem, solver, effort.program, dual, effort.leastShare, selection)
  const random = seeded(1)
  for (let round = 0; round < effort.rounds && !isProven(selection, dual); round++) {
    const before = selection.value()
    const parts = neighbourhoods(problem, remaker.candidates, effort.part, round, random)
    for (const isIn of parts) remaker.remake(isIn)
    if (selection.value() <= before) break
  }
  restore(selection, previous)
  return finished(selection, layout, dual, byValue)
}

/**
 * The schedule after a change: what was chosen stays, as far as it still may, and only what lies around the touched
 * tasks is made anew.
 * @param previous tasks that are chosen now
 * @param touched tasks that are new, lost a rival or changed their worth
 * @param book prices of the last time: the bound, which is found anew, then takes few steps
 */
export function reoptimise(
  problem: Problem,
  solver: Solver,
  effort: Omit<Effort, 'rounds'>,
  previous: readonly number[],
  touched: readonly number[],
  book: PriceBook,
): Optimum {
  const byValue = tasksByValue(problem)
  const selection = filled(problem, previous, byValue)
  const layout = layOut(problem)
  const start = pricesFrom(layout, book)
  const dual = solveDual(layout, { iterations: effort.iterations, reached: selection.value(), start })
  const remaker = new Remaker(problem, solver, effort.program, dual, effort.leastShare, selection)
  const movable = [...new Set([...remaker.candidates, ...selection.indices()])]
  if (touched.length > 0 && !isProven(selection, dual))
    remaker.remake(around(problem, touched, movable, effort.part))
  restore(selection, previous)
  return finished(selection, layout, dual, byValue)
}

/** Those that fit beside what stands. */
function tasksByValue(problem: Problem): number[] {
  const value = (i: number) => problem.tasks[i]?.value ?? 0
  const standing = new Selection(problem)
  const free = problem.tasks.map((_, i) => i).filter((i) => standing.fits(i))
  return free.sort((a, b) => value(b) - value(a) || a - b)
}

/** There is nothing left to gain. */
const isProven = (selection: Selection, { bound }: Dual): boolean =>
  bound - selection.value() <= Math.abs(bound) * 1e-9

/** Null when even this many nodes did not prove it. */
function solveWhole(problem: Problem, solver: Solver, tasks: readonly number[]): Optimum | null {
  const selection = new Selection(problem)
  const answer = solveProgram(programOf(problem, tasks, selection), solver, TO_THE_END)
  if (!answer.isProven) return null
  for (const index of answer.tasks) selection.add(index)
  const value = selection.value()
  return { chosen: selection.indices(), value, bound: value, prices: { places: [], quotas: [] } }
}

function roundedShares(problem: Problem, { share }: Dual, byValue: readonly number[]): Selection {
  const of = (i: number) => share[i] ?? 0
  const sure = byValue.filter((i) => of(i) > SURE_SHARE).sort((a, b) => of(b) - of(a) || a - b)
  return filled(problem, sure, byValue)
}

/** Some tasks first, then whatever fits beside them. */
function filled(problem: Problem, first: readonly number[], then: readonly number[]): Selection {
  const selection = new Selection(problem)
  selection.fill(first)
  selection.fill(then)
  return selection
}

/** The first of those that are worth most. */
const bestOf = (selections: readonly [Selection, ...Selection[]]): Selection =>
  selections.reduce((best, one) => (one.value() > best.value() ? one : best))

function finished(
  selection: Selection,
  layout: Layout,
  { bound, prices }: Dual,
  byValue: readonly number[],
): Optimum {
  // The parts leave out what the average does not hold: now and then such a task still fits.
  selection.fill(byValue)
  const value = selection.value()
  // Of two sums of the same numbers in another order one may be larger in the last digit.
  return { chosen: selection.indices(), value, bound: Math.max(bound, value), prices: bookOf(layout, prices) }
}
