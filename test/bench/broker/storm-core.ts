/**
 * The same storm on a whole core with its database, beside stations that were there before.
 * @module
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { LoopDelaySlice } from '../../../core/health/loop-delay.js'
import { Bystander } from '../fleet/bystander.js'
import type { Noticed } from '../fleet/bystander-process.js'
import { Fleet } from '../fleet/fleet.js'
import type { Gathered } from '../fleet/fleet-process.js'
import { startLiveCore } from '../fleet/live-core.js'
import type { Outcome, Say } from '../harness/outcome.js'
import { rounded } from '../harness/statistics.js'
import { announced } from './loads.js'

const STATIONS = 10_000
const WARM = 1000
/** All of them dial as fast as one process can; the rest is core's to order. */
const PARALLEL = 1000
const QUIET_MS = 2000
const STORMS = 3

interface Storm extends Gathered {
  readonly loop: LoopDelaySlice
  readonly noticed: Noticed
  readonly coreShare: number
}

/** Cores that neither core nor the load had: PostgreSQL, the bystander, and what else the machine does. */
const foreignOf = ({ allShare, loadShare, coreShare }: Storm) => Math.max(0, allShare - loadShare - coreShare)
const percent = (share: number) => `${Math.round(share * 100)} %`

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
    const storms: Storm[] = []
    for (let i = 0; i < STORMS; i++) {
      await fleet.disconnect()
      await delay(QUIET_MS)
      await Promise.all([core.loopDelay(), bystander.noticed()])
      const before = core.cpuMs()
      const gathered = await fleet.connect({ ...job, from: 0, count: STATIONS })
      const [loop, noticed] = await Promise.all([core.loopDelay(), bystander.noticed()])
      storms.push({ ...gathered, loop, noticed, coreShare: (core.cpuMs() - before) / gathered.ms })
    }
    const [storm] = storms.sort((a, b) => foreignOf(a) - foreignOf(b))
    if (storm === undefined) throw new Error('no storm was measured')
    const perSecond = (STATIONS / storm.ms) * 1000
    const row = (title: string, { p50Ms, p99Ms: p99, maxMs }: LoopDelaySlice, noticed: Noticed) => [
      title,
      ...[p50Ms, p99, maxMs, noticed.p50, noticed.p99, noticed.max].map((value) => value.toFixed(1)),
    ]
    return {
      figures: {
        connectsPerSecondOfCore: rounded(perSecond, 0),
        maxLoopDelayMsInStorm: rounded(storm.loop.p99Ms, 1),
        bystanderP99MsInStorm: rounded(storm.noticed.p99, 1),
      },
      tables: [
        {
          title: `A whole core with PostgreSQL: ${STATIONS} stations connect and subscribe, ${PARALLEL} at a time`,
          head: ['', 'loop p50 ms', 'p99', 'max', 'bystander p50 ms', 'p99', 'max'],
          rows: [row('quiet', quietLoop, quiet), row('storm', storm.loop, storm.noticed)],
        },
      ],
      notes: [
        `Whole core: ${perSecond.toFixed(0)} CONNECTs/s, ${((storm.coreShare * storm.ms) / STATIONS).toFixed(2)} ms CPU each, ${storm.p99Ms.toFixed(0)} ms at p99 from dial to SUBACK. Core had ${percent(storm.coreShare)} of its processor core, the load ${percent(storm.loadShare)} of the other, PostgreSQL, the bystander (100 messages a second) and others ${percent(foreignOf(storm))}; the least disturbed of ${STORMS} storms.`,
      ],
    }
  } finally {
    await Promise.all([fleet.stop(), bystander.stop()])
    await core.stop()
  }
}
