/**
 * Collects how the broker stands and what it did in the last minutes: raw, without a judgement (H1, H12).
 * @module
 */
import { LATENCY_BOUNDS_S, type LatencyCounts } from '../../broker/latency.js'
import type { BrokerMetrics } from '../../broker/metrics.js'
import type { BrokerState, BrokerWindow, ListenerInfo } from '../../shared/api/health.js'
import { SECOND } from '../../shared/time.js'
import type { BrokerRecent } from './broker-history.js'
import type { LoopDelaySlice } from './loop-delay.js'
import type { ProcessStats } from './process-stats.js'

export function brokerState(
  metrics: BrokerMetrics,
  process: ProcessStats,
  listeners: readonly ListenerInfo[],
): BrokerState {
  const { connections, pending, retained, retainedBytes, backlog, bytes, limits } = metrics
  const { upS, rssBytes, memoryBytes, heapBytes, heapLimitBytes } = process
  return {
    listeners: [...listeners],
    connections: {
      station: { ...connections.station },
      user: { ...connections.user },
      service: { ...connections.service },
    },
    ...{ pending, retained, retainedBytes, bytes: { ...bytes }, limits: { ...limits } },
    backlog: { ...backlog, worst: [...backlog.worst] },
    process: { upS, rssBytes, memoryBytes, heapBytes, heapLimitBytes },
  }
}

export function brokerWindow({ counts, latency, loopDelay, windowS }: BrokerRecent): BrokerWindow {
  const { connectsAbandoned, connectsAccepted, refused, ended, messagesIn, messagesOut, dropped, limited } =
    counts
  return {
    ...{ windowS, connectsAbandoned, connectsAccepted, ended, messagesIn, messagesOut, dropped, limited },
    refused: { ...refused },
    latency: { measured: latency.count, p99Ms: percentileMs(latency, 0.99) },
    loopDelay: worstOf(loopDelay),
  }
}

/** The upper bound of the bucket in which this share of the measurements is reached, ms; null when there is none. */
export function percentileMs({ buckets, count }: LatencyCounts, share: number): number | null {
  if (count === 0) return null
  let seen = 0
  const index = buckets.findIndex((n) => {
    seen += n
    return seen >= count * share
  })
  const bound = LATENCY_BOUNDS_S[index]
  return bound === undefined ? null : bound * SECOND
}

function worstOf(slices: readonly LoopDelaySlice[]): BrokerWindow['loopDelay'] {
  if (slices.length === 0) return null
  return {
    p99Ms: Math.max(...slices.map((slice) => slice.p99Ms)),
    maxMs: Math.max(...slices.map((slice) => slice.maxMs)),
  }
}
