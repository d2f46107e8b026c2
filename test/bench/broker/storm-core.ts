/**
 * The same storm on a whole core with its database, beside stations that were there before.
 * @module
 */
import { setTimeout as delay } from 'node:timers/promises'
import { Bystander } from '../fleet/bystander.js'
import { Fleet } from '../fleet/fleet.js'
import { startLiveCore } from '../fleet/live-core.js'
import type { Outcome, Say } from '../harness/outcome.js'
import { rounded } from '../harness/statistics.js'
import { announced } from './loads.js'

const STATIONS = 10_000
const WARM = 1000
/** All of them dial as fast as one process can; the rest is core's to order. */
const PARALLEL = 1000
const QUIET_MS = 2000

export async function stormOfCore(say: Say): Promise<Outcome> {
  announced(say, `${STATIONS} CONNECTs: a whole core`)
  // Those that warm it up are others, or they would come back sooner than a station may.
  const core = await startLiveCore(STATIONS + WARM + 10)
  const [fleet, bystander] = [new Fleet(), new Bystander()]
  try {
    const job = { port: core.mqttPort, parallel: PARALLEL, subscribe: true }
    await fleet.connect({ ...job, from: STATIONS, count: WARM })
    await bystander.start({ port: core.mqttPort, from: STATIONS + WARM })
    await delay(QUIET_MS)
    await Promise.all([core.loopDelay(), bystander.noticed()])
    await delay(QUIET_MS)
    const [quietLoop, quiet] = await Promise.all([core.loopDelay(), bystander.noticed()])
    const before = core.cpuMs()
    const { ms, p99Ms, loadShare } = await fleet.connect({ ...job, from: 0, count: STATIONS })
    const [loop, storm] = await Promise.all([core.loopDelay(), bystander.noticed()])
    const share = (core.cpuMs() - before) / ms
    const row = (title: string, { p50Ms, p99Ms: p99, maxMs }: typeof loop, noticed: typeof storm) => [
      title,
      ...[p50Ms, p99, maxMs, noticed.p50, noticed.p99, noticed.max].map((value) => value.toFixed(1)),
    ]
    return {
      figures: {
        connectsPerSecondOfCore: rounded((STATIONS / ms) * 1000, 0),
        maxLoopDelayMsInStorm: rounded(loop.p99Ms, 1),
        bystanderP99MsInStorm: rounded(storm.p99, 1),
      },
      tables: [
        {
          title: `A whole core with PostgreSQL: ${STATIONS} stations connect and subscribe, ${PARALLEL} at a time`,
          head: ['', 'loop p50 ms', 'p99', 'max', 'bystander p50 ms', 'p99', 'max'],
          rows: [row('quiet', quietLoop, quiet), row('storm', loop, storm)],
        },
      ],
      notes: [
        `Whole core: ${((STATIONS / ms) * 1000).toFixed(0)} CONNECTs/s, ${p99Ms.toFixed(0)} ms at p99 from dial to SUBACK; core had ${Math.round(share * 100)} % of its core, the load ${Math.round(loadShare * 100)} %. The bystander's 100 messages a second share the load's core.`,
      ],
    }
  } finally {
    await Promise.all([fleet.stop(), bystander.stop()])
    await core.stop()
  }
}
