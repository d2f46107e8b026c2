/**
 * Bodies of contacts: booked passes and how they went.
 * @module
 */
import { z } from 'zod'
import { hertz, receiptSchema, sha256Hex } from '../messages.js'
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

/** How a plan did on a simulated mount before it was signed, and how far its table is from the propagator. */
export const dryRunSchema = z.strictObject({
  /** Seconds within half the beam width, and the same as a part of the pass. */
  onTargetS: z.number().min(0),
  onTarget: z.number().min(0).max(1),
  rmsErrDeg: z.number().min(0).max(180),
  maxErrDeg: z.number().min(0).max(180),
  /** How often the motors have to start. */
  starts: z.int().min(0),
  /** Between the samples of the table the satellite is at most this far from where the table says, degrees. */
  tableErrDeg: z.number().min(0).max(180),
})
export type DryRun = z.infer<typeof dryRunSchema>

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
  /** On which frequencies, Hz; null: nothing is tuned. */
  downlinkHz: hertz.nullable(),
  uplinkHz: hertz.nullable(),
  /** The antenna is in place so many seconds before AOS, and taken for so many after LOS. */
  prepassS: z.int(),
  postpassS: z.int(),
  /** Who said that it stands, whatever else is worth more; null: the schedule may move it. */
  fixedBy: z.string().nullable(),
  /** What it counts for in the value of the schedule; null: booked by hand. */
  worth: z.number().nullable(),
  /** Of the newest plan. */
  dryRun: dryRunSchema.nullable(),
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
  /** A day of a fleet is thousands. */
  limit: z.coerce.number().int().min(1).max(1000).default(50),
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

/** `POST orgs/:org/contacts`: one pass, booked by hand for no campaign. */
export const contactBookRequest = z.strictObject({
  stationId: idSchema,
  satelliteId: satelliteIdSchema,
  /** Any moment of the pass. */
  at: isoTime,
  /** What the plan and the screens show; whatever it is, the contact stands. */
  priority: prioritySchema.default(10),
})
export const contactCancelRequest = z.strictObject({ reason: z.string().trim().min(1).max(200) })
