/**
 * Bodies of `auth/passkeys` and `auth/passkey`: WebAuthn Level 3, in the JSON forms of section 5.1.8,
 * of which only what is judged is taken: no extensions, no copies of what the attestation holds.
 * @module
 */
import { z } from 'zod'
import { idSchema, isoTime, nameSchema } from './common.js'

const base64url = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[A-Za-z0-9_-]*$/, 'must be base64url')

const credentialId = base64url(1400).min(16)

export const registrationSchema = z.strictObject({
  id: credentialId,
  rawId: credentialId,
  type: z.literal('public-key'),
  response: z.strictObject({
    clientDataJSON: base64url(4000),
    attestationObject: base64url(24_000),
    transports: z.array(z.string().max(20)).max(10).exactOptional(),
  }),
})

export const assertionSchema = z.strictObject({
  id: credentialId,
  rawId: credentialId,
  type: z.literal('public-key'),
  response: z.strictObject({
    clientDataJSON: base64url(4000),
    authenticatorData: base64url(4000),
    signature: base64url(4000),
    userHandle: base64url(200).exactOptional(),
  }),
})

/** `PublicKeyCredentialCreationOptionsJSON` and `...RequestOptionsJSON`, to be handed to the browser as they are. */
export const passkeyOptionsResponse = z.strictObject({ options: z.record(z.string(), z.unknown()) })

export const registerPasskeyRequest = z.strictObject({ name: nameSchema, credential: registrationSchema })
export const usePasskeyRequest = z.strictObject({ credential: assertionSchema })
export const renamePasskeyRequest = z.strictObject({ name: nameSchema })

export const passkeySchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  createdAt: isoTime,
  lastUsedAt: isoTime.nullable(),
  /** Its platform copies it to other devices of the person. */
  backedUp: z.boolean(),
})
export const passkeysResponse = z.strictObject({ items: z.array(passkeySchema) })
export type PasskeyItem = z.infer<typeof passkeySchema>

/** `DELETE users/:id/passkeys`. */
export const passkeysForgotten = z.strictObject({ removed: z.int() })
