/**
 * Bodies of satellites, elements and their sources.
 * @module
 */
import { z } from 'zod'
import { ommSchema, sha256Hex } from '../messages.js'
import { idSchema, isoTime, pageOf, pageQuery } from './common.js'

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
export const elementSourceRequest = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('celestrak'),
    group: z.string().regex(/^[a-z0-9-]{1,40}$/, 'must be a group of CelesTrak, such as amateur'),
  }),
])
export const elementSourceSchema = z.strictObject({
  id: idSchema,
  kind: z.literal('celestrak'),
  group: z.string(),
  enabled: z.boolean(),
  etag: z.string().nullable(),
  checkedAt: isoTime.nullable(),
  /** What the last look brought, in words. */
  lastResult: z.string().nullable(),
})
export const elementSourcesResponse = z.strictObject({ items: z.array(elementSourceSchema) })
/** The director reports each look at a source. */
export const elementSourceChecked = z.strictObject({
  etag: z.string().max(200).nullable(),
  result: z.string().max(300),
})
