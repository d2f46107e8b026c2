/**
 * Bodies of satellites and elements.
 * @module
 */
import { z } from 'zod'
import { ommSchema, sha256Hex } from '../messages.js'
import { isoTime, pageOf, pageQuery } from './common.js'

/** A satellite's id is its catalogue number as text: nine digits fit, columns are never parsed. */
export const satelliteIdSchema = z.string().regex(/^[1-9][0-9]{0,8}$/, 'must be a catalogue number')
export const satelliteParams = z.strictObject({ id: satelliteIdSchema })

export const elementsAgeLevel = z.enum(['fresh', 'old', 'stale'])
export const satelliteSchema = z.strictObject({
  id: satelliteIdSchema,
  name: z.string(),
  /** Where the elements came from: `celestrak:amateur`, `upload:...`, `training`. */
  source: z.string(),
  epoch: isoTime,
  ageDays: z.number(),
  /** fresh; old beyond 3 days: warned; stale beyond 14: refused unless the campaign allows it. */
  age: elementsAgeLevel,
  elementsHash: sha256Hex,
  omm: ommSchema,
  receivedAt: isoTime,
})
export type SatelliteRecord = z.infer<typeof satelliteSchema>
export const satellitesQuery = pageQuery.extend({
  limit: z.coerce.number().int().min(1).max(2000).default(200),
})
export const satellitesResponse = pageOf(satelliteSchema)

/** `POST elements/import`: OMM or TLE text, as read from a file or a source. */
export const elementsImportRequest = z.strictObject({
  source: z.string().min(1).max(100),
  /** Larger files are sent in parts. */
  text: z.string().min(1).max(4_000_000),
})
export const elementsImportResponse = z.strictObject({
  imported: z.int(),
  /** Known already, or newer than what came: never replaced by older. */
  unchanged: z.int(),
  refused: z.array(
    z.strictObject({ where: z.string(), name: z.string(), code: z.string(), detail: z.string() }),
  ),
})

/** `GET satellites/:id/elements`: the sets that are kept of a satellite, the newest first. */
export const elementHistoryItem = z.strictObject({
  elementsHash: sha256Hex,
  epoch: isoTime,
  receivedAt: isoTime,
  source: z.string(),
  /** The one that points antennas. */
  current: z.boolean(),
  /**
   * How far from this set, at its epoch, the set before it has the satellite. Null for the oldest, and where SGP4 makes
   * nothing of one of them.
   */
  drift: z
    .strictObject({
      /** Since the epoch of the set before it. */
      days: z.number(),
      km: z.number(),
      /** Ahead of what the set before it says, seconds; negative: behind. By so much AOS and LOS move. */
      earlyS: z.number(),
    })
    .nullable(),
})
export type ElementHistoryItem = z.infer<typeof elementHistoryItem>
export const elementHistoryResponse = z.strictObject({ items: z.array(elementHistoryItem) })
