/**
 * Bodies of the schedule and the plans that follow from it.
 * @module
 */
import { z } from 'zod'
import { hertz, planSchema, sha256Hex } from '../messages.js'
import { prioritySchema } from './campaigns.js'
import { idSchema, isoTime, pageOf, pageQuery } from './common.js'
import { contactSchema, dryRunSchema } from './contacts.js'
import { satelliteIdSchema } from './elements.js'

/** What kept an opportunity out: another contact of the antenna, a rule of its campaign, a person, the station. */
export const REFUSAL_RULES = [
  'antenna',
  'simultaneous',
  'gap',
  'quota',
  'forbidden',
  'maintenance',
  'radio',
  'mount',
  'ended',
] as const
export const refusalRuleSchema = z.enum(REFUSAL_RULES)
export type RefusalRule = (typeof REFUSAL_RULES)[number]

const slotFields = { stationId: idSchema, satelliteId: satelliteIdSchema, aos: isoTime, los: isoTime }
/** A contact that stands in the way of an opportunity. */
const beaterFields = { ...slotFields, priority: prioritySchema, worth: z.number().nullable() }
export const beaterSchema = z.strictObject({
  ...beaterFields,
  /** Null: it was not booked after all. */
  contactId: idSchema.nullable(),
})
export type Beater = z.infer<typeof beaterSchema>

const refusalFields = {
  ...slotFields,
  /** In the same measure as the value of the schedule. */
  worth: z.number().min(0),
  rule: refusalRuleSchema,
  /** The number of the rule: stations at once, seconds of the gap, contacts a day; null: it has none. */
  limit: z.int().min(0).nullable(),
  reason: z.string().max(200),
}
/** The most contacts that are named as standing in the way of one opportunity. */
export const MOST_BEATERS = 20
export const refusalRequest = z.strictObject({
  ...refusalFields,
  beatenBy: z.array(z.strictObject(beaterFields)).max(MOST_BEATERS),
})
export type RefusalRequest = z.infer<typeof refusalRequest>
export const refusalSchema = z.strictObject({ ...refusalFields, beatenBy: z.array(beaterSchema) })
export type Refusal = z.infer<typeof refusalSchema>

/** A quota of a campaign that the schedule does not reach. */
export const unmetSchema = z.strictObject({
  campaignId: idSchema,
  /** Null: the quota of the whole campaign. */
  satelliteId: satelliteIdSchema.nullable(),
  /** UTC, such as 2026-05-07. */
  day: z.iso.date(),
  wanted: z.int().min(1),
  booked: z.int().min(0),
  reason: z.string().max(200),
})
export type Unmet = z.infer<typeof unmetSchema>

/** Of a day of a fleet of 50 stations; a larger one is refused with a word. */
export const MOST_CONTACTS = 25_000
export const MOST_REFUSED = 5000
/** Of minimums that are not reached; two campaigns of 500 satellites could have more. */
export const MOST_UNMET = 1000

/** `PUT orgs/:org/schedule`, by the director: what it wants booked from now to `to`, and what it had to refuse. */
export const scheduleRequest = z.strictObject({
  from: isoTime,
  to: isoTime,
  /** Sum of what the chosen contacts are worth, as docs/schedule.md says. */
  value: z.number(),
  /** No schedule is worth more; null: not known. */
  bound: z.number().nullable().default(null),
  /** When all of it was last chosen anew; the bound holds for all of it at every time. */
  wholeAt: isoTime.nullable().default(null),
  contacts: z
    .array(
      z.strictObject({
        stationId: idSchema,
        satelliteId: satelliteIdSchema,
        /** Null: booked by hand, for no campaign. */
        campaignId: idSchema.nullable(),
        priority: prioritySchema,
        worth: z.number().min(0).nullable().default(null),
        aos: isoTime,
        tca: isoTime,
        los: isoTime,
        aosAz: z.number().min(0).max(360),
        losAz: z.number().min(0).max(360),
        maxEl: z.number().min(-5).max(90),
        elementsHash: sha256Hex,
        elementsEpoch: isoTime,
        downlinkHz: hertz.nullable().default(null),
        uplinkHz: hertz.nullable().default(null),
        prepassS: z.int().min(0).max(3600).default(0),
        postpassS: z.int().min(0).max(3600).default(0),
        /**
         * How far the plan that was signed points beside the pass as newer elements tell it, at most, in beam widths;
         * null: there is none, or it was made from these elements.
         */
        shiftBeams: z.number().min(0).nullable().default(null),
      }),
    )
    .max(MOST_CONTACTS),
  /** The most valuable of them. */
  refused: z.array(refusalRequest).max(MOST_REFUSED),
  refusedCount: z.int().min(0).default(0),
  unmet: z.array(unmetSchema).max(MOST_UNMET).default([]),
})
export const scheduleResult = z.strictObject({
  /** The contacts that stand now, running ones included. */
  contacts: z.array(contactSchema),
  created: z.int(),
  kept: z.int(),
  cancelled: z.int(),
})
export const scheduleQuery = z.strictObject({
  station: idSchema.optional(),
  satellite: satelliteIdSchema.optional(),
  /** Only what this contact stands in the way of. */
  contact: idSchema.optional(),
  cursor: pageQuery.shape.cursor,
  limit: z.coerce.number().int().min(1).max(MOST_REFUSED).default(1000),
})
export const scheduleResponse = z.strictObject({
  madeAt: isoTime.nullable(),
  from: isoTime.nullable(),
  to: isoTime.nullable(),
  value: z.number().nullable(),
  bound: z.number().nullable(),
  wholeAt: isoTime.nullable(),
  /** A page of them, the most valuable first. */
  refused: z.array(refusalSchema),
  /** Of all, also of those beyond the ones that are kept. */
  refusedCount: z.int(),
  nextCursor: z.string().nullable(),
  unmet: z.array(unmetSchema),
})

/** A satellite is not to be followed from a station: every contact that touches this stretch of time. */
export const forbiddenRequest = z
  .strictObject({
    stationId: idSchema,
    satelliteId: satelliteIdSchema,
    from: isoTime,
    to: isoTime,
    reason: z.string().trim().min(1).max(200),
  })
  .refine((f) => f.from < f.to, { message: 'is not after from', path: ['to'] })
export const forbiddenSchema = z.strictObject({
  id: idSchema,
  ...{ stationId: idSchema, satelliteId: satelliteIdSchema, from: isoTime, to: isoTime, reason: z.string() },
  createdBy: z.string(),
  createdAt: isoTime,
})
export type Forbidden = z.infer<typeof forbiddenSchema>
export const forbiddenResponse = pageOf(forbiddenSchema)

/** `POST orgs/:org/contacts/:id/plan`, by the director: core checks it against the contact, signs and stores it. */
export const planRequest = z.strictObject({ plan: planSchema, dryRun: dryRunSchema })
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
