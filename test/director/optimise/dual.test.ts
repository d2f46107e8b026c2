import fc from 'fast-check'
import t from 'tap'
import { solveDual } from '../../../director/optimise/dual.js'
import { layOut } from '../../../director/optimise/layout.js'
import { bruteForce, smallProblems } from './cases.js'

t.test('no choice is worth more than the bound, after however many steps', async (t) => {
  fc.assert(
    fc.property(smallProblems, fc.integer({ min: 1, max: 120 }), (problem, iterations) => {
      const best = bruteForce(problem)
      const { bound, share } = solveDual(layOut(problem), { iterations, reached: best })
      return bound >= best - 1e-9 && share.every((part) => part >= 0 && part <= 1)
    }),
    { numRuns: 1000 },
  )
  t.pass('1,000 cases')
})

t.test('where antennas alone decide, the first step proves the best', async (t) => {
  const alone = smallProblems.map((problem) => ({
    ...problem,
    tasks: problem.tasks.map((task, satellite) => ({ ...task, satellite, quota: -1 })),
    satellites: problem.tasks.map(() => ({ simultaneous: 1, gapMs: 0 })),
    quotas: [],
  }))
  fc.assert(
    fc.property(alone, (problem) => {
      const best = bruteForce(problem)
      return Math.abs(solveDual(layOut(problem), { iterations: 1, reached: 0 }).bound - best) < 1e-9
    }),
    { numRuns: 500 },
  )
  t.pass('500 cases')
})
