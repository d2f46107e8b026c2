/**
 * Bodies of maintenance windows: times in which a station is not planned for.
 * @module
 */
import { z } from 'zod'
import { idSchema, isoTime, orgIdParams } from './common.js'

export const maintenanceSchema = z.strictObject({
  id: idSchema,
  from: isoTime,
  to: isoTime,
  reason: z.string(),
  /** Who made it. */
  createdBy: z.string(),
  createdAt: isoTime,
})
export type MaintenanceWindow = z.infer<typeof maintenanceSchema>
export const maintenanceResponse = z.strictObject({ items: z.array(maintenanceSchema) })
export const maintenanceParams = orgIdParams.extend({ windowId: idSchema })
export const maintenanceRequest = z.strictObject({
  /** Left out: now. */
  from: isoTime.optional(),
  to: isoTime,
  reason: z.string().trim().min(1).max(200),
  /** Contacts that run in the window are called off at once; otherwise they are flown to their end. */
  now: z.boolean().default(false),
})
export const maintenanceAnswer = maintenanceSchema.extend({
  /** Booked contacts that it calls off. What can be flown elsewhere is booked there by the next schedule. */
  calledOff: z.array(idSchema),
})
