/**
 * Bodies of signing in by mail and of proving oneself anew: `auth/link`, `auth/code`, `auth/step-up`.
 * @module
 */
import { z } from 'zod'
import { linkTokenSchema } from './auth.js'
import { isoTime } from './common.js'

/** Eight of twenty consonants, in whatever case, with or without the dash. */
export const shortCodeSchema = z
  .string()
  .max(20)
  .transform((text) => text.toUpperCase().replace(/[^A-Z]/g, ''))
  .pipe(z.string().regex(/^[BCDFGHJKLMNPQRSTVWXZ]{8}$/, 'must be the eight letters of the other screen'))

export const linkRequest = z.strictObject({ token: linkTokenSchema })

/** The browser that asked for a link which was opened in another one (A37). */
export const askerSchema = z.strictObject({
  address: z.string(),
  userAgent: z.string(),
  askedAt: isoTime,
})

/** `POST auth/link`: what the page behind a link shows before its button is pressed; consumes nothing (A6). */
export const linkLookResponse = z.strictObject({
  kind: z.enum(['login', 'owner']),
  /** For the owner link: the only address that may become owner, or null when the person chooses. */
  email: z.string().nullable(),
  /** Null where the link signs in; else it only shows a code for the browser that asked (A7). */
  asker: askerSchema.nullable(),
})

/** `POST auth/link/code`: the code to type where the link was asked for. Signs nobody in. */
export const linkCodeResponse = z.strictObject({ code: z.string(), expiresAt: isoTime })

/** `POST auth/code`, `POST auth/step-up/code`. */
export const codeRequest = z.strictObject({ code: shortCodeSchema })

/** Until when a session lives: whatever happens, and without an act of the person (A12). */
export const sessionEndsResponse = z.strictObject({ sessionEndsAt: isoTime, idleEndsAt: isoTime })
