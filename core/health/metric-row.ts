/**
 * A metric as a row of a table, and what it is read from.
 * @module
 */
import type { LatencyCounts } from '../../broker/latency.js'
import type { BrokerMetrics } from '../../broker/metrics.js'
import type { StationCertificateCounts } from '../../shared/api/health.js'
import type { LoopDelaySlice } from './loop-delay.js'
import type { ProcessStats } from './process-stats.js'
import type { RoundNumbers } from './round-numbers.js'

/** Everything that a scrape shows, read once for it. */
export interface Measured {
  readonly broker: BrokerMetrics
  readonly process: ProcessStats
  /** Of the last whole slice. */
  readonly loopDelay: LoopDelaySlice | null
  readonly version: string
  readonly certificates: StationCertificateCounts
  readonly health: RoundNumbers
}

export type Labels = Readonly<Record<string, string>>
export type Sample = readonly [Labels, number]

interface Row {
  readonly name: string
  readonly help: string
}

/** A counter or a gauge. */
export interface NumberRow extends Row {
  readonly type: 'counter' | 'gauge'
  readonly labels: readonly string[]
  readonly samples: (measured: Measured) => readonly Sample[]
}

export interface HistogramRow extends Row {
  readonly type: 'histogram'
  readonly bounds: readonly number[]
  readonly counts: (measured: Measured) => LatencyCounts
}

export type MetricRow = NumberRow | HistogramRow
