/**
 * Bodies of campaigns: what shall be followed, and how much it matters.
 * @module
 */
import { z } from 'zod'
import type { FieldError } from '../errors.js'
import { hertz } from '../messages.js'
import { idSchema, isoTime, nameSchema, pageOf } from './common.js'
import { satelliteIdSchema } from './elements.js'
import { polarisationSchema } from './radio.js'

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
  /** What it hears and sends on, Hz. Both null: what the only active transmitter of each satellite says. */
  downlinkHz: hertz.min(1).nullable(),
  uplinkHz: hertz.min(1).nullable(),
  polarisation: polarisationSchema.nullable(),
  /** The antenna is in place so many seconds before AOS, and taken for so many after LOS. */
  prepassS: z.int().min(0).max(3600),
  postpassS: z.int().min(0).max(3600),
  /** Contacts of one UTC day: so many are wanted, and no more than so many are booked; null: as many as there are. */
  minPerDay: z.int().min(0).max(1000),
  maxPerDay: z.int().min(1).max(1000).nullable(),
  /** Whether these two count all contacts of the campaign, or those of each of its satellites. */
  quotaPer: z.enum(['campaign', 'satellite']),
  /** From the LOS of one contact of a satellite to the AOS of its next, seconds. Above 0: one station at a time. */
  minGapS: z.int().min(0).max(86_400),
  /** So many stations may follow a satellite at once; null: any number. */
  simultaneous: z.int().min(1).max(1000).nullable(),
  /** Where the whole of a pass does not fit, a part of it with the culmination may be booked. */
  partial: z.boolean(),
}

type Rules = Pick<
  z.infer<z.ZodObject<typeof campaignFields>>,
  'minPerDay' | 'maxPerDay' | 'minGapS' | 'simultaneous'
>

/** Which rules of a campaign cannot be kept together. */
export function contradictions({ minPerDay, maxPerDay, minGapS, simultaneous }: Rules): FieldError[] {
  const found: FieldError[] = []
  if (maxPerDay !== null && maxPerDay < minPerDay)
    found.push({
      pointer: '/maxPerDay',
      detail: `${maxPerDay} a day at most is less than ${minPerDay} at least`,
    })
  if (minGapS > 0 && simultaneous !== null && simultaneous > 1)
    found.push({
      pointer: '/simultaneous',
      detail: `a gap of ${minGapS} s between contacts leaves one station at a time, not ${simultaneous}`,
    })
  return found
}
export const campaignRequest = z
  .strictObject({
    ...campaignFields,
    stations: campaignFields.stations.default([]),
    minDurationS: campaignFields.minDurationS.default(60),
    minMaxElevation: campaignFields.minMaxElevation.default(0),
    allowStale: z.boolean().default(false),
    enabled: z.boolean().default(true),
    downlinkHz: campaignFields.downlinkHz.default(null),
    uplinkHz: campaignFields.uplinkHz.default(null),
    polarisation: campaignFields.polarisation.default(null),
    prepassS: campaignFields.prepassS.default(0),
    postpassS: campaignFields.postpassS.default(0),
    minPerDay: campaignFields.minPerDay.default(0),
    maxPerDay: campaignFields.maxPerDay.default(null),
    quotaPer: campaignFields.quotaPer.default('campaign'),
    minGapS: campaignFields.minGapS.default(0),
    simultaneous: campaignFields.simultaneous.default(null),
    partial: campaignFields.partial.default(false),
  })
  .superRefine((campaign, context) => {
    for (const { pointer, detail } of contradictions(campaign))
      context.addIssue({ code: 'custom', path: [pointer.slice(1)], message: detail })
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

/** `POST orgs/:org/campaigns/preview`: a campaign that is not saved. */
export const campaignPreviewRequest = z.strictObject({
  campaign: campaignRequest,
  /** The saved one that it would take the place of; null: a new one. */
  replaces: idSchema.nullable().default(null),
})
const passSum = z.strictObject({ passes: z.int().min(0), seconds: z.number().min(0) })
export type PassSum = z.infer<typeof passSum>
const previewSatellite = z.strictObject({
  satelliteId: satelliteIdSchema,
  name: z.string(),
  ...passSum.shape,
  /** The first of its passes; null: it has none. */
  nextAos: isoTime.nullable(),
  /** Why none of its passes counts: its elements, or another campaign that has it; null: they do. */
  without: z
    .discriminatedUnion('why', [
      z.strictObject({ why: z.literal('elements'), detail: z.string() }),
      z.strictObject({ why: z.literal('campaign'), name: z.string(), priority: prioritySchema }),
    ])
    .nullable(),
})
export type PreviewSatellite = z.infer<typeof previewSatellite>
/**
 * What there would be for a campaign in the next 24 hours: passes, and what stands in their way. No schedule: passes of
 * the campaign in each other's way, slews, and what mounts lose are not in it.
 */
export const campaignPreviewResponse = z.strictObject({
  from: isoTime,
  to: isoTime,
  /** That may serve it now: approved, not locked, with a site and a mount. */
  stations: z.int().min(0),
  /** Satellites that were not looked at, since there are too many pairs with a station. */
  leftOut: z.int().min(0),
  /** Nothing else is booked at the station in the time of these passes. */
  free: passSum,
  /** Only contacts of a lower priority stand there. */
  over: passSum,
  /** A contact of the same or a higher priority stands there, one that is fixed, or one that runs. */
  under: passSum,
  /** The station cannot do it. */
  radio: passSum,
  maintenance: passSum,
  /** No more contacts than this keep the limits of the campaign: a day, gap, stations at once. */
  most: z.int().min(0),
  satellites: z.array(previewSatellite),
})
export type CampaignPreview = z.infer<typeof campaignPreviewResponse>
