/**
 * Brings back what was chosen before and has gone without cause: programs stop when they are near enough to the best, and
 * of two answers that are nearly equal the one that moves fewer contacts is the better.
 * @module
 */
import type { Selection } from './selection.js'

/** One that comes back may let another come back; each time the value rises. */
const MOST_ROUNDS = 10

/**
 * Afterwards nothing of `previous` is left out in whose place nothing of more value is chosen.
 * @param previous tasks that were chosen; those that are not to be chosen any more must not be among the tasks
 */
export function restore(selection: Selection, previous: readonly number[]): void {
  const { tasks } = selection.problem
  const value = (i: number) => tasks[i]?.value ?? 0
  const missing = [...previous].sort((a, b) => value(b) - value(a) || a - b)
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let isBetter = false
    for (const index of missing) if (!selection.has(index) && bring(selection, index, value)) isBetter = true
    if (!isBetter) return
  }
}

function bring(selection: Selection, index: number, value: (index: number) => number): boolean {
  const { antenna, satellite } = selection.obstacles(index)
  const rivals = [...new Set([...antenna, ...satellite])]
  // What stands is no task that could go.
  if (rivals.some((i) => i >= selection.problem.tasks.length)) return false
  const before = selection.shortfall()
  for (const rival of rivals) selection.remove(rival)
  if (selection.fits(index)) {
    selection.add(index)
    const lost = rivals.reduce((sum, i) => sum + value(i), 0) + selection.shortfall() - before
    if (value(index) > lost) return true
    selection.remove(index)
  }
  for (const rival of rivals) selection.add(rival)
  return false
}
