/**
 * What a station knows of its clock, and tells with its health and with each receipt (G12, field C12).
 * @module
 */
import { z } from 'zod'

export const CLOCK_SOURCES = ['core', 'ntp', 'both', 'conflict', 'rtc', 'none'] as const
export const NTP_STATES = ['synchronised', 'unsynchronised', 'unknown'] as const

/** Null is "not known". */
const knowledge = {
  /** Against what it was compared; `conflict`: core and NTP exclude each other, and the worse of both is told. */
  source: z.enum(CLOCK_SOURCES),
  /** How far it is ahead of true time. */
  offsetMs: z.int().nullable(),
  /** The true offset is no further from the told one than this. */
  uncertaintyMs: z.int().min(0).nullable(),
} as const

/** As it is now. */
export const toldClockSchema = z.strictObject({ ...knowledge, ntp: z.enum(NTP_STATES) })

/** As it was when the pass began that was flown by it, or when it was too far off to go on. */
export const flownClockSchema = z.strictObject({
  ...knowledge,
  /** How far the antenna could point beside the satellite for that, at the fastest moment of the pass. */
  errDeg: z.number().min(0).max(180).nullable(),
  /** Half the beam width. */
  allowedDeg: z.number().min(0).max(180),
})
