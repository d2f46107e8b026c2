/**
 * `npm run bench -- revoke`: live stations on a whole core with PostgreSQL, revoked over HTTP (B18): one after the other
 * among 2,000, as a person clicks, and four at a time among 5,000.
 * @module
 */
import { cpus } from 'node:os'
import { Fleet } from './fleet/fleet.js'
import { startLiveCore } from './fleet/live-core.js'
import type { Outcome, Say } from './harness/outcome.js'
import { canPin } from './harness/processes.js'
import { quantile, rounded } from './harness/statistics.js'

const STATIONS = 5000
/** One after the other, among this many. */
const CLICKS = { count: 100, among: 2000, parallel: 1 } as const
/** So many requests under way at once. */
const MANY = { count: 200, parallel: 4 } as const

const p = (values: readonly number[], q: number) => rounded(quantile(values, q), 1)

export async function bench(say: Say): Promise<Outcome> {
  say(`starting core, connecting ${CLICKS.among} stations`)
  const core = await startLiveCore(STATIONS)
  const fleet = new Fleet()
  try {
    const { url, cookie, mqttPort } = core
    const connect = (from: number, to: number) =>
      fleet.connect({ port: mqttPort, from, count: to - from, parallel: 200, subscribe: true })
    await connect(0, CLICKS.among)
    say(`revoking ${CLICKS.count}, one after the other`)
    const clicks = await fleet.revoke({
      url,
      cookie,
      mqttPort,
      count: CLICKS.count,
      parallel: CLICKS.parallel,
    })
    say(`connecting the others, revoking ${MANY.count}, ${MANY.parallel} at a time`)
    await connect(CLICKS.among, STATIONS)
    const many = await fleet.revoke({ url, cookie, mqttPort, count: MANY.count, parallel: MANY.parallel })
    const row = (title: string, values: readonly number[]) => [
      title,
      ...[0.5, 0.99, 1].map((q) => quantile(values, q).toFixed(1)),
    ]
    const table = (title: string, revoked: typeof many) => ({
      title,
      head: ['ms', 'p50', 'p99', 'max'],
      rows: [
        row('from the click to the closed socket', revoked.requestToClosedMs),
        row('from the click to the refused CONNECT', revoked.requestToRefusedMs),
        row('from the click to the HTTP answer', revoked.answeredMs),
        row('from the HTTP answer to the closed socket', revoked.closedMs),
      ],
    })
    return {
      figures: {
        requestToClosedP50Ms: p(clicks.requestToClosedMs, 0.5),
        requestToClosedP99Ms: p(clicks.requestToClosedMs, 0.99),
        requestToRefusedP99Ms: p(clicks.requestToRefusedMs, 0.99),
        answeredP50Ms: p(clicks.answeredMs, 0.5),
        p99Ms: p(many.closedMs, 0.99),
        maxMs: p(many.closedMs, 1),
        revoked: clicks.closedMs.length + many.closedMs.length,
        takenAfterwards: clicks.takenAfterwards + many.takenAfterwards,
        bystandersLost: clicks.bystandersLost + many.bystandersLost,
      },
      tables: [
        table(`${CLICKS.count} revocations, one after the other, among ${CLICKS.among} stations`, clicks),
        table(
          `${MANY.count} revocations, ${MANY.parallel} at a time, among ${STATIONS - CLICKS.count}`,
          many,
        ),
      ],
      notes: [
        `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`,
        'All stations together say 1,000 messages a second; whoever is revoked says 20 more, which are acknowledged.',
        'A socket that closed before the answer came counts as 0 in the last line.',
        canPin ? 'Core has one processor core, the stations another; PostgreSQL shares it.' : 'Not pinned.',
      ],
    }
  } finally {
    await fleet.stop()
    await core.stop()
  }
}
