/**
 * How long to wait before connecting again (G9). Full jitter: a fleet that lost its broker does not come back as one.
 * @module
 */
import { SECOND } from '../shared/time.js'

export interface BackoffLimits {
  /** Longest pause, ms. */
  readonly maxMs: number
  /** Pause after the broker refused the credential, ms. */
  readonly refusedMs: number
}

const FIRST_MS = SECOND
/** 2^17 s is beyond every limit. */
const MOST_DOUBLINGS = 17

/**
 * Pause before the next attempt, ms. `attempt` counts failures in a row from 0; `random` is in [0, 1). A refused
 * credential does not get better by asking often: it waits at least `refusedMs`, up to half as long again.
 */
export function pauseMs(limits: BackoffLimits, attempt: number, isRefused: boolean, random: number): number {
  if (isRefused) return Math.round(limits.refusedMs * (1 + random / 2))
  const cap = Math.min(limits.maxMs, FIRST_MS * 2 ** Math.min(attempt, MOST_DOUBLINGS))
  const floor = Math.min(FIRST_MS, limits.maxMs) / 4
  return Math.round(floor + random * (cap - floor))
}
