/**
 * The program of the thread that makes schedules: HiGHS blocks the thread in which it solves.
 * @module
 */
import { parentPort } from 'node:worker_threads'
import { solveDual } from './optimise/dual.js'
import { loadSolver } from './optimise/highs.js'
import { layOut } from './optimise/layout.js'
import { type Optimum, optimise } from './optimise/optimise.js'
import type { Problem } from './optimise/problem.js'
import { type Refusal, refusals } from './optimise/refusals.js'
import type { Answer } from './thread.js'

export interface Question {
  readonly problem: Problem
  /** What each task is truly worth, where the problem weighs some otherwise: the bound is of this. */
  readonly worth: readonly number[]
}

export interface Solved extends Optimum {
  readonly refused: readonly Refusal[]
}

/** Beyond so many opportunities a schedule is made in parts. */
const WHOLE = 20_000
const PROGRAM = { relativeGap: 1e-4, nodes: 500 }
const effortFor = ({ tasks }: Problem) =>
  tasks.length <= WHOLE
    ? { iterations: 1000, rounds: 1, part: 5000, leastShare: 0, program: PROGRAM }
    : {
        ...{ iterations: 700, rounds: 3, part: 1600, leastShare: 0.001 },
        program: { relativeGap: 1e-3, nodes: 100 },
      }

const solver = await loadSolver()

/** The bound for the tasks as they are worth. */
function boundOf({ problem, worth }: Question, { bound }: Optimum): number {
  const tasks = problem.tasks.map((task, i) => ({ ...task, value: worth[i] ?? task.value }))
  if (tasks.every(({ value }, i) => value === problem.tasks[i]?.value)) return bound
  const { iterations } = effortFor(problem)
  return solveDual(layOut({ ...problem, tasks }), problem.quotas, { iterations, reached: bound }).bound
}

parentPort?.on('message', (question: Question) => {
  const { problem } = question
  let answer: Answer<Solved>
  try {
    const optimum = optimise(problem, solver, effortFor(problem))
    const bound = boundOf(question, optimum)
    answer = { found: { ...optimum, bound, refused: refusals(problem, optimum.chosen) } }
  } catch (error) {
    answer = { failed: error instanceof Error ? error.message : String(error) }
  }
  parentPort?.postMessage(answer)
})
