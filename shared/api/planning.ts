/**
 * Bodies of elements, satellites, campaigns, passes, contacts, schedule and plans.
 * @module
 */
import { z } from 'zod'
import { ommSchema, planSchema, receiptSchema, sha256Hex } from '../messages.js'
import { idSchema, isoTime, nameSchema, pageOf, pageQuery, slugSchema } from './common.js'

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

export const contactCancelRequest = z.strictObject({ reason: z.string().trim().min(1).max(200) })
