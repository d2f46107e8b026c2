/**
 * The authorities that issue client certificates to stations, and by which the broker judges them. Private keys are
 * sealed at rest. One issues; those before it are trusted until they end or are retired.
 * @module
 */

import { createHash, X509Certificate } from 'node:crypto'
import type { PrismaClient } from '../../prisma/generated/client.js'
import { type Clock, DAY, HOUR, MINUTE, SECOND } from '../../shared/time.js'
import type { Audit } from '../audit/audit.js'
import type { ActorRef } from '../http/actor.js'
import { holdLock } from '../locks.js'
import type { Random, Tx } from '../ports.js'
import { newId } from './ids.js'
import type { Sealer } from './seal.js'
import { authorityPlace } from './seal-anew.js'
import { type Issuer, issueClientCertificate, makeAuthority, newSerial, openAuthority } from './x509.js'

/** A fleet need not change its trust often; who holds the sealed key and the master key could sign for so long. */
const AUTHORITY_LIFE_MS = 3650 * DAY
/** The next one issues so long before the end of the former, so that no certificate is cut short. */
const SUCCESSION_MS = 365 * DAY
/** E30 speaks of the renewal. */
export const CERTIFICATE_LIFE_MS = 90 * DAY
/** Clocks of stations without a network are late by minutes; a certificate must be good when it arrives. */
const SKEW_MS = 5 * MINUTE
const AUTHORITY_SKEW_MS = HOUR

const SYSTEM: ActorRef = { kind: 'system', id: 'certificate-authority' }

export interface KnownAuthority extends Issuer {
  readonly id: string
  /** PEM. */
  readonly pem: string
  /** Epoch ms. */
  readonly notAfter: number
}

/** A certificate that an authority has just signed; it counts for nothing before it has a row. */
export interface SignedCertificate {
  readonly authorityId: string
  readonly serial: string
  /** PEM. */
  readonly certificate: string
  /** PEM of the authority. */
  readonly issuer: string
  /** Epoch ms, whole seconds. */
  readonly notBefore: number
  readonly notAfter: number
}

export interface AuthorityParts {
  readonly prisma: PrismaClient
  readonly sealer: Sealer
  readonly clock: Clock
  readonly random: Random
  readonly audit: Audit
}

const seconds = (ms: number) => Math.floor(ms / SECOND) * SECOND

export class CertificateAuthorities {
  readonly #listeners = new Set<(trusted: readonly string[]) => void>()
  /** The newest, which issues, first. */
  #known: readonly KnownAuthority[] = []

  constructor(private readonly parts: AuthorityParts) {}

  /**
   * Loads the authorities; makes the first, or the next when the last has little time left.
   * @throws TalosError `master_key_wrong` when one does not open
   */
  async start(): Promise<void> {
    const { prisma, clock } = this.parts
    await prisma.$transaction(async (tx) => {
      await holdLock(tx, 'certificateAuthority')
      const [newest] = await live(tx, clock.now())
      if (newest === undefined || newest.notAfter.getTime() - clock.now() < SUCCESSION_MS)
        await this.make(tx, { actor: SYSTEM })
    })
    await this.reload()
  }

  /** Reads them anew after one was made or retired, and tells who trusts them. */
  async reload(): Promise<void> {
    const { prisma, sealer, clock } = this.parts
    const rows = await live(prisma, clock.now())
    this.#known = await Promise.all(
      rows.map(async ({ id, certificate, sealed, notAfter }) => ({
        ...(await openAuthority(certificate, sealer.open(sealed, authorityPlace(id)))),
        ...{ id, pem: certificate, notAfter: notAfter.getTime() },
      })),
    )
    for (const listener of this.#listeners) listener(this.trusted())
  }

  /** The one that issues. */
  current(): KnownAuthority {
    const [newest] = this.#known
    if (newest === undefined) throw new Error('the certificate authorities have not been started')
    return newest
  }

  /** PEM of all whose certificates are accepted. */
  trusted(): readonly string[] {
    return this.#known.map(({ pem }) => pem)
  }

  /** Hears the trusted ones now and after each change. Returns what ends it. */
  onChange(listener: (trusted: readonly string[]) => void): () => void {
    this.#listeners.add(listener)
    listener(this.trusted())
    return () => this.#listeners.delete(listener)
  }

  /** Makes the authority that issues from now on. `reload` after the commit. */
  async make(tx: Tx, caller: { readonly actor: ActorRef }): Promise<string> {
    const { random, clock, sealer, audit } = this.parts
    const id = newId(random)
    const now = seconds(clock.now())
    const notAfter = now + AUTHORITY_LIFE_MS
    const validity = { notBefore: now - AUTHORITY_SKEW_MS, notAfter }
    // The id in its name tells authorities of one installation, and those of two, apart.
    const made = await makeAuthority(`Talos stations ${id.slice(0, 8)}`, newSerial(random), validity)
    const fingerprint = createHash('sha256').update(new X509Certificate(made.certificate).raw).digest('hex')
    await tx.certificateAuthority.create({
      data: {
        ...{ id, fingerprint, certificate: made.certificate },
        sealed: sealer.seal(made.privateKey, authorityPlace(id)),
        ...{ createdAt: new Date(clock.now()), notAfter: new Date(notAfter) },
      },
    })
    await audit.record(tx, {
      ...caller,
      action: 'certificate_authority.create',
      targetKind: 'certificate_authority',
      targetId: id,
      outcome: 'success',
      detail: { fingerprint },
    })
    return id
  }

  /** Signs a client certificate for a station, for a key that its owner has proved. */
  async sign(stationId: string, spki: Uint8Array<ArrayBuffer>): Promise<SignedCertificate> {
    const { random, clock } = this.parts
    const authority = this.current()
    const now = seconds(clock.now())
    const validity = {
      notBefore: now - SKEW_MS,
      notAfter: Math.min(now + CERTIFICATE_LIFE_MS, authority.notAfter),
    }
    const serial = newSerial(random)
    const certificate = await issueClientCertificate(authority, { stationId, serial, spki, ...validity })
    return { authorityId: authority.id, serial, certificate, issuer: authority.pem, ...validity }
  }
}

const live = (tx: Pick<Tx, 'certificateAuthority'>, now: number) =>
  tx.certificateAuthority.findMany({
    where: { retiredAt: null, notAfter: { gt: new Date(now) } },
    orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
  })
