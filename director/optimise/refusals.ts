/**
 * Why an opportunity was not taken: the contacts that stand in its way, or the quota that is full.
 * @module
 */
import { type Problem, taskAt } from './problem.js'
import { type Obstacles, Selection } from './selection.js'

export interface Refusal extends Obstacles {
  readonly task: number
}

export interface Refusals {
  /** The most valuable first. */
  readonly refused: readonly Refusal[]
  /** Of all. */
  readonly count: number
}

/**
 * @param chosen a schedule to which nothing can be added, as `optimise` makes it
 * @param worth what each task is worth
 * @param isTold is the task a pass of its own, which somebody could miss?
 * @param most so many are told, the most valuable
 */
export function refusals(
  problem: Problem,
  chosen: readonly number[],
  worth: ArrayLike<number>,
  isTold: (task: number) => boolean,
  most: number,
): Refusals {
  const selection = new Selection(problem)
  for (const index of chosen) selection.add(index)
  const satelliteOf = (index: number) => taskAt(problem, index)?.satellite
  // Where another part of the pass has the antenna, or what runs is the rest of it, nobody missed it.
  const isMissed = (task: number) =>
    !selection.antennaRivals(task).some((rival) => satelliteOf(rival) === satelliteOf(task))
  const left: number[] = []
  for (let task = 0; task < problem.tasks.length; task++)
    if (!selection.has(task) && isTold(task) && isMissed(task)) left.push(task)
  const told = left.sort((a, b) => (worth[b] ?? 0) - (worth[a] ?? 0) || a - b).slice(0, most)
  return { refused: told.map((task) => ({ task, ...selection.obstacles(task) })), count: left.length }
}
