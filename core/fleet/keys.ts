/**
 * The long-lived keys of stations: `gsk_<keyId>_<secret>`, 256 random bits of which only the SHA-256 is kept.
 * @module
 */
import { TalosError } from '../../shared/errors.js'
import type { Random, Tx } from '../context.js'
import { newId } from '../crypto/ids.js'
import { newSecret } from '../crypto/secrets.js'
import { lockStation } from './station-lock.js'

export interface IssuedKey {
  /** The key itself: shown once, never stored. */
  readonly text: string
  /** The public half. */
  readonly keyId: string
  readonly issuedAt: Date
  /** Public halves of the keys that ended for it. */
  readonly replaced: readonly string[]
}

/**
 * E20: gives the station its one key; the one it had ends.
 * @throws TalosError `station_state` unless the station is approved (B14: a pending one has no key at all)
 */
export async function issueStationKey(
  tx: Tx,
  stationId: string,
  random: Random,
  now: Date,
): Promise<IssuedKey> {
  if ((await lockStation(tx, stationId)) !== 'approved')
    throw new TalosError('station_state', `Station ${stationId} is not approved and gets no key.`)
  const replaced = await revokeStationKeys(tx, stationId, now)
  const { keyId, hash, text } = newSecret('gsk', random)
  await tx.stationKey.create({
    data: { id: newId(random), keyId, secretHash: hash, stationId, createdAt: now },
  })
  return { text, keyId, issuedAt: now, replaced }
}

/** Ends all keys of a station for ever (E19). Returns their public halves. */
export async function revokeStationKeys(tx: Tx, stationId: string, now: Date): Promise<string[]> {
  const ended = await tx.stationKey.updateManyAndReturn({
    where: { stationId, revokedAt: null },
    data: { revokedAt: now },
    select: { keyId: true },
  })
  return ended.map((key) => key.keyId)
}
