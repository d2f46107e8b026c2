/**
 * Why an opportunity was not taken: the contacts that stand in its way, or the quota that is full.
 * @module
 */
import type { Problem } from './problem.js'
import { type Obstacles, Selection } from './selection.js'

export interface Refusal extends Obstacles {
  readonly task: number
}

/** @param chosen a schedule to which nothing can be added, as `optimise` makes it */
export function refusals(problem: Problem, chosen: readonly number[]): Refusal[] {
  const selection = new Selection(problem)
  for (const index of chosen) selection.add(index)
  const refused: Refusal[] = []
  for (let task = 0; task < problem.tasks.length; task++) {
    if (selection.has(task)) continue
    refused.push({ task, ...selection.obstacles(task) })
  }
  return refused
}
