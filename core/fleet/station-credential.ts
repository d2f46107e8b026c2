/**
 * With what a station may sign in on the bus: its key, its certificate, or either.
 * @module
 */
import type { StationCredential } from '../../shared/api/certificates.js'
import { TalosError } from '../../shared/errors.js'
import type { Tx } from '../context.js'
import type { OrgCaller } from '../http/caller.js'
import { permissionsIn } from '../http/guard.js'
import { lockStation } from './station-lock.js'

/**
 * Sets it inside a transaction of the caller.
 * @returns ids of the keys or serials of the certificates that are accepted no more: to be cut after the commit
 * @throws TalosError `forbidden`; `station_state` when an approved station would be locked out
 */
export async function setCredential(
  tx: Tx,
  caller: OrgCaller,
  stationId: string,
  credential: StationCredential,
  now: Date,
): Promise<string[]> {
  // Whoever says what opens the door may as well replace the key; whoever names stations may not.
  if (!permissionsIn(caller.actor, caller.org.slug).has('rotate_station_keys'))
    throw new TalosError('forbidden', 'To set credential needs the permission rotate_station_keys.')
  // R1: how another organisation's stands shows nowhere; the caller finds that it is not there.
  if ((await tx.station.count({ where: { id: stationId, orgId: caller.org.id } })) === 0) return []
  const status = await lockStation(tx, stationId)
  const live = { stationId, revokedAt: null }
  if (credential === 'certificate' && status === 'approved') {
    const good = await tx.stationCertificate.count({
      where: { ...live, provenAt: { not: null }, notAfter: { gt: now } },
    })
    if (good === 0)
      throw new TalosError(
        'station_state',
        'The station has not connected with a certificate yet, so it would be locked out. Wait until it has.',
      )
  }
  await tx.station.updateMany({ where: { id: stationId, orgId: caller.org.id }, data: { credential } })
  switch (credential) {
    case 'either':
      return []
    case 'key':
      return (await tx.stationCertificate.findMany({ where: live, select: { serial: true } })).map(
        ({ serial }) => serial,
      )
    case 'certificate':
      return (await tx.stationKey.findMany({ where: live, select: { keyId: true } })).map(
        ({ keyId }) => keyId,
      )
  }
}
