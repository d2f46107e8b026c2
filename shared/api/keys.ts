/**
 * The keys under which core signs commands and plans.
 * @module
 */
import { z } from 'zod'
import { kidSchema, publicKeySchema } from '../signed.js'
import { isoTime } from './common.js'

/** `GET keys`: what agents pin. */
export const signingKeysResponse = z.strictObject({ keys: z.array(publicKeySchema) })

export const KEY_STATES = ['announced', 'signing', 'former'] as const

/** `announced`: pinned already, signs from `activeAt` on. `former`: what it signed is still believed. */
export const signingKeySchema = z.strictObject({
  kid: kidSchema,
  state: z.enum(KEY_STATES),
  createdAt: isoTime,
  activeAt: isoTime,
  /** Connected stations that have not told that they pin it. */
  stationsWithout: z.int(),
})
export const signingKeyListResponse = z.strictObject({ items: z.array(signingKeySchema) })
export type SigningKeyItem = z.infer<typeof signingKeySchema>

/** `POST keys/rotate`. */
export const rotateRequest = z.strictObject({
  /** How long the new key is only announced. */
  announceMinutes: z.int().min(0).max(10_080).default(60),
})

/** `POST keys/:kid/retire`. */
export const retireRequest = z.strictObject({
  /** Also when plans that it signed have still to be flown: a station that restarts forgets them then. */
  evenIfInUse: z.boolean().default(false),
})
