/**
 * Bodies of a station's keys and of its lock.
 * @module
 */
import { z } from 'zod'
import { plainText } from '../messages.js'
import { idSchema, isoTime } from './common.js'

/** E23: a key of a station, without its secret. */
export const stationKeySchema = z.strictObject({
  /** The public half of `gsk_<keyId>_<secret>`. */
  keyId: z.string(),
  createdAt: isoTime,
  lastUsedAt: isoTime.nullable(),
  /** Its first CONNECT. Until then the one that it follows still holds (E20). */
  provenAt: isoTime.nullable(),
  /** E30: from then on the station asks for the next. */
  renewAt: isoTime.nullable(),
  revokedAt: isoTime.nullable(),
})
export type StationKeyItem = z.infer<typeof stationKeySchema>

/** `POST station/key`: the next key of the station that asks, shown once. Its first CONNECT ends the former. */
export const stationKeyGrantSchema = z.strictObject({
  key: z.string().max(100),
  keyIssuedAt: isoTime,
  /** E30: from then on the station asks for the next. */
  renewAt: isoTime,
})
export type StationKeyGrant = z.infer<typeof stationKeyGrantSchema>

/** Who took the station out of use, when and why; nothing of it works until it is unlocked. */
export const stationLockSchema = z.strictObject({
  at: isoTime,
  reason: z.string(),
  /** The person, or the token's owner; the e-mail is null when it is nobody who is still there. */
  by: z.strictObject({ id: z.string(), email: z.string().nullable() }),
})

export const stationLockRequest = z.strictObject({
  /** Ends on a screen, in a log and at the antenna. */
  reason: plainText.trim().min(1).max(200),
})

/** `GET station`: a station asks how it stands. One that may do nothing is told why by the error. */
export const stationStandingSchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  /** A person has asked for a new key. */
  rotateAsked: z.boolean(),
})
