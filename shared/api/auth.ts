/**
 * Bodies of `/api/v1/auth/...`.
 * @module
 */
import { z } from 'zod'
import { PERMISSIONS, type Permission, ROLES } from '../permissions.js'
import { emailSchema, idSchema, isoTime, slugSchema } from './common.js'

export const permissionSchema = z.enum(Object.keys(PERMISSIONS) as [Permission, ...Permission[]])
export const roleSchema = z.enum(ROLES)

/** How a session began, and with what it proved itself last. CHECKs of the database hold the same list (A16). */
export const AUTH_METHODS = ['magic_link', 'owner_link', 'passkey', 'pairing', 'oidc'] as const
export type AuthMethod = (typeof AUTH_METHODS)[number]

/** `POST auth/login` -> 202, the same for every address (A4). */
export const loginRequest = z.strictObject({ email: emailSchema })

/** A secret from the fragment of a link that we made: 43 characters of base64url. */
export const linkTokenSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/)

/** `POST auth/confirm`: consumes a magic link, or the owner link of a first start with the address of the owner. */
export const confirmRequest = z.strictObject({ token: linkTokenSchema, email: emailSchema.optional() })

export const membershipSchema = z.strictObject({
  org: slugSchema,
  orgName: z.string(),
  role: roleSchema,
  permissions: z.array(permissionSchema),
})

/** `GET auth/me`. */
export const meResponse = z.strictObject({
  id: idSchema,
  email: z.string(),
  name: z.string().nullable(),
  sessionId: idSchema.nullable(),
  sessionEndsAt: isoTime.nullable(),
  /** When the session ends unless the person does something (A12); null without one. */
  idleEndsAt: isoTime.nullable(),
  /** When the session proved last who the person is (A12); null without one. */
  provenAt: isoTime.nullable(),
  hasPasskey: z.boolean(),
  memberships: z.array(membershipSchema),
})
export type Me = z.infer<typeof meResponse>

export const sessionSchema = z.strictObject({
  id: idSchema,
  current: z.boolean(),
  /** How it began; null for one that is refused, because it does not fit its method. */
  method: z.enum(AUTH_METHODS).nullable(),
  createdAt: isoTime,
  lastSeenAt: isoTime,
  expiresAt: isoTime,
  address: z.string(),
  userAgent: z.string(),
})
export const sessionsResponse = z.strictObject({ items: z.array(sessionSchema) })
export const sessionsEndedResponse = z.strictObject({ ended: z.int() })

/** `POST auth/mqtt-ticket`: one CONNECT within 60 s, for one organisation. */
export const mqttTicketRequest = z.strictObject({ org: slugSchema })
export const mqttTicketResponse = z.strictObject({
  ticket: z.string(),
  /** The client id to use; it is bound to the ticket. */
  clientId: z.string(),
  username: z.literal('ticket'),
  path: z.literal('/mqtt'),
  expiresAt: isoTime,
})
