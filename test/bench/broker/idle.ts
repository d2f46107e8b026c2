/**
 * What a connection that says nothing holds.
 * @module
 */
import { setTimeout as delay } from 'node:timers/promises'
import { Fleet } from '../fleet/fleet.js'
import type { Outcome, Say } from '../harness/outcome.js'
import { rounded } from '../harness/statistics.js'
import { announced } from './loads.js'
import { type PeerName, startPeer, TITLES } from './peers.js'

const STATIONS = 5000
const PARALLEL = 90
/** Connected before the first look, so that code and caches are there already. */
const WARM = 500
const SETTLE_MS = 2000

export async function idle(names: readonly PeerName[], say: Say): Promise<Outcome> {
  const figures: Record<string, number> = {}
  const rows: string[][] = []
  for (const name of names) {
    announced(say, `${STATIONS} idle connections: ${TITLES[name]}`)
    const { before, after } = await measure(name)
    const each = (after - before) / STATIONS
    rows.push([TITLES[name], (before / 1024).toFixed(0), (after / 1024).toFixed(0), each.toFixed(1)])
    if (name === 'talos') figures['kibPerIdleConnection'] = rounded(each, 1)
  }
  return {
    figures,
    tables: [
      {
        title: `Memory (RSS) of ${STATIONS} idle connections, each with one QoS 1 subscription`,
        head: ['broker', 'MiB before', 'MiB after', 'KiB a connection'],
        rows,
      },
    ],
    notes: [],
  }
}

async function measure(name: PeerName): Promise<{ before: number; after: number }> {
  const peer = await startPeer(name, { stations: WARM + STATIONS, readers: 0 })
  const fleet = new Fleet()
  try {
    const job = { port: peer.port, parallel: PARALLEL, subscribe: true }
    await fleet.connect({ ...job, from: 0, count: WARM })
    await delay(SETTLE_MS)
    const before = peer.rssKib()
    await fleet.connect({ ...job, from: WARM, count: STATIONS })
    await delay(SETTLE_MS)
    return { before, after: peer.rssKib() }
  } finally {
    await Promise.all([fleet.stop(), peer.stop()])
  }
}
