import fc from 'fast-check'
import t from 'tap'
import { optimise } from '../../../director/optimise/optimise.js'
import { refusals } from '../../../director/optimise/refusals.js'
import { faults, smallProblems, solver } from './cases.js'

const EFFORT = {
  iterations: 100,
  rounds: 1,
  part: 500,
  leastShare: 0.001,
  program: { relativeGap: 0, nodes: 1000 },
}

t.test('each refused opportunity names what beat it, and that truly excludes it', async (t) => {
  fc.assert(
    fc.property(smallProblems, (problem) => {
      const { chosen } = optimise(problem, solver, EFFORT)
      const is = new Set(chosen)
      const refused = refusals(problem, chosen)
      return (
        refused.length === problem.tasks.length - chosen.length &&
        refused.every(({ task, beatenBy, quota }) => {
          if (beatenBy.some((other) => !is.has(other))) return false
          const room = problem.satellites[problem.tasks[task]?.satellite ?? 0]?.simultaneous ?? 1
          const excludes = beatenBy.length > 0 && faults(problem, [task, ...beatenBy]).length > 0
          const isFull = quota !== null && problem.tasks[task]?.quota === quota
          return excludes || isFull || beatenBy.length >= room
        })
      )
    }),
    { numRuns: 250 },
  )
  t.pass('250 cases')
})
