/**
 * Another authority for the certificates of stations: in time by itself, at once when a key may be known. Stations get a
 * certificate of the new one by themselves, because the broker refuses what a retired one issued.
 * @module
 */
import type { CertificateAuthorityItem } from '../../shared/api/certificates.js'
import { TalosError } from '../../shared/errors.js'
import { HOUR } from '../../shared/time.js'
import type { Context } from '../context.js'
import { auditOf, type Caller } from '../http/caller.js'
import { holdLock } from '../locks.js'

const LOOK_EVERY_MS = HOUR

export class AuthorityRotation {
  #timer: NodeJS.Timeout | null = null

  constructor(private readonly context: Context) {}

  start(): void {
    const { authorities, log } = this.context
    // Makes the next one when the last comes to its end.
    const look = () =>
      authorities
        .start()
        .catch((error: unknown) =>
          log.error({ err: error }, 'the certificate authorities could not be looked after'),
        )
    this.#timer = setInterval(() => void look(), LOOK_EVERY_MS).unref()
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
  }

  async list(): Promise<CertificateAuthorityItem[]> {
    const { prisma, clock, authorities } = this.context
    const now = new Date(clock.now())
    const rows = await prisma.certificateAuthority.findMany({
      orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
      include: {
        _count: { select: { certificates: { where: { revokedAt: null, notAfter: { gt: now } } } } },
      },
    })
    const issuing = authorities.current().id
    return rows.map(({ id, fingerprint, createdAt, notAfter, retiredAt, _count }) => ({
      ...{ id, fingerprint, certificates: _count.certificates },
      state: retiredAt !== null || notAfter <= now ? 'retired' : id === issuing ? 'issuing' : 'former',
      ...{ createdAt: createdAt.toISOString(), notAfter: notAfter.toISOString() },
      retiredAt: retiredAt?.toISOString() ?? null,
    }))
  }

  /** Makes the authority that issues from now on; what the former issued holds until it ends. */
  async rotate(caller: Caller): Promise<CertificateAuthorityItem[]> {
    const { prisma, authorities } = this.context
    await prisma.$transaction(async (tx) => {
      await holdLock(tx, 'certificateAuthority')
      await authorities.make(tx, auditOf(caller))
    })
    await authorities.reload()
    return await this.list()
  }

  /**
   * Ends an authority with all that it issued, and hangs up on who is connected with it.
   * @throws TalosError `not_found`; `conflict` for the one that issues now
   */
  async retire(id: string, caller: Caller): Promise<CertificateAuthorityItem[]> {
    const { prisma, clock, authorities, audit, events } = this.context
    const now = new Date(clock.now())
    const ended = await prisma.$transaction(async (tx) => {
      await holdLock(tx, 'certificateAuthority')
      const live = await tx.certificateAuthority.findMany({
        where: { retiredAt: null },
        orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
        select: { id: true },
      })
      if (!live.some((row) => row.id === id))
        throw new TalosError('not_found', `There is no live certificate authority ${id}.`)
      if (live[0]?.id === id)
        throw new TalosError('conflict', `The authority ${id} issues now. Make the next one first.`)
      await tx.certificateAuthority.update({
        where: { id },
        // Nothing can be issued in its name by whoever reads a backup of this database.
        data: { retiredAt: now, sealed: '' },
      })
      const certificates = await tx.stationCertificate.updateManyAndReturn({
        where: { authorityId: id, revokedAt: null },
        data: { revokedAt: now },
        select: { serial: true },
      })
      await audit.record(tx, {
        ...auditOf(caller),
        action: 'certificate_authority.retire',
        targetKind: 'certificate_authority',
        targetId: id,
        outcome: 'success',
        detail: { certificates: certificates.length },
      })
      return certificates
    })
    await authorities.reload()
    for (const { serial } of ended)
      events.emit('ended', { credentialId: serial, reason: 'the authority of the certificate was retired' })
    return await this.list()
  }
}
