/**
 * Bodies of `/api/v1/auth/pair/...`: signing in a browser by a phone (A22 to A37), and its switch.
 * @module
 */
import { z } from 'zod'
import { linkTokenSchema } from './auth.js'
import { idSchema, isoTime, slugSchema } from './common.js'

/** `POST auth/pair/start`, by the browser that wants to be signed in. */
export const pairStartRequest = z.strictObject({
  /** Only its members may approve (A25). */
  org: slugSchema.optional(),
  /** Where the browser goes once it is signed in: within this installation only (A28). */
  returnTo: z.string().max(1000).optional(),
})
const numberSchema = z.int().min(10).max(99)
export const pairStartResponse = z.strictObject({
  pairingId: idSchema,
  /** What `qrUrl` holds in its fragment. */
  code: z.string(),
  /** The text of the QR code. */
  qrUrl: z.string(),
  /** Shown beside the QR code; the phone asks for it (A37). */
  number: numberSchema,
  /** Seconds. */
  expiresIn: z.int(),
})

/** `GET auth/pair/wait` with the cookie of the start: 425 while nobody has decided, 200 once, 410 afterwards. */
export const pairWaitQuery = z.strictObject({ pairing: idSchema })
export const pairWaitResponse = z.strictObject({ ok: z.literal(true), returnTo: z.string().nullable() })

/** `POST auth/pair/lookup` and `cancel`, by the phone. */
export const pairCodeRequest = z.strictObject({ code: linkTokenSchema })
/** Who asks (A37). */
export const pairLookupResponse = z.strictObject({
  address: z.string(),
  userAgent: z.string(),
  requestedAt: isoTime,
  expiresAt: isoTime,
  /** One of them is on the other screen. */
  choices: z.array(numberSchema).length(3),
})
/** `POST auth/pair/approve`: with the number that the person sees on the other screen. */
export const pairApproveRequest = pairCodeRequest.extend({ number: numberSchema })

/** `GET auth/methods`: what the sign-in page offers. */
export const signInMethodsResponse = z.strictObject({
  pairing: z.boolean(),
  /** The name of the OpenID provider, or null without one. */
  oidc: z.string().nullable(),
})

/** `GET` and `PATCH settings/auth`. */
export const authSettingsResponse = z.strictObject({
  pairing: z.boolean(),
  /** False: pairing cannot be turned on, since phones would not know where to go (A31). */
  publicUrlSet: z.boolean(),
})
export const authSettingsRequest = z.strictObject({ pairing: z.boolean() })
