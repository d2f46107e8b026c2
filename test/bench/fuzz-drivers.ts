/**
 * `npm run bench -- fuzz-drivers`: a million damaged answers against the decoders of the drivers, then whole drivers
 * against peers that answer with them. TALOS_FUZZ_CASES and TALOS_FUZZ_SEED change how many and which.
 * @module
 */
import { type DriverReport, fuzzDecoders, fuzzDrivers } from '../support/fuzz/fuzz-drivers.js'
import type { Outcome, Say } from './harness/outcome.js'

const MIB = 1024 * 1024
const DRIVERS = 40
const ROUNDS = 60

async function drivers(seed: number): Promise<DriverReport> {
  const ends: (() => Promise<void>)[] = []
  const report = await fuzzDrivers({ teardown: (end) => ends.push(end) }, DRIVERS, ROUNDS, seed)
  for (const end of ends) await end()
  return report
}

export async function bench(say: Say): Promise<Outcome> {
  const cases = Number(process.env['TALOS_FUZZ_CASES'] ?? 1_000_000)
  const seed = Number(process.env['TALOS_FUZZ_SEED'] ?? 20_261_122)
  say(`${cases} damaged answers, seed ${seed}`)
  const before = process.memoryUsage().heapUsed
  const begin = performance.now()
  const decoded = fuzzDecoders(cases, seed)
  const seconds = (performance.now() - begin) / 1000
  say(`${DRIVERS} drivers of each kind, ${ROUNDS} requests each`)
  const whole = await drivers(seed)
  const heapGrowthMiB = (process.memoryUsage().heapUsed - before) / MIB
  const faults = [...decoded.faults, ...whole.faults]
  const { read, refused, incomplete } = decoded
  const { requests, answered, longestMs, byFault } = whole
  return {
    figures: {
      ...{ cases, read, refused, incomplete, faults: faults.length, decodeSeconds: seconds },
      ...{ requests, answered, named: requests - answered, longestRequestMs: longestMs, heapGrowthMiB },
    },
    tables: [
      {
        title: `Damaged answers against the drivers, seed ${seed}`,
        head: ['', ''],
        rows: [
          ['damaged answers', String(cases)],
          ['read as a value', String(read)],
          ['refused by name', String(refused)],
          ['no answer yet', String(incomplete)],
          ['seconds', seconds.toFixed(1)],
          ['requests to whole drivers', String(requests)],
          ['answered', String(answered)],
          ...Object.entries(byFault).map(([fault, count]) => [`ended as ${fault}`, String(count)]),
          ['the longest request, ms', longestMs.toFixed(0)],
          ['growth of the heap, without a collection, MiB', heapGrowthMiB.toFixed(1)],
          ['faults', String(faults.length)],
        ],
      },
    ],
    notes: faults.slice(0, 20),
  }
}
