/**
 * What the broker counted in the last minutes. Its counts only ever grow, so a window is the difference of two of them.
 * @module
 */
import type { BrokerMetrics } from '../../broker/metrics.js'
import { type Clock, MINUTE, SECOND } from '../../shared/time.js'
import type { LoopDelaySlice } from './loop-delay.js'

export type BrokerCounts = Pick<BrokerMetrics, 'counts' | 'latency'>

export interface BrokerRecent extends BrokerCounts {
  readonly windowS: number
  /** Of each slice within the window. */
  readonly loopDelay: readonly LoopDelaySlice[]
}

export interface BrokerHistoryOptions {
  readonly clock: Clock
  readonly counts: () => BrokerCounts
  /** See `LoopDelay.take`. */
  readonly takeLoopDelay: () => LoopDelaySlice | null
}

interface Slice {
  /** Monotonic ms. */
  readonly at: number
  readonly counted: BrokerCounts
  /** Of the slice that ended then. */
  readonly loopDelay: LoopDelaySlice | null
}

export const SLICE_MS = 15 * SECOND
const WINDOW_MS = 5 * MINUTE

export class BrokerHistory {
  #slices: Slice[] = []
  #timer: NodeJS.Timeout | null = null

  constructor(private readonly options: BrokerHistoryOptions) {}

  start(): void {
    this.sample()
    this.#timer = setInterval(() => this.sample(), SLICE_MS).unref()
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    this.#slices = []
  }

  /** Ends a slice. */
  sample(): void {
    const { clock, counts, takeLoopDelay } = this.options
    const at = clock.monotonic()
    this.#slices.push({ at, counted: counts(), loopDelay: takeLoopDelay() })
    // One that is older than the window stays, so that the window is whole.
    const within = this.#slices.findIndex((slice) => at - slice.at < WINDOW_MS)
    if (within > 1) this.#slices = this.#slices.slice(within - 1)
  }

  /** The loop delay of the slice that ended last. */
  lastLoopDelay(): LoopDelaySlice | null {
    return this.#slices.at(-1)?.loopDelay ?? null
  }

  /** The window up to now; of a young process, since its start. */
  recent(): BrokerRecent {
    const { clock, counts } = this.options
    const [first, ...others] = this.#slices
    const counted = counts()
    const at = clock.monotonic()
    return {
      ...(first === undefined ? counted : minus(counted, first.counted)),
      windowS: first === undefined ? 0 : (at - first.at) / SECOND,
      loopDelay: others.flatMap((slice) => slice.loopDelay ?? []),
    }
  }
}

/** The difference of two snapshots, number by number; what was not there before counts as 0. */
export function minus<T extends object>(now: T, before: T): T {
  const entries = Object.entries(now).map(([key, value]) => {
    const then = (before as Record<string, unknown>)[key]
    if (typeof value === 'number') return [key, value - (typeof then === 'number' ? then : 0)]
    return [key, minus(value as object, (then ?? {}) as object)]
  })
  const result = Object.fromEntries(entries)
  return (Array.isArray(now) ? Object.values(result) : result) as T
}
