/**
 * Client certificates of stations, as they come with a CONNECT. The handshake has proved the private key and judged chain,
 * dates and purpose; here the serial number finds the row, and the row says whose it is and whether it still holds (B15).
 * @module
 */
import type { ClientCertificate } from '../../broker/client-certificate.js'
import { TalosError } from '../../shared/errors.js'
import { iso, MINUTE } from '../../shared/time.js'
import type { Background } from '../background.js'
import { Batched } from '../batched.js'
import { Collected } from '../collected.js'
import type { Context } from '../context.js'
import { fingerprintOf } from '../crypto/csr.js'
import { spkiOf } from '../crypto/x509.js'
import { revokeStationCertificates } from '../fleet/certificates.js'
import { lockStation } from '../fleet/station-lock.js'
import { refusalOf, type Standing } from '../fleet/station-standing.js'

/** How exact `lastUsedAt` is. */
const TOUCH_MS = MINUTE

interface FoundRow extends Standing {
  readonly serial: string
  readonly certificate: string
  readonly notAfter: Date
  readonly provenAt: Date | null
  readonly lastUsedAt: Date | null
  readonly revokedAt: Date | null
  readonly retiredAt: Date | null
  readonly stationId: string
  readonly credential: string
  readonly capabilities: readonly string[]
  readonly orgId: string
  readonly org: string
}

/** Whose certificate it is. */
export interface CertifiedStation {
  readonly serial: string
  readonly id: string
  readonly org: string
  readonly capabilities: readonly string[]
  /** Epoch ms. */
  readonly notAfter: number
}

/** OpenSSL's names of what time alone makes wrong. */
const EXPIRED = 'CERT_HAS_EXPIRED'

const untrusted = (why: string) =>
  new TalosError('certificate_untrusted', `The client certificate was not issued here for this: ${why}.`)
const revoked = (serial: string) =>
  new TalosError('certificate_revoked', `The client certificate ${serial} has been revoked.`)

export class ClientCertificates {
  readonly #rows = new Batched<FoundRow>((serials) => this.#find(serials))
  readonly #uses: Collected<number>

  constructor(
    private readonly context: Context,
    background: Background,
  ) {
    this.#uses = new Collected('certificate last use', background, (uses) => this.#write(uses))
  }

  /**
   * The station that this certificate stands for, if it is the one of that name.
   * @throws TalosError `certificate_untrusted`, `certificate_expired`, `certificate_revoked`, `bad_credentials` for another
   *   station's, `credential_not_accepted`, `principal_revoked`, `station_locked`; or what the database throws (B19)
   */
  async prove(
    presented: ClientCertificate,
    stationId: string,
    clientId: string,
    address: string,
  ): Promise<CertifiedStation> {
    if (!presented.isTrusted)
      throw presented.fault === EXPIRED
        ? new TalosError('certificate_expired', 'The client certificate has expired.')
        : untrusted(presented.fault)
    const row = await this.#rows.get(presented.serial)
    const now = this.context.clock.now()
    // Byte for byte the one that was issued under this number: nothing else that our key may ever have signed counts.
    if (row === null || row.certificate !== presented.pem) throw untrusted('there is no such certificate')
    if (row.stationId !== stationId)
      throw new TalosError('bad_credentials', 'The client certificate is that of another station.')
    // A station that is out is told so, so that its agent stops knocking (B14, G9).
    const refusal = refusalOf(row, now)
    if (refusal !== null) throw refusal
    if (row.revokedAt !== null || row.retiredAt !== null) throw revoked(row.serial)
    if (row.notAfter.getTime() <= now)
      throw new TalosError(
        'certificate_expired',
        `The client certificate expired at ${row.notAfter.toISOString()}.`,
      )
    if (row.credential === 'key')
      throw new TalosError('credential_not_accepted', `The station ${stationId} signs in with its key.`)
    // B9.
    if (clientId !== stationId)
      throw new TalosError(
        'client_id_refused',
        `The client id ${clientId} does not belong to this credential.`,
      )
    if (row.provenAt === null && !(await this.#firstUse(row, address))) throw revoked(row.serial)
    if ((row.lastUsedAt?.getTime() ?? 0) <= now - TOUCH_MS) this.#uses.note(row.serial, now)
    const { serial, stationId: id, org, capabilities, notAfter } = row
    return { serial, id, org, capabilities, notAfter: notAfter.getTime() }
  }

  /**
   * E20, E30: the first CONNECT is the proof that the station has the certificate; then those before it end. Not earlier:
   * one that was lost on its way must cost nothing. False: it has ended meanwhile.
   */
  async #firstUse({ serial, certificate, stationId, orgId }: FoundRow, address: string): Promise<boolean> {
    const { prisma, clock, audit, events } = this.context
    const now = new Date(clock.now())
    const ended = await prisma.$transaction(async (tx) => {
      if ((await lockStation(tx, stationId)) !== 'approved') return null
      const live = { serial, revokedAt: null }
      const { count } = await tx.stationCertificate.updateMany({
        where: { ...live, provenAt: null },
        data: { provenAt: now },
      })
      if (count === 0) return (await tx.stationCertificate.count({ where: live })) === 1 ? [] : null
      const replaced = await revokeStationCertificates(tx, stationId, now, serial)
      // From here on the station is held to the key pair of this one.
      const fingerprint = fingerprintOf(spkiOf(certificate))
      await tx.station.update({ where: { id: stationId }, data: { fingerprint } })
      await audit.record(tx, {
        orgId,
        actor: { kind: 'station', id: stationId },
        action: 'station.certificate_prove',
        targetKind: 'station',
        targetId: stationId,
        outcome: 'success',
        address,
        detail: { serial, replaced, fingerprint },
      })
      return replaced
    })
    for (const credentialId of ended ?? [])
      events.emit('ended', { credentialId, reason: 'the next certificate of the station was proved' })
    return ended !== null
  }

  async #find(serials: readonly string[]): Promise<Map<string, FoundRow>> {
    const rows = await this.context.prisma.$queryRaw<FoundRow[]>`
      SELECT c."serial", c."certificate", c."notAfter", c."provenAt", c."lastUsedAt", c."revokedAt",
             a."retiredAt", s."id" AS "stationId", s."credential", s."status", s."lockedAt", s."lockReason",
             s."expiresAt", s."capabilities", o."id" AS "orgId", o."slug" AS "org"
        FROM "StationCertificate" c JOIN "CertificateAuthority" a ON a."id" = c."authorityId"
        JOIN "Station" s ON s."id" = c."stationId" JOIN "Org" o ON o."id" = s."orgId"
       WHERE c."serial" = ANY(${serials})`
    return new Map(rows.map((row) => [row.serial, row]))
  }

  async #write(uses: ReadonlyMap<string, number>): Promise<void> {
    const serials = [...uses.keys()]
    const times = [...uses.values()].map(iso)
    // Locked in the order of their ids, so that two cores which write never wait for each other.
    await this.context.prisma.$executeRaw`
      WITH used AS (SELECT * FROM unnest(${serials}::text[], ${times}::timestamptz[]) AS u("serial", "at")),
      locked AS (
        SELECT "id", used."at" FROM "StationCertificate" JOIN used ON used."serial" = "StationCertificate"."serial"
         ORDER BY "id" FOR NO KEY UPDATE OF "StationCertificate"
      )
      UPDATE "StationCertificate" SET "lastUsedAt" = locked."at" FROM locked
       WHERE "StationCertificate"."id" = locked."id"`
  }
}
