/**
 * The program in which one of the ways runs, alone on its core. Answers one message with CPU times.
 * @module
 */
import type { PassTable } from '../../../shared/orbit/passes.js'
import { searchPasses } from '../../../shared/orbit/passes.js'
import { satelliteFrom } from '../../../shared/orbit/propagate.js'
import { loopPasses } from './loop.js'
import { elementsOf, FROM_MS, linesOf, standsOf, TO_MS, type Work } from './work.js'

export interface Job {
  readonly way: 'ours' | 'loop'
  readonly work: Work
  /** How often; the first times the compiler is still at work. */
  readonly rounds: number
}

export interface Timed {
  /** CPU seconds of each round. */
  readonly seconds: readonly number[]
  readonly passes: number
}

function timed(rounds: number, run: () => number): Timed {
  const seconds: number[] = []
  let passes = 0
  for (let i = 0; i < rounds; i++) {
    const before = process.cpuUsage()
    passes = run()
    const { user, system } = process.cpuUsage(before)
    seconds.push((user + system) / 1e6)
  }
  return { seconds, passes }
}

function ours(work: Work, rounds: number): Timed {
  const stands = standsOf(work)
  const satellites = elementsOf(work).map(satelliteFrom)
  let table: PassTable | null = null
  return timed(rounds, () => {
    table = searchPasses(satellites, stands, FROM_MS, TO_MS)
    return table.length
  })
}

function loop(work: Work, rounds: number): Timed {
  const stands = standsOf(work)
  const lines = linesOf(work)
  return timed(rounds, () => lines.reduce((sum, pair) => sum + loopPasses(pair, stands).flat().length, 0))
}

process.once('message', ({ way, work, rounds }: Job) => {
  const result = way === 'ours' ? ours(work, rounds) : loop(work, rounds)
  process.send?.(result, () => process.disconnect())
})
