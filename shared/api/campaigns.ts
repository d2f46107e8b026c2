/**
 * Bodies of campaigns: what shall be followed, and how much it matters.
 * @module
 */
import { z } from 'zod'
import { idSchema, isoTime, nameSchema, pageOf } from './common.js'
import { satelliteIdSchema } from './elements.js'

/** Priority: 1 to 10, 10 is the highest. */
export const prioritySchema = z.int().min(1).max(10)
const campaignFields = {
  name: nameSchema,
  priority: prioritySchema,
  satellites: z.array(satelliteIdSchema).min(1).max(500),
  /** Only these stations; empty: all of the organisation. */
  stations: z.array(idSchema).max(1000),
  /** Shortest contact worth booking, seconds. */
  minDurationS: z.int().min(10).max(86_400),
  /** Culmination below this is not worth booking, degrees. */
  minMaxElevation: z.number().min(0).max(90),
  /** Book with elements beyond the age at which they are refused; every screen says how old. */
  allowStale: z.boolean(),
  enabled: z.boolean(),
}
export const campaignRequest = z.strictObject({
  ...campaignFields,
  stations: campaignFields.stations.default([]),
  minDurationS: campaignFields.minDurationS.default(60),
  minMaxElevation: campaignFields.minMaxElevation.default(0),
  allowStale: z.boolean().default(false),
  enabled: z.boolean().default(true),
})
export const campaignUpdateRequest = z.strictObject(campaignFields).partial()
export const campaignSchema = z.strictObject({
  id: idSchema,
  ...campaignFields,
  createdAt: isoTime,
  createdBy: z.string(),
})
export type Campaign = z.infer<typeof campaignSchema>
export const campaignsResponse = pageOf(campaignSchema)
