/**
 * The program of the thread that makes schedules: HiGHS blocks the thread in which it solves.
 * @module
 */
import { parentPort } from 'node:worker_threads'
import { MOST_REFUSED } from '../shared/api/schedule.js'
import { solveDual } from './optimise/dual.js'
import { loadSolver, Sturdy } from './optimise/highs.js'
import { layOut } from './optimise/layout.js'
import { type Effort, type Optimum, optimise, reoptimise } from './optimise/optimise.js'
import { bookOf, pricesFrom } from './optimise/price-book.js'
import type { Problem } from './optimise/problem.js'
import { type Refusals, refusals } from './optimise/refusals.js'
import { Selection } from './optimise/selection.js'
import { type PackedProblem, unpacked } from './packed.js'
import type { Since } from './schedule-memory.js'
import type { Answer } from './thread.js'

export interface Question {
  readonly problem: PackedProblem
  /** What each task is truly worth, where the problem weighs some otherwise: the bound is of this. */
  readonly worth: Float64Array<ArrayBuffer>
  /** For each task 1 where it is a whole pass: parts are not told when they are refused. */
  readonly isWhole: Uint8Array<ArrayBuffer>
  /** What is booked now, as far as it still may be. */
  readonly previous: readonly number[]
  /** Only what lies around a change is to be chosen anew. */
  readonly since?: Since
}

export interface Solved extends Optimum {
  /** The most valuable, and how many there are. */
  readonly refusals: Refusals
}

/** Beyond so many opportunities a schedule is made in parts. */
const WHOLE = 20_000
const PROGRAM = { relativeGap: 1e-4, nodes: 500 }
const effortFor = ({ tasks }: Problem): Effort =>
  tasks.length <= WHOLE
    ? { iterations: 1000, rounds: 1, part: 5000, leastShare: 0, program: PROGRAM }
    : {
        ...{ iterations: 700, rounds: 3, part: 1600, leastShare: 0.001 },
        program: { relativeGap: 1e-3, nodes: 100 },
      }
/** Around a change, with the prices of the last time. */
const CHANGE: Effort = { iterations: 100, rounds: 1, part: 600, leastShare: 0.001, program: PROGRAM }

const solver = new Sturdy(loadSolver)
await solver.load()

/** The bound, and its prices, for the tasks as they are worth. */
function boundOf(
  problem: Problem,
  { worth, since }: Question,
  { bound, chosen, prices }: Optimum,
): Pick<Optimum, 'bound' | 'prices'> {
  const tasks = problem.tasks.map((task, i) => ({ ...task, value: worth[i] ?? task.value }))
  if (tasks.every(({ value }, i) => value === problem.tasks[i]?.value)) return { bound, prices }
  const truly = { ...problem, tasks }
  const selection = new Selection(truly)
  selection.fill(chosen)
  const layout = layOut(truly)
  const { iterations } = since === undefined ? effortFor(problem) : CHANGE
  // The prices of the last time were for the true worth, too.
  const start = pricesFrom(layout, since?.prices ?? prices)
  const dual = solveDual(layout, { iterations, reached: selection.value(), start })
  // Nothing weighs less than it is worth, so the bound of the weights holds as well.
  return { bound: Math.min(bound, dual.bound), prices: bookOf(layout, dual.prices) }
}

async function answerTo(question: Question): Promise<Answer<Solved>> {
  const { previous, since, worth, isWhole } = question
  try {
    const problem = unpacked(question.problem)
    const optimum =
      since === undefined
        ? optimise(problem, solver, effortFor(problem), previous)
        : reoptimise(problem, solver, CHANGE, previous, since.touched, since.prices)
    return {
      found: {
        ...optimum,
        ...boundOf(problem, question, optimum),
        refusals: refusals(problem, optimum.chosen, worth, (i) => isWhole[i] === 1, MOST_REFUSED),
      },
    }
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) }
  } finally {
    // One that broke off in this schedule helps again with the next.
    if (solver.isBroken) await solver.load()
  }
}

parentPort?.on('message', (question: Question) => {
  void answerTo(question).then((answer) => parentPort?.postMessage(answer))
})
