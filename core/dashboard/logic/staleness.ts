/**
 * How old a thing may be before the screen says so.
 * @module
 */
import { ELEMENTS_REFUSE_MS, ELEMENTS_WARN_MS } from '../../../shared/orbit/elements.js'
import { DAY, SECOND } from '../../../shared/time.js'

/** Telemetry comes at 1 to 4 Hz; after five seconds without one it is history, shown grey with its age. */
export const TELEMETRY_STALE_MS = 5 * SECOND

export const isStale = (receivedAt: number | null, now: number): boolean =>
  receivedAt === null || now - receivedAt > TELEMETRY_STALE_MS

/** Fresh; old: used with a warning; stale: refused unless a campaign allows it (design section 9). */
export type ElementsAge = 'fresh' | 'old' | 'stale'

export const elementsAgeDays = (epochMs: number, now: number): number => (now - epochMs) / DAY

export function elementsAge(days: number): ElementsAge {
  if (days * DAY >= ELEMENTS_REFUSE_MS) return 'stale'
  return days * DAY >= ELEMENTS_WARN_MS ? 'old' : 'fresh'
}

/** `3 h`, `1.4 d`, `23 d`; elements from the future say so. */
export function elementsAgeText(days: number): string {
  if (days < -0.01) return `${Math.abs(days).toFixed(1)} d ahead`
  if (days < 1 / 24) return '<1 h'
  if (days < 1) return `${Math.round(days * 24)} h`
  return days < 10 ? `${days.toFixed(1)} d` : `${Math.round(days)} d`
}
