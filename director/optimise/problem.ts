/**
 * What a schedule is chosen from, as numbers: opportunities, and the rules that keep them apart. Names and reasons stay
 * outside.
 * @module
 */

/** One contact that could be. Times are epoch ms. */
export interface Task {
  /** Index of the antenna. */
  readonly station: number
  /** Index of the satellite. */
  readonly satellite: number
  readonly aosMs: number
  readonly losMs: number
  /** What it is worth; above 0. */
  readonly value: number
  /** Index of the quota that it counts for, or -1. */
  readonly quota: number
}

export interface Quota {
  /** At most so many; Infinity: as many as you like. */
  readonly max: number
  /** At least so many are wanted; each that is missing costs `shortfall`. */
  readonly min: number
  readonly shortfall: number
}

export interface SatelliteRule {
  /** So many stations may follow it at once; Infinity: as many as there are. */
  readonly simultaneous: number
  /** From the LOS of one of its contacts to the AOS of the next, ms. Holds where `simultaneous` is 1. */
  readonly gapMs: number
}

export interface Problem {
  readonly tasks: readonly Task[]
  /** One a station: from LOS to the next AOS, ms, for slewing and setting up; not between what is joined. */
  readonly setupMs: readonly number[]
  /** One a satellite. */
  readonly satellites: readonly SatelliteRule[]
  readonly quotas: readonly Quota[]
  /** Contacts that stand whatever is chosen. They take room and count for their quotas, and are worth nothing here. */
  readonly standing?: readonly Task[]
}

/** The standing tasks, each with the index by which it is named: those after the tasks that are chosen from. */
export const standingTasks = ({ tasks, standing = [] }: Problem): [number, Task][] =>
  standing.map((task, k) => [tasks.length + k, task])

/** The task of an index, one that stands included. */
export const taskAt = ({ tasks, standing = [] }: Problem, index: number): Task | undefined =>
  tasks[index] ?? standing[index - tasks.length]

/** Does one begin where the other ends, of one satellite at one antenna? Nothing is turned or set up between them. */
export const areJoined = (a: Task, b: Task): boolean =>
  a.station === b.station && a.satellite === b.satellite && (a.losMs === b.aosMs || b.losMs === a.aosMs)

/** Do both take the antenna at once, setting up included? */
export const shareAntenna = ({ setupMs }: Problem, a: Task, b: Task): boolean => {
  const gap = setupMs[a.station] ?? 0
  const isNear = a.station === b.station && a.aosMs < b.losMs + gap && b.aosMs < a.losMs + gap
  return isNear && !areJoined(a, b)
}

/** Are both of one satellite and at the same time, or too close where there is a least gap? */
export function shareSatellite({ satellites }: Problem, a: Task, b: Task): boolean {
  if (a.satellite !== b.satellite) return false
  const gap = separation(satellites[a.satellite])
  return a.aosMs < b.losMs + gap && b.aosMs < a.losMs + gap
}

/** Ms that must lie between two contacts of a satellite that cannot be at once. */
export const separation = (rule: SatelliteRule | undefined): number =>
  rule?.simultaneous === 1 ? rule.gapMs : 0
