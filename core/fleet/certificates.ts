/**
 * The client certificates of stations: issued for the key pair that a station enrolled with, proved by the first CONNECT,
 * ended by the next one. Whoever holds the lock of the station calls these.
 * @module
 */
import type { IssuedCertificate } from '../../shared/api/certificates.js'
import { renewAtMs } from '../../shared/renewal.js'
import { iso } from '../../shared/time.js'
import type { Context, Tx } from '../context.js'
import type { KeyRequest } from '../crypto/csr.js'
import { newId } from '../crypto/ids.js'

/** What making a certificate needs of the context. */
export type CertificateMaker = Pick<Context, 'random' | 'authorities' | 'clock'>

export interface NewCertificate {
  readonly issued: IssuedCertificate
  /** Serial numbers of the certificates that ended for it. */
  readonly replaced: readonly string[]
}

/**
 * Issues a certificate to a station, for a key that it has proved.
 * @param keepProven E20, E30: in a renewal the one in use holds until the new one is proved; at an enrollment all end
 */
export async function issueStationCertificate(
  tx: Tx,
  stationId: string,
  { spki }: KeyRequest,
  { random, authorities, clock }: CertificateMaker,
  keepProven: boolean,
): Promise<NewCertificate> {
  const now = new Date(clock.now())
  const ended = await tx.stationCertificate.updateManyAndReturn({
    where: { stationId, revokedAt: null, ...(keepProven ? { provenAt: null } : {}) },
    data: { revokedAt: now },
    select: { serial: true },
  })
  const { issuer, authorityId, serial, certificate, ...validity } = await authorities.sign(stationId, spki)
  const [notBefore, notAfter] = [new Date(validity.notBefore), new Date(validity.notAfter)]
  await tx.stationCertificate.create({
    data: {
      ...{ id: newId(random), serial, authorityId, stationId, certificate },
      ...{ notBefore, notAfter, createdAt: now },
    },
  })
  const issued: IssuedCertificate = {
    ...{ certificate: `${certificate}${issuer}`, serial },
    ...{ notBefore: notBefore.toISOString(), notAfter: notAfter.toISOString() },
    renewAt: iso(renewAtMs(validity.notBefore, validity.notAfter - validity.notBefore)),
  }
  return { issued, replaced: ended.map((row) => row.serial) }
}

/** Ends the certificates of a station for ever (E19), all but one of them where one is named. Returns their serials. */
export async function revokeStationCertificates(
  tx: Tx,
  stationId: string,
  now: Date,
  except?: string,
): Promise<string[]> {
  const ended = await tx.stationCertificate.updateManyAndReturn({
    where: { stationId, revokedAt: null, ...(except === undefined ? {} : { serial: { not: except } }) },
    data: { revokedAt: now },
    select: { serial: true },
  })
  return ended.map(({ serial }) => serial)
}
