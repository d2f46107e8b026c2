/**
 * How old a thing may be before the screen says so.
 * @module
 */
import type { Omm } from '../../../shared/messages.js'
import { type AgeLevel, ageLevel, ageLimits, LOW_LIMITS } from '../../../shared/orbit/age.js'
import { DAY, SECOND } from '../../../shared/time.js'

/** Telemetry comes at 1 to 4 Hz; after five seconds without one it is history, shown grey with its age. */
export const TELEMETRY_STALE_MS = 5 * SECOND

export const isStale = (receivedAt: number | null, now: number): boolean =>
  receivedAt === null || now - receivedAt > TELEMETRY_STALE_MS

export const elementsAgeDays = (epochMs: number, now: number): number => (now - epochMs) / DAY

/** @param omm where it is known: without it, by the limits of low orbits, which are the strictest */
export const elementsAge = (days: number, omm?: Omm): AgeLevel =>
  ageLevel(days * DAY, omm === undefined ? LOW_LIMITS : ageLimits(omm))

/** `3 h`, `1.4 d`, `23 d`; elements from the future say so. */
export function elementsAgeText(days: number): string {
  if (days < -0.01) return `${Math.abs(days).toFixed(1)} d ahead`
  if (days < 1 / 24) return '<1 h'
  if (days < 1) return `${Math.round(days * 24)} h`
  return days < 10 ? `${days.toFixed(1)} d` : `${Math.round(days)} d`
}
