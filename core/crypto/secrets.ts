/**
 * Making and checking random secrets. With 256 random bits a plain SHA-256 is enough to store (ASVS 6.5.2), so that a
 * fleet that reconnects does not queue behind a password hash.
 * @module
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { formatSecret, type SecretPrefix } from '../../shared/secrets.js'
import type { Random } from '../ports.js'

export const sha256 = (text: string): Buffer<ArrayBuffer> => createHash('sha256').update(text).digest()

export interface NewSecret {
  /** Public half: the `keyId` column. */
  readonly keyId: string
  /** Secret half: what Argon2id hashes for an enrollment token (A40). */
  readonly secret: string
  /** SHA-256 of the secret half: the `secretHash` column of all the others. */
  readonly hash: Buffer<ArrayBuffer>
  /** `prefix_keyId_secret`: shown once, never stored. */
  readonly text: string
}

/** A new `gsk_`, `gse_`, `gsa_` or `gsr_` secret. */
export function newSecret(prefix: SecretPrefix, random: Random): NewSecret {
  const keyId = random(8).toString('hex')
  const secret = newToken(random)
  return { keyId, secret, hash: sha256(secret), text: formatSecret({ prefix, id: keyId, secret }) }
}

/** 256 random bits as 43 characters of base64url: links, cookies, device codes. */
export const newToken = (random: Random): string => random(32).toString('base64url')

const NOBODY = sha256('')

/**
 * B16: does the secret hash to this? Constant time, and the same work when there is no row (`null`), so that an
 * unknown id cannot be told from a wrong secret.
 */
export function secretMatches(secret: string, hash: Uint8Array | null): boolean {
  const given = sha256(secret)
  const wanted = hash?.length === given.length ? hash : null
  return timingSafeEqual(given, wanted ?? NOBODY) && wanted !== null
}
