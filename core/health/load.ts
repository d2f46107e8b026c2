/**
 * How near this process is to its end, for the broker, which then takes no newcomers.
 * @module
 */
import type { LoadSample } from '../../broker/overload.js'
import type { LoopDelay } from './loop-delay.js'
import { type ProcessStats, processStats } from './process-stats.js'

/** Whichever is nearer to its end: JavaScript's heap, or what the machine or the container has. */
export const memoryPercent = (
  stats: Pick<ProcessStats, 'heapBytes' | 'heapLimitBytes' | 'rssBytes' | 'memoryBytes'>,
): number => 100 * Math.max(stats.heapBytes / stats.heapLimitBytes, stats.rssBytes / stats.memoryBytes)

/** Since the last call. The delay must be this caller's own: taking it empties it. */
export const measureLoad = (delay: LoopDelay): LoadSample => ({
  loopDelayMs: delay.take()?.p99Ms ?? 0,
  memoryPercent: memoryPercent(processStats()),
})
