/**
 * HiGHS, compiled to WebAssembly. Its `solve` blocks the thread in which it runs.
 * @module
 */
import loader from 'highs'
import type { Solver } from './program.js'

/** Its types are written for CommonJS, where the default export is one level deeper than Node makes it. */
const load = loader as unknown as () => Promise<Solver>

export const loadSolver = (): Promise<Solver> => load()
