/**
 * Which refresh token comes after which (A15). The successor is computed from its predecessor with a key of ours: a client
 * whose answer was lost, or whose parallel request came second, is given the very same successor, so that the family stays
 * one line in which reuse shows, and nothing but hashes is stored.
 * @module
 */
import { createHmac } from 'node:crypto'
import { formatSecret, type Secret } from '../../shared/secrets.js'
import { SECOND } from '../../shared/time.js'
import type { NewSecret } from '../crypto/secrets.js'
import { sha256 } from '../crypto/secrets.js'

/** Parallel requests and lost answers are no theft: field reports agree on half a minute. */
export const REUSE_GRACE_MS = 30 * SECOND
const ID_BYTES = 8

/** The token that follows this one. `key`: derived for this purpose alone. */
export function successorOf({ id, secret }: Secret, key: Uint8Array): NewSecret {
  const part = (name: string) => createHmac('sha256', key).update(`${name}:${id}:${secret}`).digest()
  const keyId = part('id').subarray(0, ID_BYTES).toString('hex')
  const next = part('secret').toString('base64url')
  return {
    keyId,
    secret: next,
    hash: sha256(next),
    text: formatSecret({ prefix: 'gsr', id: keyId, secret: next }),
  }
}

export interface RefreshFacts {
  /** Epoch ms of its first use, or null. */
  readonly usedAt: number | null
  readonly expiresAt: number
}

/** What to do with a token of a live command line: turn it into the next, give that once more, end all, or refuse. */
export function judgeRefresh(
  { usedAt, expiresAt }: RefreshFacts,
  now: number,
): 'rotate' | 'repeat' | 'reuse' | 'refuse' {
  if (usedAt === null) return expiresAt > now ? 'rotate' : 'refuse'
  return now - usedAt <= REUSE_GRACE_MS ? 'repeat' : 'reuse'
}
