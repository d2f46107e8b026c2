/**
 * How the broker stands, as one value: for core, which shows it to Prometheus and to `talos doctor broker`.
 * @module
 */
import type { PrincipalKind } from '../shared/principal.js'
import type { Connection } from './connection.js'
import type { Transport } from './contracts.js'
import type { Counts } from './counters.js'
import type { LatencyCounts } from './latency.js'
import type { Limits } from './limits.js'

/** A reader for whom bytes wait. */
export interface WaitingReader {
  readonly kind: PrincipalKind
  readonly id: string
  /** Null for a service, which belongs to none. */
  readonly org: string | null
  readonly transport: Transport
  readonly bytes: number
}

export interface Backlog {
  /** Bytes that wait for all readers. */
  readonly bytes: number
  /** Readers that miss telemetry, because more than `backlogDropBytes` wait for them. */
  readonly slowReaders: number
  /** Those for whom most waits, the worst first. */
  readonly worst: readonly WaitingReader[]
}

export interface Bytes {
  readonly received: number
  readonly sent: number
}

export interface BrokerMetrics {
  readonly connections: Readonly<Record<PrincipalKind, Readonly<Record<Transport, number>>>>
  /** Sockets that have not been let in yet. */
  readonly pending: number
  /** Retained messages. */
  readonly retained: number
  readonly retainedBytes: number
  readonly backlog: Backlog
  /** Since the start, of clients that were let in, as their sockets count them. */
  readonly bytes: Bytes
  /** Since the start. */
  readonly counts: Counts
  /** Since the start. */
  readonly latency: LatencyCounts
  readonly limits: Limits
}

/** As many as a person reads at a glance. */
const WORST = 5

/** What the live connections show, in one walk over them. `ended` are the bytes of those that are no more. */
export function measureConnections(
  connections: Iterable<Connection>,
  limits: Limits,
  ended: Bytes,
): Pick<BrokerMetrics, 'connections' | 'backlog' | 'bytes'> {
  const perTransport = (): Record<Transport, number> => ({ tcp: 0, tls: 0, websocket: 0 })
  const counts = { station: perTransport(), user: perTransport(), service: perTransport() }
  const waiting: WaitingReader[] = []
  let [received, sent, bytes, slowReaders] = [ended.received, ended.sent, 0, 0]
  for (const { principal, options, backlog } of connections) {
    const { transport, wire } = options.meta
    counts[principal.kind][transport]++
    received += wire?.bytesRead ?? 0
    sent += wire?.bytesWritten ?? 0
    if (backlog === 0) continue
    bytes += backlog
    if (backlog > limits.backlogDropBytes) slowReaders++
    waiting.push({
      ...{ kind: principal.kind, id: principal.id, transport, bytes: backlog },
      org: principal.kind === 'service' ? null : principal.org,
    })
  }
  const worst = waiting.sort((a, b) => b.bytes - a.bytes).slice(0, WORST)
  return { connections: counts, backlog: { bytes, slowReaders, worst }, bytes: { received, sent } }
}
