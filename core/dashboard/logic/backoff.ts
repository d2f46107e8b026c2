/**
 * How long to wait before the next attempt.
 * @module
 */
import { SECOND } from '../../../shared/time.js'

/** Soon enough that a restart of core is hardly seen; the ceiling spares a core that is down for long. */
const FIRST_MS = 1 * SECOND
const CEILING_MS = 30 * SECOND

/**
 * Exponential, with full jitter over its upper half, so that a thousand screens do not come back in one moment.
 * @param attempt failures so far, from 0
 * @param random in [0, 1)
 * @returns ms
 */
export const backoff = (attempt: number, random: number): number =>
  Math.min(CEILING_MS, FIRST_MS * 2 ** Math.min(attempt, 16)) * (0.5 + random / 2)
