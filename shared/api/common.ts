/**
 * What every address of the HTTP API shares: ids, pages, names. Every string has a longest length, every number bounds,
 * unknown fields are refused (A41).
 * @module
 */
import { z } from 'zod'
import { idSchema, isoTime } from '../messages.js'
import { SLUG_PATTERN } from '../principal.js'

export const slugSchema = z.string().regex(SLUG_PATTERN, 'must be the short name of an organisation')
/**
 * Names go to terminals, mails and pages where a person decides by them: none moves a cursor or turns the direction of
 * what is written after it.
 */
export const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^[^\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/u, 'must not hold control characters')
export const emailSchema = z.email().max(254).toLowerCase()

export const orgParams = z.strictObject({ org: slugSchema })
export const idParams = z.strictObject({ id: idSchema })
export const orgIdParams = z.strictObject({ org: slugSchema, id: idSchema })

/** Query of a list: a cursor from the last page, a page size, words to look for (E24, E25). */
export const pageQuery = z.strictObject({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  search: z
    .string()
    .trim()
    .max(80)
    // A NUL in a query would be the database's error, not the client's.
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not hold control characters')
    .optional(),
})

/** `?include=a,b`: costly detail that a list gives only to those who ask for it (E23). */
export const includeOf = <const Name extends string>(names: readonly [Name, ...Name[]]) =>
  z
    .string()
    .max(200)
    .default('')
    .transform((text) => (text === '' ? [] : text.split(',')))
    .pipe(z.array(z.enum(names)).max(names.length))

/** A page of a list; `nextCursor` is null on the last. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() })

export const emptyBody = z.strictObject({}).optional()
export const okSchema = z.strictObject({ ok: z.literal(true) })

/** RFC 9457 (see `shared/errors.ts`). */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  requestId: z.string().optional(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
})

export { idSchema, isoTime }
