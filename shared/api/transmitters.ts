/**
 * Bodies of transmitters: what satellites send and hear on, and what became of the satellites.
 * @module
 */
import { z } from 'zod'
import { hertz as anyHertz, plainText } from '../messages.js'
import { isoTime } from './common.js'
import { satelliteIdSchema } from './elements.js'
import { polarisationSchema } from './radio.js'

/** As sources number them: SatNOGS DB tells capitals from small letters. */
export const transmitterIdSchema = z.string().regex(/^[A-Za-z0-9-]{8,64}$/, 'must be the id of a transmitter')
export const transmitterParams = z.strictObject({ id: satelliteIdSchema, transmitterId: transmitterIdSchema })
const hertz = anyHertz.min(1)

/** A transmitter sends; a transceiver also hears, a transponder repeats a band of what it hears. */
export const transmitterKind = z.enum(['transmitter', 'transceiver', 'transponder'])
/** `invalid`: entered by mistake, or never flown. Contacts are made with active ones. */
export const transmitterStatus = z.enum(['active', 'inactive', 'invalid'])

const facts = {
  satelliteId: satelliteIdSchema,
  description: plainText.min(1).max(200),
  kind: transmitterKind,
  /** The frequency, or the lower end of the band. */
  downlinkLowHz: hertz.nullable(),
  /** The upper end of the band; null where there is one frequency. */
  downlinkHighHz: hertz.nullable(),
  uplinkLowHz: hertz.nullable(),
  uplinkHighHz: hertz.nullable(),
  mode: plainText.min(1).max(60).nullable(),
  /** Symbols a second. */
  baud: z.number().positive().max(1e12).nullable(),
  /** A transponder that turns the band round: what is sent high comes down low. */
  invert: z.boolean(),
  /** Null: not known. */
  polarisation: polarisationSchema.exclude(['any']).nullable(),
  status: transmitterStatus,
}

interface Bands {
  readonly downlinkLowHz: number | null
  readonly downlinkHighHz: number | null
  readonly uplinkLowHz: number | null
  readonly uplinkHighHz: number | null
}
const isBand = (low: number | null, high: number | null) => high === null || (low !== null && low <= high)
const hasBands = (t: Bands) =>
  isBand(t.downlinkLowHz, t.downlinkHighHz) && isBand(t.uplinkLowHz, t.uplinkHighHz)
const ABOVE = { message: 'the upper end of a band must not be below its lower end' }

/** A transmitter as its source tells it; `id` is the source's own. */
export const transmitterFacts = z.strictObject({ id: transmitterIdSchema, ...facts }).refine(hasBands, ABOVE)
export type TransmitterFacts = z.infer<typeof transmitterFacts>

export const transmitterSchema = z.strictObject({
  id: transmitterIdSchema,
  ...facts,
  /** `manual`, or the source that it came from, such as `satnogs`. */
  source: z.string(),
  updatedAt: isoTime,
})
export type Transmitter = z.infer<typeof transmitterSchema>
/** `POST satellites/:id/transmitters`: one that a person knows of. */
export const transmitterRequest = z
  .strictObject({
    ...facts,
    downlinkLowHz: facts.downlinkLowHz.default(null),
    downlinkHighHz: facts.downlinkHighHz.default(null),
    uplinkLowHz: facts.uplinkLowHz.default(null),
    uplinkHighHz: facts.uplinkHighHz.default(null),
    mode: facts.mode.default(null),
    baud: facts.baud.default(null),
    invert: facts.invert.default(false),
    polarisation: facts.polarisation.default(null),
    status: facts.status.default('active'),
  })
  .omit({ satelliteId: true })
  .refine(hasBands, ABOVE)
  .refine((t) => t.downlinkLowHz !== null || t.uplinkLowHz !== null, {
    message: 'a transmitter has a frequency that it sends or hears on',
  })

/** `PUT transmitters`: all that a source has; what it does not have any more goes. */
export const transmittersReplaceRequest = z.strictObject({
  source: plainText.min(1).max(100),
  items: z.array(transmitterFacts).min(1).max(20_000),
})
/** What a replacement brought. */
export const replacedResponse = z.strictObject({ changed: z.int(), removed: z.int(), total: z.int() })

/** What became of a satellite: a contact with one that is gone is lost time. */
export const satelliteLife = z.enum(['alive', 'dead', 're-entered', 'future'])
const lifeFacts = { name: plainText.max(200), life: satelliteLife, decayedAt: isoTime.nullable() }
/** `PUT catalogue`: what a source says of satellites. */
export const catalogueReplaceRequest = z.strictObject({
  source: plainText.min(1).max(100),
  items: z
    .array(z.strictObject({ satelliteId: satelliteIdSchema, ...lifeFacts }))
    .min(1)
    .max(100_000),
})
export type CatalogueFacts = z.infer<typeof catalogueReplaceRequest>['items'][number]

export const catalogueEntrySchema = z.strictObject({ ...lifeFacts, source: z.string(), updatedAt: isoTime })
export type CatalogueEntry = z.infer<typeof catalogueEntrySchema>
/** `GET satellites/:id/transmitters`, the active ones first. */
export const transmittersResponse = z.strictObject({
  /** Null where no catalogue names the satellite. */
  catalogue: catalogueEntrySchema.nullable(),
  items: z.array(transmitterSchema),
})
