/**
 * HiGHS, compiled to WebAssembly. Its `solve` blocks the thread in which it runs.
 * @module
 */
import loader from 'highs'
import type { Solver } from './program.js'

/** Its types are written for CommonJS, where the default export is one level deeper than Node makes it. */
const load = loader as unknown as () => Promise<Solver>

export const loadSolver = (): Promise<Solver> => load()

/**
 * A solver that may break off: on a program too large for its memory HiGHS aborts, and the instance is of no use after
 * that. Until it is loaded anew it says that it found nothing, and the schedule is made of what else there is.
 */
export class Sturdy implements Solver {
  private solver: Solver | null = null

  constructor(private readonly loader: () => Promise<Solver>) {}

  get isBroken(): boolean {
    return this.solver === null
  }

  async load(): Promise<void> {
    this.solver = await this.loader()
  }

  solve(...[text, options]: Parameters<Solver['solve']>): ReturnType<Solver['solve']> {
    try {
      if (this.solver !== null) return this.solver.solve(text, options)
    } catch {
      this.solver = null
    }
    return { Status: 'Broken', Columns: {} }
  }
}
