/**
 * How far the clock of this browser is from core's, from the `Date` headers of answers (RFC 9110, 6.6.1). An operator
 * counts down to AOS by this clock, so a wrong one must show itself.
 * @module
 */
import { SECOND } from '../../../shared/time.js'

/** Bounds of (core - browser), ms. */
export interface Offset {
  readonly low: number
  readonly high: number
}

export const UNKNOWN_OFFSET: Offset = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }

/**
 * Narrows the bounds by one answer. `Date` has a resolution of a second and was written at some moment between
 * `sentAt` and `receivedAt` of this browser's clock. Bounds that contradict each other mean that a clock was set
 * anew: the newest answer wins.
 */
export function narrow(offset: Offset, dateMs: number, sentAt: number, receivedAt: number): Offset {
  const low = dateMs - receivedAt
  const high = dateMs + SECOND - sentAt
  if (!Number.isFinite(low) || !Number.isFinite(high) || low > high) return offset
  const both = { low: Math.max(offset.low, low), high: Math.min(offset.high, high) }
  return both.low <= both.high ? both : { low, high }
}

/** The smallest correction that agrees with everything seen, ms: 0 while this browser's clock may be right. */
export const correction = ({ low, high }: Offset): number => Math.min(Math.max(0, low), high)
