/**
 * Time comes in as an argument. UTC only; ISO 8601 with milliseconds in bodies, seconds in JWTs (A34).
 * @module
 */

/** The wall clock and a clock that never jumps. */
export interface Clock {
  /** Milliseconds since the Unix epoch, UTC. */
  now(): number
  /** Milliseconds since some fixed moment; unaffected by clock steps. */
  monotonic(): number
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
}

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** ISO 8601, UTC, milliseconds: `2026-11-22T03:04:05.678Z`. */
export const iso = (ms: number): string => new Date(ms).toISOString()
