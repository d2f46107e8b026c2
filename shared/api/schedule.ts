/**
 * Bodies of the schedule and the plans that follow from it.
 * @module
 */
import { z } from 'zod'
import { planSchema, sha256Hex } from '../messages.js'
import { prioritySchema } from './campaigns.js'
import { idSchema, isoTime } from './common.js'
import { contactSchema } from './contacts.js'
import { satelliteIdSchema } from './elements.js'

/** `PUT orgs/:org/schedule`, by the director: what it wants booked from now to `to`, and what it had to refuse. */
export const scheduleRequest = z.strictObject({
  from: isoTime,
  to: isoTime,
  /** Sum of priority x seconds x (0.5 + 0.5 sin of the culmination), of what was chosen. */
  value: z.number().min(0),
  /** No schedule is worth more; null: not known. */
  bound: z.number().min(0).nullable().default(null),
  contacts: z
    .array(
      z.strictObject({
        stationId: idSchema,
        satelliteId: satelliteIdSchema,
        campaignId: idSchema,
        priority: prioritySchema,
        aos: isoTime,
        tca: isoTime,
        los: isoTime,
        aosAz: z.number().min(0).max(360),
        losAz: z.number().min(0).max(360),
        maxEl: z.number().min(-5).max(90),
        elementsHash: sha256Hex,
        elementsEpoch: isoTime,
      }),
    )
    .max(5000),
  refused: z
    .array(
      z.strictObject({
        stationId: idSchema,
        satelliteId: satelliteIdSchema,
        aos: isoTime,
        los: isoTime,
        reason: z.string().max(200),
      }),
    )
    .max(5000),
})
export const scheduleResult = z.strictObject({
  /** The contacts that stand now, running ones included. */
  contacts: z.array(contactSchema),
  created: z.int(),
  kept: z.int(),
  cancelled: z.int(),
})
export const scheduleResponse = z.strictObject({
  madeAt: isoTime.nullable(),
  from: isoTime.nullable(),
  to: isoTime.nullable(),
  value: z.number().nullable(),
  bound: z.number().nullable(),
  refused: z.array(
    z.strictObject({
      stationId: idSchema,
      satelliteId: satelliteIdSchema,
      aos: isoTime,
      los: isoTime,
      reason: z.string(),
    }),
  ),
})

/** `POST orgs/:org/contacts/:id/plan`, by the director: core checks it against the contact, signs and stores it. */
export const planRequest = z.strictObject({ plan: planSchema })
export const planResponse = z.strictObject({
  contactId: idSchema,
  seq: z.int(),
  hash: sha256Hex,
  /** Compact JWS to publish on `plan/{contactId}`. */
  jws: z.string(),
})
/** `POST orgs/:org/contacts/:id/withdrawal`: a signed order to forget the plan. */
export const withdrawalResponse = z.strictObject({ contactId: idSchema, jws: z.string() })
/** `GET orgs/:org/contacts/:id/plan`: the newest signed plan, to send again. */
