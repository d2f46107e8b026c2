/**
 * How late the event loop is: while it is busy with one thing, everything else waits.
 * @module
 */
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks'

/** A timer so often, ms. What the histogram records is the time between two of them. */
const RESOLUTION_MS = 10
const NS_PER_MS = 1e6

export interface LoopDelaySlice {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

export class LoopDelay {
  #current: IntervalHistogram | null = null

  start(): void {
    this.#current ??= begun()
  }

  stop(): void {
    this.#current?.disable()
    this.#current = null
  }

  /** What was seen since the last call, or since the start; null when there was nothing to see yet. */
  take(): LoopDelaySlice | null {
    const done = this.#current
    if (done === null) return null
    // Not `reset()`, after which the delay that is under way just now would be lost.
    this.#current = begun()
    done.disable()
    if (done.count === 0) return null
    const late = (ns: number) => Math.max(0, ns / NS_PER_MS - RESOLUTION_MS)
    return { p50Ms: late(done.percentile(50)), p99Ms: late(done.percentile(99)), maxMs: late(done.max) }
  }
}

function begun(): IntervalHistogram {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  histogram.enable()
  return histogram
}
