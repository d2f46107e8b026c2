/**
 * Bodies of passes.
 * @module
 */
import { z } from 'zod'
import { idSchema, isoTime } from './common.js'
import { satelliteIdSchema } from './elements.js'

export const passesQuery = z.strictObject({
  station: idSchema.optional(),
  satellite: satelliteIdSchema.optional(),
  from: isoTime.optional(),
  to: isoTime.optional(),
})
const lightSchema = z.enum(['sunlit', 'penumbra', 'umbra'])
export const passSchema = z.strictObject({
  stationId: idSchema,
  satelliteId: satelliteIdSchema,
  satelliteName: z.string(),
  aos: isoTime,
  tca: isoTime,
  los: isoTime,
  aosAz: z.number(),
  tcaAz: z.number(),
  losAz: z.number(),
  maxEl: z.number(),
  durationS: z.number(),
  /** At TCA. */
  rangeKm: z.number(),
  /** Whether the Sun shines on the satellite. */
  light: z.strictObject({ aos: lightSchema, tca: lightSchema, los: lightSchema }),
  /** In sight before the window began: `aos` is its begin. */
  clippedStart: z.boolean(),
  /** In sight when the window, or the orbit, ended: `los` is that end. */
  clippedEnd: z.boolean(),
  elementsAgeDays: z.number(),
})
export type PassRecord = z.infer<typeof passSchema>
export const passesResponse = z.strictObject({ items: z.array(passSchema) })
