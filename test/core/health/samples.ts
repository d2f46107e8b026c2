/**
 * A broker's numbers for tests of what is made of them.
 * @module
 */
import { Counters } from '../../../broker/counters.js'
import { LATENCY_BOUNDS_S } from '../../../broker/latency.js'
import { DEFAULT_LIMITS } from '../../../broker/limits.js'
import type { BrokerMetrics } from '../../../broker/metrics.js'
import type { ProcessStats } from '../../../core/health/process-stats.js'
import { roundNumbers } from '../../../core/health/round-numbers.js'
import type { StationCertificateCounts } from '../../../shared/api/health.js'

/** A broker that has just begun; `count` does to its counters what happened. */
export function brokerMetrics(
  count: (counters: Counters) => void = () => {},
  more: Partial<BrokerMetrics> = {},
): BrokerMetrics {
  const counters = new Counters()
  count(counters)
  const none = { tcp: 0, tls: 0, websocket: 0 }
  return {
    connections: { station: none, user: none, service: none },
    pending: 0,
    retained: 0,
    retainedBytes: 0,
    backlog: { bytes: 0, slowReaders: 0, worst: [] },
    bytes: { received: 0, sent: 0 },
    counts: counters.snapshot(),
    latency: latency({}),
    limits: DEFAULT_LIMITS,
    ...more,
  }
}

/** So many measurements in the buckets that end there, s. */
export function latency(perBound: Readonly<Record<string, number>>) {
  const buckets = [...LATENCY_BOUNDS_S, Number.POSITIVE_INFINITY].map((bound) => perBound[String(bound)] ?? 0)
  return { buckets, count: buckets.reduce((sum, n) => sum + n, 0), sumS: 0 }
}

export const CERTIFICATES: StationCertificateCounts = { good: 3, late: 0, expired: 0 }

export const PROCESS: ProcessStats = {
  upS: 3600,
  cpuS: 12.5,
  rssBytes: 200 * 2 ** 20,
  memoryBytes: 4096 * 2 ** 20,
  heapBytes: 50 * 2 ** 20,
  heapLimitBytes: 2048 * 2 ** 20,
}

/** Before the first round. */
export const ROUND = roundNumbers({
  overview: () => ({ at: null, level: 'ok', reports: [] }),
  states: () => [],
})
