/**
 * Makes a part of a schedule anew while the rest stands, by an integer program, and never for the worse.
 * @module
 */
import type { Dual } from './dual.js'
import type { Neighbourhood } from './neighbourhoods.js'
import type { Problem } from './problem.js'
import { type ProgramLimits, programOf, type Solver, solveProgram } from './program.js'
import type { Selection } from './selection.js'

export class Remaker {
  /** The tasks that may come in. */
  readonly candidates: readonly number[]

  constructor(
    readonly problem: Problem,
    readonly solver: Solver,
    readonly limits: ProgramLimits,
    dual: Pick<Dual, 'share'>,
    /** A task with no more than this of it in the averaged answer is not looked at. */
    leastShare: number,
    readonly selection: Selection,
  ) {
    this.candidates = problem.tasks.map((_, i) => i).filter((i) => (dual.share[i] ?? 0) > leastShare)
  }

  /** Keeps the old part when the new one is no better. */
  remake(isIn: Neighbourhood): void {
    const { selection, problem, solver, limits } = this
    const old = selection.indices().filter(isIn)
    const worth = selection.value()
    for (const index of old) selection.remove(index)
    const free = new Set([...old, ...this.candidates.filter(isIn)])
    const tasks = [...free].filter((index) => selection.fits(index)).sort((a, b) => a - b)
    const { tasks: found } = solveProgram(programOf(problem, tasks, selection), solver, limits)
    for (const index of found) selection.add(index)
    if (selection.value() > worth) return
    for (const index of found) selection.remove(index)
    for (const index of old) selection.add(index)
  }
}
