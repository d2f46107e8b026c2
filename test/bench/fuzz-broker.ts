/**
 * `npm run bench -- fuzz-broker`: a million mutated packets over TCP and WebSocket. TALOS_FUZZ_CASES and TALOS_FUZZ_SEED
 * change how many and which.
 * @module
 */
import { fuzzBroker } from '../support/fuzz/fuzz-broker.js'
import type { Outcome, Say } from './harness/outcome.js'

const MIB = 1024 * 1024
/** Mutations a second on the machine where it was first run. */
const EXPECTED_RATE = 2000

export async function bench(say: Say): Promise<Outcome> {
  const cases = Number(process.env['TALOS_FUZZ_CASES'] ?? 1_000_000)
  const seed = Number(process.env['TALOS_FUZZ_SEED'] ?? 20_261_122)
  say(`${cases} mutated packets, seed ${seed}: about ${Math.ceil(cases / EXPECTED_RATE / 60)} min`)
  const report = await fuzzBroker(cases, seed)
  const { mutations, packets, sessions, overWebSocket, accepted, seconds, latency, heap, faults } = report
  const heapMiB = heap.map((bytes) => bytes / MIB)
  return {
    figures: {
      ...{ mutations, packets, sessions, accepted, faults: faults.length },
      ...{ bystanderP50Ms: latency.p50, bystanderP99Ms: latency.p99, bystanderMaxMs: latency.max },
      heapGrowthMiB: (heapMiB.at(-1) ?? 0) - (heapMiB[0] ?? 0),
    },
    tables: [
      {
        title: `Mutated packets against the broker, seed ${seed}`,
        head: ['', ''],
        rows: [
          ['mutated packets', String(mutations)],
          ['of these over WebSocket', String(overWebSocket)],
          ['all packets', String(packets)],
          ['connections', String(sessions)],
          ['messages accepted', String(accepted)],
          ['seconds', seconds.toFixed(0)],
          ['round trips of a bystander', String(latency.count)],
          [
            'their p50, p99, max, ms',
            [latency.p50, latency.p99, latency.max].map((ms) => ms.toFixed(1)).join(', '),
          ],
          ['heap after a collection at each tenth, MiB', heapMiB.map((mib) => mib.toFixed(1)).join(' ')],
          ['faults', String(faults.length)],
        ],
      },
    ],
    notes: [
      'Both ends run in one process, so a round trip also waits for the fuzzer itself.',
      ...faults.slice(0, 20),
    ],
  }
}
