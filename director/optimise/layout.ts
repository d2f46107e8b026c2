/**
 * A problem laid out for the dual: for each antenna its tasks by their end with the last one that fits before, for each
 * satellite its cliques, which are the sets of tasks that are all at once and cannot be made larger.
 * @module
 */
import { type Problem, separation } from './problem.js'

export interface Line {
  /** Tasks of one antenna by LOS. */
  readonly order: Int32Array
  /** For each place in `order`: how many of the first tasks end early enough before it. */
  readonly before: Int32Array
}

export interface Layout {
  readonly size: number
  readonly value: Float64Array
  readonly quota: Int32Array
  readonly lines: readonly Line[]
  /** First and last clique of each task; the cliques of a satellite stand side by side, in time. */
  readonly firstClique: Int32Array
  readonly lastClique: Int32Array
  /** How many of its tasks may be chosen, for each clique. */
  readonly room: Int32Array
}

export function layOut(problem: Problem): Layout {
  const { tasks } = problem
  const size = tasks.length
  const [firstClique, lastClique] = [new Int32Array(size), new Int32Array(size)]
  const room: number[] = []
  for (const [satellite, list] of grouped(tasks.map((task) => task.satellite)).entries())
    addCliques(problem, satellite, list, { firstClique, lastClique, room })
  return {
    size,
    value: Float64Array.from(tasks, (task) => task.value),
    quota: Int32Array.from(tasks, (task) => task.quota),
    lines: grouped(tasks.map((task) => task.station)).map((list, station) =>
      lineOf(problem, list, problem.setupMs[station] ?? 0),
    ),
    firstClique,
    lastClique,
    room: Int32Array.from(room),
  }
}

/** The indices of each key, in order. */
function grouped(keys: readonly number[]): number[][] {
  const groups: number[][] = []
  for (const [index, key] of keys.entries()) {
    while (groups.length <= key) groups.push([])
    groups[key]?.push(index)
  }
  return groups
}

function lineOf({ tasks }: Problem, list: number[], setupMs: number): Line {
  const aos = (i: number) => tasks[i]?.aosMs ?? 0
  const los = (i: number) => tasks[i]?.losMs ?? 0
  const order = Int32Array.from(list.sort((a, b) => los(a) - los(b) || a - b))
  const before = new Int32Array(order.length)
  for (const [place, task] of order.entries()) {
    const latest = aos(task) - setupMs
    let [low, high] = [0, place]
    while (low < high) {
      const middle = (low + high) >> 1
      if (los(order[middle] ?? 0) <= latest) low = middle + 1
      else high = middle
    }
    before[place] = low
  }
  return { order, before }
}

/** Sweeps over the tasks of a satellite: a clique is whole when, after some began, the first of them ends. */
function addCliques(
  { tasks, satellites }: Problem,
  satellite: number,
  list: number[],
  out: { firstClique: Int32Array; lastClique: Int32Array; room: number[] },
): void {
  const gap = separation(satellites[satellite])
  const aos = (i: number) => tasks[i]?.aosMs ?? 0
  const end = (i: number) => (tasks[i]?.losMs ?? 0) + gap
  const starts = [...list].sort((a, b) => aos(a) - aos(b) || a - b)
  const ends = [...list].sort((a, b) => end(a) - end(b) || a - b)
  const simultaneous = satellites[satellite]?.simultaneous ?? 1
  let next = 0
  let isOpen = false
  const close = () => {
    if (isOpen) out.room.push(simultaneous)
    isOpen = false
  }
  const finish = (task: number) => {
    close()
    out.lastClique[task] = out.room.length - 1
    next++
  }
  for (const task of starts) {
    for (let first = ends[next]; first !== undefined && end(first) <= aos(task); first = ends[next])
      finish(first)
    out.firstClique[task] = out.room.length
    isOpen = true
  }
  for (let first = ends[next]; first !== undefined; first = ends[next]) finish(first)
}
