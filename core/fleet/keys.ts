/**
 * The long-lived keys of stations: `gsk_<keyId>_<secret>`, 256 random bits of which only the SHA-256 is kept.
 * @module
 */
import { TalosError } from '../../shared/errors.js'
import { renewAtMs } from '../../shared/renewal.js'
import type { Context, Tx } from '../context.js'
import { newId } from '../crypto/ids.js'
import { newSecret } from '../crypto/secrets.js'
import { lockStation } from './station-lock.js'
import { stationLocked } from './station-standing.js'

/** What making a key needs of the context. */
export type KeyMaker = Pick<Context, 'random' | 'config'>

export interface IssuedKey {
  /** The key itself: shown once, never stored. */
  readonly text: string
  /** The public half. */
  readonly keyId: string
  readonly issuedAt: Date
  /** E30: from then on its station asks for the next. */
  readonly renewAt: Date
  /** Public halves of the keys that ended for it. */
  readonly replaced: readonly string[]
}

/**
 * E20: gives the station its one key; those that it had end.
 * @throws TalosError `station_state` unless the station is approved (B14: a pending one has no key at all), `station_locked`
 */
export async function issueStationKey(
  tx: Tx,
  stationId: string,
  maker: KeyMaker,
  now: Date,
): Promise<IssuedKey> {
  if ((await lockStation(tx, stationId)) !== 'approved')
    throw new TalosError('station_state', `Station ${stationId} is not approved and gets no key.`)
  const { lockedAt, lockReason } = await tx.station.findUniqueOrThrow({ where: { id: stationId } })
  if (lockedAt !== null) throw stationLocked(lockReason)
  const replaced = await revokeStationKeys(tx, stationId, now)
  return { ...(await makeStationKey(tx, stationId, maker, now)), replaced }
}

/** One more key. The caller holds the lock of the station, and answers for E20. */
export async function makeStationKey(
  tx: Tx,
  stationId: string,
  { random, config }: KeyMaker,
  now: Date,
): Promise<Omit<IssuedKey, 'replaced'>> {
  const { keyId, hash, text } = newSecret('gsk', random)
  const renewAt = new Date(renewAtMs(now.getTime(), config.stationKeyLifeMs))
  await tx.stationKey.create({
    data: { id: newId(random), keyId, secretHash: hash, stationId, createdAt: now, renewAt },
  })
  return { text, keyId, issuedAt: now, renewAt }
}

/**
 * Ends keys of a station for ever (E19): all, or those that a proved successor follows: what was made before it, and
 * what was proved, which also a clock that was set back between the two does not spare. Returns their public halves.
 */
export async function revokeStationKeys(
  tx: Tx,
  stationId: string,
  now: Date,
  successor?: { readonly keyId: string; readonly createdAt: Date },
): Promise<string[]> {
  const ended = await tx.stationKey.updateManyAndReturn({
    where: {
      stationId,
      revokedAt: null,
      ...(successor === undefined
        ? {}
        : {
            keyId: { not: successor.keyId },
            OR: [{ createdAt: { lt: successor.createdAt } }, { provenAt: { not: null } }],
          }),
    },
    data: { revokedAt: now },
    select: { keyId: true },
  })
  return ended.map((key) => key.keyId)
}
