/**
 * A station asks for its first certificate, or for the next (E30).
 * @module
 */
import type { CertificateRequest, IssuedCertificate } from '../../shared/api/certificates.js'
import { TalosError } from '../../shared/errors.js'
import { HOUR } from '../../shared/time.js'
import type { Context, Tx } from '../context.js'
import { isHandedOver, type KeyRequest, readCsr } from '../crypto/csr.js'
import type { StationActor } from '../http/actor.js'
import type { Caller } from '../http/caller.js'
import { issueStationCertificate, type NewCertificate } from './certificates.js'
import { lockStation } from './station-lock.js'
import { refusalOf } from './station-standing.js'

/** A station that loses each answer asks again; one that asks in a loop fills no table. */
const PER_HOUR = 10

export interface StationCaller extends Caller {
  readonly actor: StationActor
}

const isProved = (
  { id, fingerprint }: { readonly id: string; readonly fingerprint: string | null },
  { handover }: CertificateRequest,
  request: KeyRequest,
): boolean =>
  handover !== undefined && fingerprint !== null && isHandedOver(handover, fingerprint, id, request)

export class CertificateRenewal {
  constructor(private readonly context: Context) {}

  /**
   * Issues the next certificate: for the key pair that the station is held to since its enrollment, or for one to which
   * that hands over, so that who has copied the key alone gets none. A station without a key pair is held to this one from
   * now on.
   * @throws TalosError `csr_refused`, `key_pair_mismatch`, `rate_limited`, `credential_not_accepted`, `principal_revoked`,
   * `station_locked`
   */
  async renew(caller: StationCaller, asked: CertificateRequest): Promise<IssuedCertificate> {
    const { prisma, events } = this.context
    const request = readCsr(asked.csr)
    const { issued, replaced } = await prisma.$transaction((tx) => this.#renewIn(tx, caller, asked, request))
    for (const credentialId of replaced)
      events.emit('ended', { credentialId, reason: 'the station got another certificate' })
    return issued
  }

  async #renewIn(
    tx: Tx,
    { actor, address, requestId }: StationCaller,
    asked: CertificateRequest,
    request: KeyRequest,
  ): Promise<NewCertificate> {
    const { clock, audit } = this.context
    const now = clock.now()
    await lockStation(tx, actor.id)
    const station = await tx.station.findUniqueOrThrow({ where: { id: actor.id } })
    const refusal = refusalOf(station, now)
    if (refusal !== null) throw refusal
    if (station.credential === 'key')
      throw new TalosError(
        'credential_not_accepted',
        'The station signs in with its key; it needs no certificate.',
      )
    const { fingerprint } = request
    if (
      station.fingerprint !== null &&
      station.fingerprint !== fingerprint &&
      !isProved(station, asked, request)
    )
      throw new TalosError(
        'key_pair_mismatch',
        `The station is held to the key pair ${station.fingerprint}; the request is for ${fingerprint}, and the ` +
          'former has not signed it. If the former is lost, revoke the station and let the machine join anew.',
      )
    const since = new Date(now - HOUR)
    const recent = await tx.stationCertificate.count({
      where: { stationId: actor.id, createdAt: { gt: since } },
    })
    if (recent >= PER_HOUR)
      throw new TalosError(
        'rate_limited',
        `The station got ${recent} certificates in the last hour; ${PER_HOUR} are the limit.`,
        { retryAfterS: HOUR / 1000 },
      )
    if (station.fingerprint === null)
      await tx.station.update({ where: { id: actor.id }, data: { fingerprint } })
    const made = await issueStationCertificate(tx, actor.id, request, this.context, true)
    await audit.record(tx, {
      ...{ orgId: station.orgId, actor, address, requestId },
      action: 'station.certificate_issue',
      targetKind: 'station',
      targetId: actor.id,
      outcome: 'success',
      detail: {
        ...{ serial: made.issued.serial, notAfter: made.issued.notAfter, replaced: made.replaced },
        fingerprint,
      },
    })
    return made
  }
}
