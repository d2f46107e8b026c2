/**
 * A fleet that comes back at once: how many CONNECTs a second, and what each costs.
 * @module
 */
import { setTimeout as delay } from 'node:timers/promises'
import { Fleet } from '../fleet/fleet.js'
import type { Outcome, Say } from '../harness/outcome.js'
import { median, rounded, spread } from '../harness/statistics.js'
import { announced } from './loads.js'
import { type PeerName, startPeer, TITLES } from './peers.js'

const STATIONS = 10_000
/** Mosquitto listens with a backlog of 100; with more dials at once it would be measured by lost SYNs. */
const PARALLEL = 90
const ROUNDS = 3
const MAX_ROUNDS = 6
const MAX_FOREIGN = 0.1
const WARM = 1000
/** Until the sockets of the round before are gone. */
const SETTLE_MS = 1000

interface Round {
  readonly perSecond: number
  readonly cpuMsEach: number
  readonly p99Ms: number
  readonly loadShare: number
  /** Cores that others took meanwhile. */
  readonly foreign: number
}

export async function storm(names: readonly PeerName[], say: Say): Promise<Outcome> {
  const figures: Record<string, number> = {}
  const rows: string[][] = []
  for (const name of names) {
    announced(say, `${STATIONS} CONNECTs: ${TITLES[name]}`)
    const rounds = await roundsOf(name)
    const all = (key: keyof Round) => rounds.map((round) => round[key])
    rows.push([
      TITLES[name],
      spread(all('perSecond'), (value) => value.toFixed(0)),
      median(all('cpuMsEach')).toFixed(3),
      median(all('p99Ms')).toFixed(0),
      `${Math.round(median(all('loadShare')) * 100)} %`,
      median(all('foreign')).toFixed(2),
    ])
    if (name === 'talos') figures['connectsPerSecond'] = rounded(median(all('perSecond')), 0)
  }
  return {
    figures,
    tables: [
      {
        title: `${STATIONS} stations connect, ${PARALLEL} at a time, and stay: median [range] of ${ROUNDS}`,
        head: ['broker', 'CONNECTs/s', 'ms CPU each', 'p99 ms to CONNACK', "load's core", 'cores of others'],
        rows,
      },
    ],
    notes: [],
  }
}

async function roundsOf(name: PeerName): Promise<Round[]> {
  // Rounds follow each other faster than one station may come back.
  const limits = { connectsPerMinute: 1000 }
  const peer = await startPeer(name, { stations: STATIONS, readers: 0, limits })
  const fleet = new Fleet()
  const rounds: Round[] = []
  try {
    const job = { port: peer.port, from: 0, parallel: PARALLEL, subscribe: false }
    await fleet.connect({ ...job, count: WARM })
    // What others disturb is done again; the least disturbed count.
    while (
      rounds.filter(({ foreign }) => foreign < MAX_FOREIGN).length < ROUNDS &&
      rounds.length < MAX_ROUNDS
    ) {
      await fleet.disconnect()
      await delay(SETTLE_MS)
      const before = peer.cpuMs()
      const { ms, p99Ms, loadShare, allShare } = await fleet.connect({ ...job, count: STATIONS })
      const cpuMs = peer.cpuMs() - before
      const foreign = Math.max(0, allShare - loadShare - cpuMs / ms)
      rounds.push({
        perSecond: (STATIONS / ms) * 1000,
        cpuMsEach: cpuMs / STATIONS,
        p99Ms,
        loadShare,
        foreign,
      })
    }
    return rounds.sort((a, b) => a.foreign - b.foreign).slice(0, ROUNDS)
  } finally {
    await Promise.all([fleet.stop(), peer.stop()])
  }
}
