/**
 * Some thousand mutated packets at every run. For the million: `npm run bench -- fuzz-broker`, or TALOS_FUZZ_CASES.
 */
import t from 'tap'
import { fuzzBroker } from '../../support/fuzz/fuzz-broker.js'

const CASES = Number(process.env['TALOS_FUZZ_CASES'] ?? 6_000)
const SEED = Number(process.env['TALOS_FUZZ_SEED'] ?? 20_261_122)
/** Both ends run in this process, on a machine that does other things besides. */
const BYSTANDER_P99_MS = 500
/** What strangers make the broker remember has an end (B24); it fills while the fuzzer runs. */
const GROWTH_MIB = 24

t.setTimeout(120_000 + 2 * CASES)

t.test(
  `${CASES} mutated packets over TCP and WebSocket crash nothing, leak nothing, forge nothing and hold up nobody`,
  async (t) => {
    const report = await fuzzBroker(CASES, SEED)
    t.comment(`seed ${SEED}: ${JSON.stringify(report)}`)
    t.same(report.faults, [])
    t.ok(report.overWebSocket > CASES / 4)
    t.ok(report.mutations - report.overWebSocket > CASES / 4)
    t.ok(
      report.accepted > CASES / 20,
      `${report.accepted} messages were accepted: it was no wall that was tried`,
    )
    t.ok(report.latency.count > 20)
    t.ok(report.latency.p99 < BYSTANDER_P99_MS, `p99 of a bystander ${report.latency.p99.toFixed(1)} ms`)
    const [first = 0] = report.heap
    const growth = ((report.heap.at(-1) ?? 0) - first) / 1024 / 1024
    t.ok(growth < GROWTH_MIB, `the heap grew by ${growth.toFixed(1)} MiB`)
  },
)
