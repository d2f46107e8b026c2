import fc from 'fast-check'
import t from 'tap'
import { loadSolver } from '../../../director/optimise/highs.js'
import { type Effort, optimise, reoptimise } from '../../../director/optimise/optimise.js'
import type { Problem } from '../../../director/optimise/problem.js'
import { restore } from '../../../director/optimise/restore.js'
import { Selection } from '../../../director/optimise/selection.js'
import { faults, smallProblems } from './cases.js'

const solver = await loadSolver()
/** So little that programs leave much to mend. */
const EFFORT: Effort = {
  ...{ iterations: 20, rounds: 1, part: 8, leastShare: 0 },
  program: { relativeGap: 0.2, nodes: 1 },
}

const selected = (problem: Problem, chosen: readonly number[]): Selection => {
  const selection = new Selection(problem)
  for (const index of chosen) selection.add(index)
  return selection
}

/** Tasks that were chosen and are not, although what is chosen in their place is worth no more. */
function withoutCause(problem: Problem, previous: readonly number[], chosen: readonly number[]): number[] {
  return previous.filter((index) => {
    if (chosen.includes(index)) return false
    const { antenna, satellite } = selected(problem, chosen).obstacles(index)
    const rivals = new Set([...antenna, ...satellite])
    if ([...rivals].some((i) => i >= problem.tasks.length)) return false
    const other = selected(
      problem,
      chosen.filter((i) => !rivals.has(i)),
    )
    if (!other.fits(index)) return false
    other.add(index)
    return other.value() > selected(problem, chosen).value() + 1e-9
  })
}

t.test(
  'property: what is booked goes only for what is worth more, and no rule is broken for it',
  async () => {
    fc.assert(
      fc.property(smallProblems, fc.array(fc.nat(), { maxLength: 6 }), (problem, picks) => {
        const { length } = problem.tasks
        if (length === 0) return true
        const start = new Selection(problem)
        start.fill(picks.map((pick) => pick % length))
        const previous = start.indices()
        const held = {
          ...problem,
          tasks: problem.tasks.map((task, i) => (start.has(i) ? { ...task, value: task.value * 1.1 } : task)),
        }
        const touched = picks.map((pick) => pick % length)
        const book = { places: [], quotas: [] }
        const chosen = [
          optimise(held, solver, EFFORT, previous).chosen,
          reoptimise(held, solver, EFFORT, previous, touched, book).chosen,
        ]
        return chosen.every(
          (c) => faults(held, c).length === 0 && withoutCause(held, previous, c).length === 0,
        )
      }),
      { numRuns: 300 },
    )
  },
)

t.test(
  'A contact that was exchanged for one of less value comes back, and what stands is not asked to go',
  (t) => {
    const task = { station: 0, satellite: 0, aosMs: 0, losMs: 10, value: 5, quota: -1 }
    const problem: Problem = {
      tasks: [task, { ...task, satellite: 1, value: 4 }],
      ...{ setupMs: [0], satellites: [0, 1, 2].map(() => ({ simultaneous: 1, gapMs: 0 })), quotas: [] },
    }
    const selection = selected(problem, [1])
    restore(selection, [0])
    t.same(selection.indices(), [0])
    const held: Problem = { ...problem, standing: [{ ...task, satellite: 2, value: 0 }] }
    const beside = new Selection(held)
    restore(beside, [0])
    t.same(beside.indices(), [])
    t.end()
  },
)
