/**
 * `npm run bench -- revoke`: 5,000 live stations on a whole core with PostgreSQL, 200 of them revoked over HTTP: from the
 * answer to the closed socket (B18).
 * @module
 */
import { cpus } from 'node:os'
import { Fleet } from './fleet/fleet.js'
import { startLiveCore } from './fleet/live-core.js'
import type { Outcome, Say } from './harness/outcome.js'
import { canPin } from './harness/processes.js'
import { quantile, rounded } from './harness/statistics.js'

const STATIONS = 5000
const REVOKED = 200
/** Requests under way at once. */
const PARALLEL = 4

export async function bench(say: Say): Promise<Outcome> {
  say(`starting core, connecting ${STATIONS} stations`)
  const core = await startLiveCore(STATIONS)
  const fleet = new Fleet()
  try {
    await fleet.connect({ port: core.mqttPort, from: 0, count: STATIONS, parallel: 200, subscribe: true })
    say(`revoking ${REVOKED}`)
    const { url, cookie } = core
    const { closedMs, answeredMs, bystandersLost } = await fleet.revoke({
      ...{ url, cookie, count: REVOKED, parallel: PARALLEL },
    })
    const row = (title: string, values: readonly number[]) => [
      title,
      ...[0.5, 0.99, 1].map((q) => quantile(values, q).toFixed(1)),
    ]
    return {
      figures: {
        p99Ms: rounded(quantile(closedMs, 0.99), 1),
        maxMs: rounded(quantile(closedMs, 1), 1),
        revoked: closedMs.length,
        bystandersLost,
      },
      tables: [
        {
          title: `${REVOKED} revocations, ${PARALLEL} at a time, among ${STATIONS} stations that say 1,000 messages a second`,
          head: ['ms', 'p50', 'p99', 'max'],
          rows: [
            row('from the HTTP answer to the closed socket', closedMs),
            row('the answer itself', answeredMs),
          ],
        },
      ],
      notes: [
        `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`,
        'A socket that closed before the answer came counts as 0.',
        canPin ? 'Core has one processor core, the stations another; PostgreSQL shares it.' : 'Not pinned.',
      ],
    }
  } finally {
    await fleet.stop()
    await core.stop()
  }
}
