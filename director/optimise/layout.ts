/**
 * A problem laid out for the dual: for each antenna its tasks by their end with the last one that fits before, for each
 * satellite its cliques, which are the sets of tasks that are all at once and cannot be made larger.
 * @module
 */
import { type Problem, type Quota, separation, standingTasks, taskAt } from './problem.js'
import { Selection } from './selection.js'

export interface Line {
  /** Tasks of one antenna by LOS. */
  readonly order: Int32Array
  /** For each place in `order`: how many of the first tasks end early enough before it. */
  readonly before: Int32Array
  /** How many moments there are at which tasks of one satellite end and others of it begin. */
  readonly joints: number
  /** For each place: the joint at which it begins, and the one at which it ends; -1: none. */
  readonly beginsAt: Int32Array
  readonly endsAt: Int32Array
}

export interface Layout {
  readonly size: number
  /** 0 for what does not even fit beside what stands. */
  readonly value: Float64Array
  readonly quota: Int32Array
  /** What is left of each beside what stands. */
  readonly quotas: readonly Quota[]
  readonly lines: readonly Line[]
  /** First and last clique of each task, 0 and -1 for none; the cliques of a satellite stand side by side, in time. */
  readonly firstClique: Int32Array
  readonly lastClique: Int32Array
  /** How many of its tasks may be chosen, for each clique. */
  readonly room: Int32Array
  /** Of which satellite each clique is, and a moment at which all of it is there, epoch ms. */
  readonly cliqueOf: Int32Array
  readonly cliqueMs: Float64Array
}

export function layOut(problem: Problem): Layout {
  const { tasks } = problem
  const size = tasks.length
  const standing = new Selection(problem)
  const all = [...tasks, ...(problem.standing ?? [])]
  const cliques: Cliques = {
    first: new Int32Array(all.length),
    last: new Int32Array(all.length).fill(-1),
    ...{ room: [], of: [], ms: [] },
  }
  for (const [satellite, list] of grouped(all.map((task) => task.satellite)).entries())
    if (problem.satellites[satellite]?.simultaneous !== Number.POSITIVE_INFINITY)
      addCliques(problem, satellite, list, cliques)
  const { room } = cliques
  for (const [index] of standingTasks(problem))
    for (let c = cliques.first[index] ?? 0; c <= (cliques.last[index] ?? -1); c++)
      room[c] = Math.max(0, (room[c] ?? 0) - 1)
  return {
    size,
    value: Float64Array.from(tasks, (task, i) => (standing.fits(i) ? task.value : 0)),
    quota: Int32Array.from(tasks, (task) => task.quota),
    quotas: problem.quotas.map(({ max, min, shortfall }, q) => ({
      max: Math.max(0, max - standing.count(q)),
      min: Math.max(0, min - standing.count(q)),
      shortfall,
    })),
    lines: grouped(tasks.map((task) => task.station)).map((list, station) =>
      lineOf(problem, list, problem.setupMs[station] ?? 0),
    ),
    firstClique: cliques.first.subarray(0, size),
    lastClique: cliques.last.subarray(0, size),
    room: Int32Array.from(room),
    cliqueOf: Int32Array.from(cliques.of),
    cliqueMs: Float64Array.from(cliques.ms),
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
  return { order, before, ...jointsOf(tasks, order) }
}

function jointsOf(tasks: Problem['tasks'], order: Int32Array): Pick<Line, 'joints' | 'beginsAt' | 'endsAt'> {
  const beginsAt = new Int32Array(order.length).fill(-1)
  const endsAt = new Int32Array(order.length).fill(-1)
  const begins = new Set<string>()
  const joints = new Map<string, number>()
  const keyOf = (satellite = -1, ms = 0) => `${satellite} ${ms}`
  for (const i of order) begins.add(keyOf(tasks[i]?.satellite, tasks[i]?.aosMs))
  for (const [place, i] of order.entries()) {
    const task = tasks[i]
    const end = keyOf(task?.satellite, task?.losMs)
    // Those that end there come first: the order is by the end.
    beginsAt[place] = joints.get(keyOf(task?.satellite, task?.aosMs)) ?? -1
    if (!begins.has(end)) continue
    const joint = joints.get(end) ?? joints.size
    joints.set(end, joint)
    endsAt[place] = joint
  }
  return { joints: joints.size, beginsAt, endsAt }
}

interface Cliques {
  /** Of each task, those that stand included. */
  readonly first: Int32Array
  readonly last: Int32Array
  readonly room: number[]
  readonly of: number[]
  readonly ms: number[]
}

/** Sweeps over the tasks of a satellite: a clique is whole when, after some began, the first of them ends. */
function addCliques(problem: Problem, satellite: number, list: number[], out: Cliques): void {
  const rule = problem.satellites[satellite]
  const gap = separation(rule)
  const aos = (i: number) => taskAt(problem, i)?.aosMs ?? 0
  const end = (i: number) => (taskAt(problem, i)?.losMs ?? 0) + gap
  const starts = [...list].sort((a, b) => aos(a) - aos(b) || a - b)
  const ends = [...list].sort((a, b) => end(a) - end(b) || a - b)
  let next = 0
  let isOpen = false
  let latest = 0
  const close = () => {
    if (isOpen) {
      out.room.push(rule?.simultaneous ?? 1)
      out.of.push(satellite)
      // Whoever came last was there before anybody left.
      out.ms.push(latest)
    }
    isOpen = false
  }
  const finish = (task: number) => {
    close()
    out.last[task] = out.room.length - 1
    next++
  }
  for (const task of starts) {
    for (let first = ends[next]; first !== undefined && end(first) <= aos(task); first = ends[next])
      finish(first)
    out.first[task] = out.room.length
    latest = aos(task)
    isOpen = true
  }
  for (let first = ends[next]; first !== undefined; first = ends[next]) finish(first)
}
