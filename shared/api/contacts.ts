/**
 * Bodies of contacts: booked passes and how they went.
 * @module
 */
import { z } from 'zod'
import { receiptSchema, sha256Hex } from '../messages.js'
import { prioritySchema } from './campaigns.js'
import { idSchema, isoTime, pageOf, pageQuery, slugSchema } from './common.js'
import { satelliteIdSchema } from './elements.js'

export const CONTACT_STATES = [
  'proposed',
  'scheduled',
  'uploaded',
  'prepass',
  'tracking',
  'completed',
  'partial',
  'conflicting',
  'drifted',
  'missed',
  'failed_station',
  'failed_system',
  'cancelled',
] as const
export const contactStateSchema = z.enum(CONTACT_STATES)
export type ContactState = (typeof CONTACT_STATES)[number]
export const TERMINAL_STATES = [
  'completed',
  'partial',
  'missed',
  'failed_station',
  'failed_system',
  'cancelled',
] as const
export const isTerminal = (state: ContactState): boolean =>
  (TERMINAL_STATES as readonly ContactState[]).includes(state)

export const contactSchema = z.strictObject({
  id: idSchema,
  org: slugSchema,
  stationId: idSchema,
  stationName: z.string(),
  satelliteId: satelliteIdSchema,
  satelliteName: z.string(),
  campaignId: idSchema.nullable(),
  priority: prioritySchema,
  state: contactStateSchema,
  /** Why it is in this state: a code or a few words; and who or what put it there. */
  cause: z.string(),
  actor: z.string(),
  aos: isoTime,
  tca: isoTime,
  los: isoTime,
  aosAz: z.number(),
  losAz: z.number(),
  maxEl: z.number(),
  elementsHash: sha256Hex,
  elementsEpoch: isoTime,
  /** The newest plan that was signed for it, or null. */
  planSeq: z.int().nullable(),
  planHash: sha256Hex.nullable(),
  receiptAt: isoTime.nullable(),
  onTargetS: z.number().nullable(),
  rmsErrDeg: z.number().nullable(),
  maxErrDeg: z.number().nullable(),
  createdAt: isoTime,
  updatedAt: isoTime,
})
export type Contact = z.infer<typeof contactSchema>
export const contactsQuery = pageQuery.extend({
  station: idSchema.optional(),
  satellite: satelliteIdSchema.optional(),
  state: contactStateSchema.optional(),
  /** Only those that have not ended. */
  open: z.stringbool().optional(),
  from: isoTime.optional(),
  to: isoTime.optional(),
})
export const contactsResponse = pageOf(contactSchema)
export const contactEventSchema = z.strictObject({
  at: isoTime,
  from: contactStateSchema.nullable(),
  to: contactStateSchema,
  cause: z.string(),
  actor: z.string(),
})
export const contactDetailSchema = contactSchema.extend({
  events: z.array(contactEventSchema),
  receipt: receiptSchema.nullable(),
})

/** The message on `talos/{org}/contact/{contactId}`. */
export const contactMessageSchema = z.strictObject({ ts: isoTime, contact: contactSchema })

export const contactCancelRequest = z.strictObject({ reason: z.string().trim().min(1).max(200) })
