/**
 * The choice among some tasks as an integer program for HiGHS: antennas and satellites as cliques, which leave little
 * to branch on, quotas as sums.
 * @module
 */
import { areJoined, type Problem, separation, standingTasks, taskAt } from './problem.js'
import type { Selection } from './selection.js'

export interface Program {
  /** In CPLEX LP format; variable `x<i>` is task i. */
  readonly text: string
  readonly tasks: readonly number[]
}

export interface ProgramLimits {
  /** Good enough when so near to its own bound. */
  readonly relativeGap: number
  /** A number of nodes, not of seconds: the same input must give the same answer. */
  readonly nodes: number
}

/** As much of HiGHS as is used. */
export interface Solver {
  solve(
    text: string,
    options: Readonly<Record<'mip_rel_gap' | 'mip_max_nodes', number> & { output_flag: boolean }>,
  ): { readonly Status: string; readonly Columns: Readonly<Record<string, { readonly Primal?: number }>> }
}

/** Terms on a line: HiGHS reads lines of at most 560 characters. */
const TERMS = 15

/**
 * @param tasks indices that are free; each must fit beside `rest`
 * @param rest what stays as it is
 */
export function programOf(problem: Problem, tasks: readonly number[], rest: Selection): Program {
  const rows: string[] = []
  const row = (list: readonly string[], relation: string) =>
    rows.push(` c${rows.length}: ${broken(list)} ${relation}`)
  const free = new Set(tasks)
  const spans = (setup: (index: number) => number) => (index: number) => {
    const task = taskAt(problem, index)
    return { index, from: task?.aosMs ?? 0, to: (task?.losMs ?? 0) + setup(index) }
  }
  for (const [station, list] of byKey(tasks, (i) => problem.tasks[i]?.station ?? 0))
    for (const clique of cliques(list.map(spans(() => problem.setupMs[station] ?? 0))))
      for (const set of exclusive(problem, clique)) if (set.length > 1) row(set.map(name), '<= 1')
  const stands = [...rest.indices(), ...standingTasks(problem).map(([index]) => index)]
  const fixed = byKey(stands, (i) => taskAt(problem, i)?.satellite ?? 0)
  for (const [satellite, list] of byKey(tasks, (i) => problem.tasks[i]?.satellite ?? 0)) {
    const rule = problem.satellites[satellite]
    const room = rule?.simultaneous ?? 1
    if (room === Number.POSITIVE_INFINITY) continue
    const gap = separation(rule)
    // Where only one may be, what meets a fixed one is not free.
    const beside = room === 1 ? [] : (fixed.get(satellite) ?? [])
    for (const clique of cliques([...list, ...beside].map(spans(() => gap)))) {
      const own = clique.filter((i) => free.has(i))
      const left = room - (clique.length - own.length)
      if (own.length > left) row(own.map(name), `<= ${left}`)
    }
  }
  const slacks: string[] = []
  for (const [quota, list] of byKey(tasks, (i) => problem.tasks[i]?.quota ?? -1)) {
    if (quota < 0) continue
    const left = rest.left(quota)
    if (left < list.length) row(list.map(name), `<= ${left}`)
    const { min = 0, shortfall = 0 } = problem.quotas[quota] ?? {}
    const missing = min - rest.count(quota)
    if (missing <= 0) continue
    row([...list.map(name), `s${quota}`], `>= ${missing}`)
    slacks.push(` - ${shortfall} s${quota}`)
  }
  const goal = tasks.map((i) => `${problem.tasks[i]?.value.toFixed(9)} ${name(i)}`)
  const text = [
    ...['Maximize', ` obj: ${broken(goal)}`, ...slacks],
    ...['Subject To', ...rows],
    ...['Binary', broken(tasks.map(name), ' '), 'End', ''],
  ].join('\n')
  return { text, tasks }
}

export interface Answer {
  /** The tasks of the best answer that was found; none at all when the limits came before any. */
  readonly tasks: number[]
  /** It was proven that none is better by more than the relative gap. */
  readonly isProven: boolean
}

export function solveProgram(
  { text, tasks }: Program,
  solver: Solver,
  { relativeGap, nodes }: ProgramLimits,
): Answer {
  if (tasks.length === 0) return { tasks: [], isProven: true }
  const { Status, Columns } = solver.solve(text, {
    mip_rel_gap: relativeGap,
    mip_max_nodes: nodes,
    output_flag: false,
  })
  return {
    tasks: tasks.filter((i) => (Columns[name(i)]?.Primal ?? 0) > 0.5),
    isProven: Status === 'Optimal',
  }
}

const name = (index: number) => `x${index}`

function broken(words: readonly string[], glue = ' + '): string {
  const lines: string[] = []
  for (let at = 0; at < words.length; at += TERMS) lines.push(words.slice(at, at + TERMS).join(glue))
  return lines.join(`\n${glue}`)
}

function byKey(indices: readonly number[], key: (index: number) => number): Map<number, number[]> {
  const groups = new Map<number, number[]>()
  for (const index of indices) {
    const list = groups.get(key(index))
    if (list === undefined) groups.set(key(index), [index])
    else list.push(index)
  }
  return groups
}

/** Tasks that are near each other, as sets of which each holds one at most: what is joined may be together. */
function exclusive(problem: Problem, clique: readonly number[]): (readonly number[])[] {
  const isJoined = (i: number, k: number): boolean => {
    const [a, b] = [taskAt(problem, i), taskAt(problem, k)]
    return a !== undefined && b !== undefined && areJoined(a, b)
  }
  const begin = (i: number) => taskAt(problem, i)?.aosMs ?? 0
  const joined = clique.filter((i) => clique.some((k) => isJoined(i, k)))
  if (joined.length === 0) return [clique]
  const without = (gone: (i: number, other: number) => boolean) =>
    clique.filter((i) => !joined.some((k) => isJoined(i, k) && gone(begin(i), begin(k))))
  const rest = clique.filter((i) => !joined.includes(i))
  return [
    without((own, other) => own < other),
    without((own, other) => own > other),
    ...joined.map((i) => [...rest, i]),
    ...joined.flatMap((i, at) => joined.slice(at + 1).flatMap((k) => (isJoined(i, k) ? [] : [[i, k]]))),
  ]
}

interface Span {
  readonly index: number
  readonly from: number
  readonly to: number
}

/** The largest sets of spans that are all at once. */
function cliques(spans: readonly Span[]): number[][] {
  const found: number[][] = []
  let open: Span[] = []
  let isNew = false
  for (const span of [...spans].sort((a, b) => a.from - b.from || a.index - b.index)) {
    const still = open.filter(({ to }) => to > span.from)
    if (still.length < open.length && isNew) {
      found.push(open.map(({ index }) => index))
      isNew = false
    }
    open = [...still, span]
    isNew = true
  }
  if (isNew) found.push(open.map(({ index }) => index))
  return found
}
