/**
 * Bodies of `/api/v1/auth/device/...`, `auth/token`, `auth/revoke`, `auth/command-lines` and `auth/api-tokens`.
 * @module
 */
import { z } from 'zod'
import { linkTokenSchema, permissionSchema } from './auth.js'
import { idSchema, isoTime, nameSchema } from './common.js'

/** RFC 8628. The names with underscores are the RFC's. */
export const deviceCodeRequest = z.strictObject({ clientName: nameSchema })
export const deviceCodeResponse = z.strictObject({
  device_code: z.string(),
  user_code: z.string(),
  verification_uri: z.string(),
  verification_uri_complete: z.string(),
  expires_in: z.int(),
  interval: z.int(),
})
export const deviceTokenRequest = z.strictObject({
  grant_type: z.literal('urn:ietf:params:oauth:grant-type:device_code'),
  device_code: linkTokenSchema,
})
/** `POST auth/token` (RFC 6749, section 6): the next tokens for a refresh token (A15). */
export const refreshRequest = z.strictObject({
  grant_type: z.literal('refresh_token'),
  refresh_token: z.string().min(1).max(200),
})
/** RFC 6749, section 5.1. */
export const tokenResponse = z.strictObject({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  /** Of the access token. All durations of these bodies are seconds, as the RFC has them. */
  expires_in: z.int(),
  refresh_token: z.string(),
  /** Until somebody must approve anew, if it is used at least once a week. */
  login_expires_in: z.int(),
})
/** `POST auth/revoke` (RFC 7009): 200 also for a token that nobody knows. */
export const revokeRequest = z.strictObject({
  token: z.string().min(1).max(16_384),
  token_type_hint: z.enum(['access_token', 'refresh_token']).optional(),
})
/** Eight of twenty consonants, with or without the dash: 34.6 bits (A21). */
export const userCodeSchema = z
  .string()
  .max(12)
  .transform((s) => s.toUpperCase().replace(/[^A-Z]/g, ''))
  .pipe(z.string().regex(/^[BCDFGHJKLMNPQRSTVWXZ]{8}$/, 'eight letters, as the other screen shows them'))
export const deviceDecisionRequest = z.strictObject({ userCode: userCodeSchema })
/** What the approve page shows of who asks (A37). */
export const deviceLookupResponse = z.strictObject({
  clientName: z.string(),
  address: z.string(),
  requestedAt: isoTime,
  expiresAt: isoTime,
})

/** API tokens (A20). The plain text is in the answer to the creation and nowhere else. */
export const apiTokenRequest = z.strictObject({
  name: nameSchema,
  permissions: z.array(permissionSchema).min(1).max(40).optional(),
  expiresInDays: z.int().min(1).max(365).default(90),
})
export const apiTokenSchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  permissions: z.array(permissionSchema).nullable(),
  createdAt: isoTime,
  expiresAt: isoTime,
  lastUsedAt: isoTime.nullable(),
  revokedAt: isoTime.nullable(),
})
export const apiTokenCreated = z.strictObject({ token: z.string(), item: apiTokenSchema })
export const apiTokensResponse = z.strictObject({ items: z.array(apiTokenSchema) })

/** `GET auth/command-lines`: where a person is signed in by `talos login`. */
export const commandLineSchema = z.strictObject({
  id: idSchema,
  /** As it named itself. */
  clientName: z.string(),
  /** Where it was used from last. */
  address: z.string(),
  createdAt: isoTime,
  /** To a quarter of an hour. */
  lastUsedAt: isoTime,
  expiresAt: isoTime,
})
export const commandLinesResponse = z.strictObject({ items: z.array(commandLineSchema) })
