/**
 * Bodies of sources: where the director fetches elements, transmitters and the fate of satellites, and when it may ask.
 * @module
 */
import { z } from 'zod'
import { plainText } from '../messages.js'
import { idSchema, isoTime } from './common.js'

/** CelesTrak renews its data no more often, and shuts out those who ask more often. */
export const SHORTEST_HOURS = 2
const LONGEST_HOURS = 168

const everyHours = z.int().min(SHORTEST_HOURS).max(LONGEST_HOURS).optional()

/** An address as people write it: what could hide another, or a secret, is refused. */
const sourceUrl = z
  .url({ protocol: /^https?$/, hostname: /^.+$/ })
  .max(500)
  // What is no address is said to be none already.
  .refine(
    (text) => !URL.canParse(text) || isPlain(new URL(text)),
    'must have no user name, no password and no #',
  )
  // One spelling of one address: it is asked once in two hours.
  .transform((text) => (URL.canParse(text) ? new URL(text).href : text))
  .pipe(z.string().max(500))
const isPlain = ({ username, password, hash }: URL) => username === '' && password === '' && hash === ''

export const satnogsTargets = z.enum(['tle', 'transmitters', 'satellites'])

/** `POST elements/sources`. `everyHours`: 2 for elements and 24 for the rest of SatNOGS DB, where it is not said. */
export const elementSourceRequest = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('celestrak'),
    /** A group of GP data. */
    target: z.string().regex(/^[a-z0-9-]{1,40}$/, 'must be a group of CelesTrak, such as amateur'),
    everyHours,
  }),
  z.strictObject({ kind: z.literal('satnogs'), target: satnogsTargets, everyHours }),
  /** Elements in any form. */
  z.strictObject({ kind: z.literal('url'), target: sourceUrl, everyHours }),
])
export type ElementSourceRequest = z.infer<typeof elementSourceRequest>

/**
 * How a look ended. `unchanged`: the source has nothing new; `unreachable`: no request got there; `refused`: the host
 * does not want to be asked, and is not, at none of its addresses; `failed`: anything else that brought nothing.
 */
export const lookOutcome = z.enum(['changed', 'unchanged', 'unreachable', 'failed', 'refused'])
export type LookOutcome = z.infer<typeof lookOutcome>

export const elementSourceSchema = z.strictObject({
  id: idSchema,
  kind: z.enum(['celestrak', 'satnogs', 'url']),
  target: z.string(),
  enabled: z.boolean(),
  everyHours: z.int(),
  /** Null until the director first looked. */
  look: z
    .strictObject({
      url: z.string(),
      askedAt: isoTime.nullable(),
      /** Not asked again before. */
      nextAt: isoTime,
      outcome: z.enum(['waiting', 'asking', ...lookOutcome.options]),
      /** What the last look brought, in words. */
      result: z.string().nullable(),
      /** Looks in a row that failed. */
      failures: z.int(),
    })
    .nullable(),
})
export type ElementSource = z.infer<typeof elementSourceSchema>
export const elementSourcesResponse = z.strictObject({ items: z.array(elementSourceSchema) })

/** `POST elements/sources/:id/claim`: a director wants to look at the address of a source. */
export const sourceClaimRequest = z.strictObject({ url: z.url().max(600) })
/** One director at a time, and none too soon: the others are told when. */
export const sourceClaimResponse = z.discriminatedUnion('claimed', [
  z.strictObject({
    claimed: z.literal(true),
    /** For a conditional request. */
    etag: z.string().nullable(),
    lastModified: z.string().nullable(),
  }),
  z.strictObject({ claimed: z.literal(false), nextAt: isoTime }),
])
export type SourceClaim = z.infer<typeof sourceClaimResponse>

/** `POST elements/sources/:id/looked`: how the look that was claimed ended. */
export const sourceLookedRequest = z.strictObject({
  url: z.url().max(600),
  outcome: lookOutcome,
  /** In words, for people. */
  result: plainText.max(300),
  etag: plainText.max(200).nullable(),
  lastModified: plainText.max(100).nullable(),
  /** What the source asked for with Retry-After. */
  retryAfterS: z.int().min(0).max(31_536_000).nullable(),
})
export type SourceLooked = z.infer<typeof sourceLookedRequest>
