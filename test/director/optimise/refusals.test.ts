import fc from 'fast-check'
import t from 'tap'
import { optimise } from '../../../director/optimise/optimise.js'
import { shareAntenna, shareSatellite, taskAt } from '../../../director/optimise/problem.js'
import { refusals } from '../../../director/optimise/refusals.js'
import { smallProblems, solver } from './cases.js'

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
      const stands = (problem.standing ?? []).map((_, k) => problem.tasks.length + k)
      const there = [...chosen, ...stands]
      const worth = problem.tasks.map(({ value }) => value)
      const { refused, count } = refusals(problem, chosen, worth, () => true, 1000)
      const few = refusals(problem, chosen, worth, () => true, 2)
      const isRefusal = ({ task, antenna, satellite, quota }: (typeof refused)[number]): boolean => {
        const own = taskAt(problem, task)
        const conflicts = (others: readonly number[], meet: typeof shareAntenna) =>
          others.every((i) => {
            const other = taskAt(problem, i)
            return there.includes(i) && own !== undefined && other !== undefined && meet(problem, own, other)
          })
        const room = problem.satellites[own?.satellite ?? 0]?.simultaneous ?? 1
        const counted = there.filter((i) => taskAt(problem, i)?.quota === quota).length
        return (
          conflicts(antenna, shareAntenna) &&
          conflicts(satellite, shareSatellite) &&
          (satellite.length === 0 || satellite.length >= room) &&
          (quota === null || (own?.quota === quota && counted >= (problem.quotas[quota]?.max ?? 0))) &&
          antenna.length + satellite.length + (quota === null ? 0 : 1) > 0
        )
      }
      const isOwn = (task: number) => {
        const rivals = there.flatMap((i) => taskAt(problem, i) ?? [])
        const own = taskAt(problem, task)
        return rivals.some(
          (other) =>
            own !== undefined && other.satellite === own.satellite && shareAntenna(problem, own, other),
        )
      }
      const left = problem.tasks.flatMap((_, i) => (chosen.includes(i) || isOwn(i) ? [] : [i]))
      const isFirst = few.count === count && few.refused.every(({ task }, i) => refused[i]?.task === task)
      return count === left.length && refused.length === count && isFirst && refused.every(isRefusal)
    }),
    { numRuns: 250 },
  )
  t.pass('250 cases')
})
