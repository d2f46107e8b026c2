/**
 * Parts of a schedule that are made anew while the rest stands: stretches of time over all antennas, then groups of
 * antennas over all time. Each is small enough for an exact answer, and together they reach everything.
 * @module
 */
import type { Problem } from './problem.js'

/** Is the task in the part that is made anew? */
export type Neighbourhood = (index: number) => boolean

/**
 * @param candidates how many tasks are looked at
 * @param size about how many of them one part shall hold
 * @param round shifts the borders, so that the next round mends what this one could not
 * @param random from 0 to below 1; seeded, for the same input gives the same answer
 */
export function neighbourhoods(
  problem: Problem,
  candidates: readonly number[],
  size: number,
  round: number,
  random: () => number,
): Neighbourhood[] {
  const parts = Math.max(1, Math.ceil(candidates.length / size))
  return [...windows(problem, candidates, parts, round), ...groups(problem, parts, random)]
}

function windows(
  { tasks }: Problem,
  candidates: readonly number[],
  parts: number,
  round: number,
): Neighbourhood[] {
  const starts = candidates.map((i) => tasks[i]?.aosMs ?? 0).sort((a, b) => a - b)
  if (parts === 1) return [() => true]
  // Each holds as many candidates; every other round the borders lie in the middles of the last ones.
  const shift = round % 2 === 0 ? 0 : 0.5
  const border = (k: number): number => {
    const at = Math.round(((k - shift) * starts.length) / parts)
    if (at <= 0) return Number.NEGATIVE_INFINITY
    return starts[at] ?? Number.POSITIVE_INFINITY
  }
  return Array.from({ length: parts + (shift > 0 ? 1 : 0) }, (_, k) => {
    const [from, to] = [border(k), border(k + 1)]
    return (index: number) => {
      const aos = tasks[index]?.aosMs ?? 0
      return from <= aos && aos < to
    }
  })
}

function groups({ tasks, setupMs }: Problem, parts: number, random: () => number): Neighbourhood[] {
  if (parts === 1) return []
  const order = shuffled(setupMs.length, random)
  const size = Math.max(1, Math.ceil(setupMs.length / parts))
  const found: Neighbourhood[] = []
  for (let at = 0; at < order.length; at += size) {
    const group = new Set(order.slice(at, at + size))
    found.push((index) => group.has(tasks[index]?.station ?? -1))
  }
  return found
}

/** 0 to n - 1 in random order (Fisher and Yates). */
function shuffled(n: number, random: () => number): number[] {
  const list = Array.from({ length: n }, (_, i) => i)
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const [a = 0, b = 0] = [list[i], list[j]]
    list[i] = b
    list[j] = a
  }
  return list
}

/** Mulberry32 (Tommy Ettinger, public domain): 32 bits of state, the same numbers everywhere. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

const NEAR_MS = 30 * 60_000

/** What lies near the touched tasks: on the same antenna within half an hour, or of the same satellite; at most `size`. */
export function around(
  { tasks }: Problem,
  touched: readonly number[],
  candidates: readonly number[],
  size: number,
): Neighbourhood {
  const satellites = new Set(touched.map((i) => tasks[i]?.satellite))
  const times = new Map<number, number[]>()
  for (const index of touched) {
    const task = tasks[index]
    if (task === undefined) continue
    const list = times.get(task.station)
    if (list === undefined) times.set(task.station, [task.aosMs])
    else list.push(task.aosMs)
  }
  const near = (index: number): boolean => {
    const task = tasks[index]
    if (task === undefined) return false
    if (satellites.has(task.satellite)) return true
    return times.get(task.station)?.some((ms) => Math.abs(ms - task.aosMs) < NEAR_MS) ?? false
  }
  const found = new Set([...touched, ...candidates.filter(near)].slice(0, size))
  return (index) => found.has(index)
}
