/**
 * The tasks that are chosen, and whether one more fits. Never holds two that exclude each other.
 * @module
 */
import {
  type Problem,
  separation,
  shareAntenna,
  shareSatellite,
  standingTasks,
  type Task,
  taskAt,
} from './problem.js'

export interface Obstacles {
  /** They have the antenna then. */
  readonly antenna: readonly number[]
  /** They leave no room beside them for one more of the same satellite. */
  readonly satellite: readonly number[]
  /** A quota that is full, or null. */
  readonly quota: number | null
}

export class Selection {
  readonly #chosen: Uint8Array
  /** By AOS. */
  readonly #ofStation: number[][]
  readonly #ofSatellite: number[][]
  /** No task is longer, ms. */
  readonly #longest: number
  readonly #ofQuota: Int32Array

  constructor(readonly problem: Problem) {
    this.#chosen = new Uint8Array(problem.tasks.length)
    this.#ofStation = problem.setupMs.map(() => [])
    this.#ofSatellite = problem.satellites.map(() => [])
    this.#ofQuota = new Int32Array(problem.quotas.length)
    const all = [problem.tasks, problem.standing ?? []]
    this.#longest = all.reduce(
      (most, tasks) => tasks.reduce((longest, { aosMs, losMs }) => Math.max(longest, losMs - aosMs), most),
      0,
    )
    for (const [index, task] of standingTasks(problem)) this.#take(index, task)
  }

  has(index: number): boolean {
    return this.#chosen[index] === 1
  }

  /** In order of their index. */
  indices(): number[] {
    const list: number[] = []
    for (const [index, is] of this.#chosen.entries()) if (is === 1) list.push(index)
    return list
  }

  /** Sum of the values, less what the shortfall of quotas costs. */
  value(): number {
    let sum = 0
    for (const index of this.indices()) sum += this.#task(index).value
    return sum - this.shortfall()
  }

  /** What the missing contacts of all minimums cost. */
  shortfall(): number {
    return this.problem.quotas.reduce(
      (sum, { min, shortfall }, q) => sum + shortfall * Math.max(0, min - (this.#ofQuota[q] ?? 0)),
      0,
    )
  }

  /** What keeps it out: chosen or standing tasks, or a quota that is full. Empty: it fits. */
  obstacles(index: number): Obstacles {
    const task = this.#task(index)
    const antenna = this.antennaRivals(index)
    const satellite = this.#crowd(index, task)
    const isFull = task.quota >= 0 && this.left(task.quota) <= 0
    return { antenna, satellite, quota: isFull ? task.quota : null }
  }

  fits(index: number): boolean {
    if (this.has(index)) return false
    const task = this.#task(index)
    if (task.quota >= 0 && this.left(task.quota) <= 0) return false
    return this.antennaRivals(index).length === 0 && this.#crowd(index, task).length === 0
  }

  /** Chosen or standing tasks that have its antenna then. */
  antennaRivals(index: number): number[] {
    const { problem } = this
    const task = this.#task(index)
    const gap = problem.setupMs[task.station] ?? 0
    return this.#others(this.#ofStation[task.station], index, gap, (other) =>
      shareAntenna(problem, task, other),
    )
  }

  /** How many more of a quota may be chosen. */
  left(quota: number): number {
    return (this.problem.quotas[quota]?.max ?? 0) - (this.#ofQuota[quota] ?? 0)
  }

  /** How many of a quota are chosen or stand. */
  count(quota: number): number {
    return this.#ofQuota[quota] ?? 0
  }

  /** The caller has asked whether it fits. */
  add(index: number): void {
    this.#chosen[index] = 1
    this.#take(index, this.#task(index))
  }

  #insert(list: number[] | undefined, index: number): void {
    list?.splice(this.#firstFrom(list, this.#task(index).aosMs), 0, index)
  }

  /** The place of the first task of a list that begins at this time or later. */
  #firstFrom(list: readonly number[], ms: number): number {
    let [low, high] = [0, list.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#task(list[middle] ?? 0).aosMs < ms) low = middle + 1
      else high = middle
    }
    return low
  }

  #take(index: number, { station, satellite, quota }: Task): void {
    this.#insert(this.#ofStation[station], index)
    this.#insert(this.#ofSatellite[satellite], index)
    if (quota >= 0) this.#ofQuota[quota] = (this.#ofQuota[quota] ?? 0) + 1
  }

  remove(index: number): void {
    const { station, satellite, quota } = this.#task(index)
    this.#chosen[index] = 0
    drop(this.#ofStation[station], index)
    drop(this.#ofSatellite[satellite], index)
    if (quota >= 0) this.#ofQuota[quota] = (this.#ofQuota[quota] ?? 0) - 1
  }

  /** Adds, in this order, whatever still fits. */
  fill(order: Iterable<number>): void {
    for (const index of order) if (this.fits(index)) this.add(index)
  }

  /** Contacts of the same satellite that leave no room for one more at some moment of the task. */
  #crowd(index: number, task: Task): number[] {
    const { problem } = this
    const gap = separation(problem.satellites[task.satellite])
    const others = this.#others(this.#ofSatellite[task.satellite], index, gap, (other) =>
      shareSatellite(problem, task, other),
    )
    const room = problem.satellites[task.satellite]?.simultaneous ?? 1
    if (others.length < room || room === Number.POSITIVE_INFINITY) return []
    if (room === 1) return others
    // The most at once are there when one of them begins.
    const moments = [task.aosMs, ...others.map((i) => this.#task(i).aosMs)].filter((ms) => ms >= task.aosMs)
    for (const ms of moments) {
      const there = others.filter((i) => this.#task(i).aosMs <= ms && ms < this.#task(i).losMs)
      if (there.length >= room) return there
    }
    return []
  }

  /** Those of a list that meet a task, of those that can: begun not longer before it than any lasts. */
  #others(
    list: readonly number[] = [],
    index: number,
    gapMs: number,
    meets: (other: Task) => boolean,
  ): number[] {
    const { aosMs, losMs } = this.#task(index)
    const found: number[] = []
    for (let at = this.#firstFrom(list, aosMs - gapMs - this.#longest); at < list.length; at++) {
      const other = list[at] ?? 0
      const task = this.#task(other)
      if (task.aosMs >= losMs + gapMs) break
      if (other !== index && meets(task)) found.push(other)
    }
    return found
  }

  #task(index: number): Task {
    const task = taskAt(this.problem, index)
    if (task === undefined) throw new RangeError(`there is no task ${index}`)
    return task
  }
}

function drop(list: number[] | undefined, index: number): void {
  const at = list?.indexOf(index) ?? -1
  if (at >= 0) list?.splice(at, 1)
}
