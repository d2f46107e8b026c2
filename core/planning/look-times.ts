/**
 * When a source may be asked again. CelesTrak's usage policy (2026): its data changes every two hours; a program that
 * gets anything but 200 stops and tells a person; one that does not is shut out.
 * @module
 */
import { type LookOutcome, SHORTEST_HOURS } from '../../shared/api/sources.js'
import { DAY, HOUR, MINUTE } from '../../shared/time.js'

/** Between two requests for one address, whatever anybody does. */
export const SHORTEST_MS = SHORTEST_HOURS * HOUR
/** So that not every installation asks at the same moments. */
const SPREAD_MS = 5 * MINUTE
/** Nothing got there: the network of the director may be back in a minute. */
const UNREACHABLE_MS = MINUTE
const LONGEST_FAILED_MS = DAY
const REFUSED_MS = 6 * HOUR
const LONGEST_REFUSED_MS = 7 * DAY

export interface LookEnd {
  readonly outcome: LookOutcome
  readonly askedMs: number
  readonly nowMs: number
  /** As the source is set. */
  readonly everyMs: number
  /** Looks in a row that failed, with this one. */
  readonly failures: number
  /** Retry-After, or null. */
  readonly retryAfterMs: number | null
  /** 0 (inclusive) to 1 (exclusive). */
  readonly random: number
}

const doubled = (first: number, times: number, longest: number) =>
  Math.min(longest, first * 2 ** Math.max(0, times - 1))

/** The moment of the next look, epoch ms. */
export function nextLook(end: LookEnd): number {
  const { outcome, askedMs, nowMs, everyMs, failures, random } = end
  const wanted = Math.min(end.retryAfterMs ?? 0, LONGEST_REFUSED_MS)
  switch (outcome) {
    case 'changed':
    case 'unchanged':
      return askedMs + everyMs + random * SPREAD_MS
    case 'unreachable':
      return nowMs + doubled(UNREACHABLE_MS, failures, everyMs) * (1 + random / 2)
    case 'failed': {
      const pause = doubled(everyMs, failures, Math.max(everyMs, LONGEST_FAILED_MS))
      return Math.max(askedMs + pause * (1 + random / 4), nowMs + wanted)
    }
    case 'refused': {
      const pause = doubled(REFUSED_MS, failures, LONGEST_REFUSED_MS)
      return Math.max(nowMs + pause * (1 + random / 4), nowMs + wanted)
    }
  }
}

/** How soon a person can have it looked at: after the two hours, and after what the host asked for. */
export const soonestLook = (look: {
  readonly outcome: string
  readonly askedMs: number | null
  readonly blockedMs: number | null
  readonly nowMs: number
}): number =>
  Math.max(
    look.nowMs,
    look.blockedMs ?? 0,
    look.outcome === 'unreachable' || look.askedMs === null ? 0 : look.askedMs + SHORTEST_MS,
  )
