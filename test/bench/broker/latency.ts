/**
 * How long a message takes at a steady rate, from the moment at which it was due.
 * @module
 */
import type { Outcome, Say } from '../harness/outcome.js'
import { median, rounded, spread } from '../harness/statistics.js'
import { MANY } from './accounts.js'
import { announced, type LoadGenerator, REPETITIONS } from './loads.js'
import { type Peer, TITLES } from './peers.js'

const PER_SECOND = 5000

export async function latency(peers: readonly Peer[], load: LoadGenerator, say: Say): Promise<Outcome> {
  const figures: Record<string, number> = {}
  const rows: string[][] = []
  for (const qos of [0, 1] as const) {
    const title = `QoS ${qos} ${MANY} -> 1 at ${PER_SECOND}/s`
    announced(say, title)
    const shape = { publishers: MANY, readers: 1, qos, warmMs: 500, measureMs: 2000, perSecond: PER_SECOND }
    const results = await load.compare(peers, shape, REPETITIONS)
    for (const [name, list] of results) {
      const ms = (values: number[]) => spread(values, (value) => value.toFixed(2))
      const share = median(list.map(({ serverShare }) => serverShare))
      rows.push([
        title,
        TITLES[name],
        ms(list.map(({ p50 }) => p50)),
        ms(list.map(({ p99 }) => p99)),
        `${Math.round(share * 100)} %`,
        `${Math.round(median(list.map(({ foreign }) => foreign)) * 100)} %`,
        String(list.reduce((sum, { lost }) => sum + lost, 0)),
      ])
    }
    if (qos === 0)
      figures[`p99MsAt${PER_SECOND}`] = rounded(median((results.get('talos') ?? []).map(({ p99 }) => p99)), 3)
  }
  return {
    figures,
    tables: [
      {
        title: `Latency from the intended send time, ms: median [range] of ${REPETITIONS}`,
        head: ['load', 'broker', 'p50', 'p99', 'its core', 'others', 'lost'],
        rows,
      },
    ],
    notes: [],
  }
}
