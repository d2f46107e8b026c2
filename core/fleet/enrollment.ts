/**
 * How an agent joins: it redeems a token, once, and gets its grant at once or after a person has approved it.
 * @module
 */
import type { z } from 'zod'
import type {
  Enrollment as EnrollmentRow,
  EnrollmentToken,
  Org,
  Station,
} from '../../prisma/generated/client.js'
import type { EnrollRequest, EnrollResponse, enrollPollResponseSchema } from '../../shared/api/fleet.js'
import { TalosError } from '../../shared/errors.js'
import { parseSecret } from '../../shared/secrets.js'
import { DAY, iso, SECOND } from '../../shared/time.js'
import type { Context, Tx } from '../context.js'
import { readCsr } from '../crypto/csr.js'
import { newId } from '../crypto/ids.js'
import { newToken, secretMatches, sha256 } from '../crypto/secrets.js'
import { ANONYMOUS } from '../http/actor.js'
import type { Caller } from '../http/caller.js'
import { hasProvenItself } from './credential-use.js'
import { ENROLLMENT, type Granted, type Grants } from './grants.js'
import { assertNotClosed, type Joining, seatOf } from './seats.js'
import { lockStation } from './station-lock.js'

type PollResponse = z.infer<typeof enrollPollResponseSchema>
type TokenWithOrg = EnrollmentToken & { readonly org: Org }

/** E29: how long a repeat of the same agent is answered like the first request, whatever it has done meanwhile. */
const REPEAT_MS = 60 * SECOND
/** How long an agent waits for a person; no longer than a token may live (E3). */
const PENDING_MS = 7 * DAY
const POLL_SECONDS = 3

/** One answer for unknown, used, expired and revoked. */
const invalidToken = () =>
  new TalosError(
    'enrollment_token_invalid',
    'This enrollment token is unknown, used, expired or revoked. Ask for a new one.',
  )

/** What one transaction decided: the answer, and the grant in it to be announced after the commit. */
interface Outcome {
  readonly response: EnrollResponse
  readonly granted: Granted | null
  readonly station: Station
}

export class Enrollment {
  /** Of a secret that nobody has: verified when there is no token, so that both take their time (B16). */
  #dummyHash: string | null = null

  constructor(
    private readonly context: Context,
    private readonly grants: Grants,
  ) {}

  /**
   * Swaps a token for a grant or a place in the queue; one transaction (E1, E29). Of many who try at once one wins.
   * @throws TalosError `enrollment_token_invalid`, `enrollment_denied`, `csr_refused`, or `unavailable` when too many try at
   * once
   */
  async redeem(request: EnrollRequest, caller: Caller): Promise<EnrollResponse> {
    const token = await this.#authenticate(request.token)
    if (token === null) {
      this.#refused(caller, null, invalidToken())
      throw invalidToken()
    }
    const joining = { ...request, key: request.csr === undefined ? null : readCsr(request.csr) }
    const now = new Date(this.context.clock.now())
    const { response, granted, station } = await this.context.prisma
      .$transaction((tx) => this.#redeemIn(tx, token, joining, caller, now))
      .catch((error: unknown) => {
        if (error instanceof TalosError) this.#refused(caller, token, error)
        throw error
      })
    if (granted === null) this.context.events.emit('station', { org: token.org.slug, stationId: station.id })
    else this.grants.announce(granted)
    return response
  }

  /**
   * E17: the waiting agent asks. Once approved it gets its key, made now; a repeat replaces it, for as long as no key has
   * been used.
   * @throws TalosError `enrollment_token_invalid` for a wrong, spent or expired secret, `enrollment_denied` when a
   * person has turned the station away
   */
  async poll(id: string, secret: string, caller: Caller): Promise<PollResponse> {
    const { prisma, clock } = this.context
    const include = { token: { include: { org: true } } } as const
    const enrollment = await prisma.enrollment.findUnique({ where: { id }, include })
    const now = new Date(clock.now())
    if (!secretMatches(secret, enrollment?.pollSecretHash ?? null) || enrollment === null)
      throw invalidToken()
    const granted = await prisma.$transaction(async (tx) => {
      await lockStation(tx, enrollment.stationId)
      const current = await tx.enrollment.findUniqueOrThrow({ where: { id } })
      const station = await tx.station.findUniqueOrThrow({ where: { id: enrollment.stationId } })
      assertNotClosed(station, now)
      if (isSpent(current, await hasProvenItself(tx, station.id), now)) throw invalidToken()
      if (station.status === 'pending') return null
      await tx.enrollment.updateMany({ where: { id, deliveredAt: null }, data: { deliveredAt: now } })
      const key = current.csr === null ? null : readCsr(current.csr)
      // E20: the machine that was approved, and not one that had waited before it.
      if ((key?.fingerprint ?? null) !== station.fingerprint) throw invalidToken()
      return await this.grants.make(tx, station, enrollment.token.org, key, caller, now)
    })
    if (granted === null) return { status: 'pending', pollSeconds: POLL_SECONDS }
    this.grants.announce(granted)
    return { status: 'approved', grant: granted.grant }
  }

  async #authenticate(text: string): Promise<TokenWithOrg | null> {
    const parsed = parseSecret(text, 'gse')
    if (parsed === null) return null
    const { prisma, random, slowHash } = this.context
    const token = await prisma.enrollmentToken.findUnique({
      where: { keyId: parsed.id },
      include: { org: true },
    })
    this.#dummyHash ??= await slowHash.hash(newToken(random))
    const matches = await slowHash.verify(token?.secretHash ?? this.#dummyHash, parsed.secret)
    return matches ? token : null
  }

  async #redeemIn(
    tx: Tx,
    token: TokenWithOrg,
    request: Joining,
    caller: Caller,
    now: Date,
  ): Promise<Outcome> {
    // What is bound to a station locks the station first (station-lock.ts); then all who redeem this token stand in line.
    if (token.stationId !== null) await lockStation(tx, token.stationId)
    await tx.$executeRaw`SELECT FROM "EnrollmentToken" WHERE "id" = ${token.id} FOR NO KEY UPDATE`
    const known = await tx.enrollment.findUnique({ where: { tokenId_nonceHash: placeOf(token, request) } })
    const station =
      known === null
        ? await this.#first(tx, token, request, caller, now)
        : await this.#repeat(tx, known, request, now)
    if (station.status === 'approved') {
      const granted = await this.grants.make(tx, station, token.org, request.key, caller, now)
      await tx.enrollment.updateMany({
        where: { ...placeOf(token, request), deliveredAt: null },
        data: { deliveredAt: now },
      })
      return { response: { status: 'approved', grant: granted.grant }, granted, station }
    }
    const pollSecret = newToken(this.context.random)
    const enrollment = await tx.enrollment.update({
      where: { tokenId_nonceHash: placeOf(token, request) },
      data: { pollSecretHash: sha256(pollSecret) },
    })
    const response: EnrollResponse = {
      status: 'pending',
      enrollmentId: enrollment.id,
      stationId: station.id,
      pollSecret,
      pollSeconds: POLL_SECONDS,
      expiresAt: iso(enrollment.expiresAt.getTime()),
    }
    return { response, granted: null, station }
  }

  /** An agent that has not been here: it takes one of the token's uses, or is refused. */
  async #first(
    tx: Tx,
    token: TokenWithOrg,
    request: Joining,
    { address, requestId }: Caller,
    now: Date,
  ): Promise<Station> {
    const { random, audit } = this.context
    // E1, E2: the row decides.
    const taken = await tx.$executeRaw`
      UPDATE "EnrollmentToken"
         SET "uses" = "uses" + 1, "lastUsedAt" = ${now}, "consumedFrom" = ${address},
             "consumedAt" = CASE WHEN "uses" + 1 = "maxUses" THEN ${now}::timestamptz END
       WHERE "id" = ${token.id} AND "uses" < "maxUses" AND "consumedAt" IS NULL AND "revokedAt" IS NULL
         AND "expiresAt" > ${now}`
    if (taken !== 1) throw invalidToken()
    const station = await seatOf(tx, token, request, address, now, random)
    await tx.enrollment.create({
      data: {
        id: newId(random),
        ...placeOf(token, request),
        stationId: station.id,
        csr: request.csr ?? null,
        createdAt: now,
        expiresAt: new Date(now.getTime() + PENDING_MS),
      },
    })
    const common = { orgId: token.orgId, outcome: 'success', address, requestId } as const
    // E6: who redeemed it, from where.
    await audit.record(tx, {
      ...common,
      actor: ANONYMOUS,
      action: 'enrollment_token.redeem',
      targetKind: 'enrollment_token',
      targetId: token.id,
      detail: {
        ...{ stationId: station.id, name: station.name, hostname: request.agent.hostname },
        fingerprint: station.fingerprint,
      },
    })
    if (station.status === 'approved' && station.approvedAt?.getTime() === now.getTime())
      await audit.record(tx, {
        ...common,
        actor: ENROLLMENT,
        action: 'station.approve',
        targetKind: 'station',
        targetId: station.id,
        detail: { tokenId: token.id, issuedBy: token.createdById },
      })
    return station
  }

  /** E29: an agent that has won a use, again, because the answer did not reach it. */
  async #repeat(tx: Tx, enrollment: EnrollmentRow, { key }: Joining, now: Date): Promise<Station> {
    // Repeats of one agent stand in line, so that the last answer is the one whose key lives.
    await lockStation(tx, enrollment.stationId)
    const station = await tx.station.findUniqueOrThrow({ where: { id: enrollment.stationId } })
    assertNotClosed(station, now)
    if (isSpent(enrollment, await hasProvenItself(tx, station.id), now)) throw invalidToken()
    // Its nonce is random, so this is the same agent; it keeps its key pair as it keeps its nonce.
    if ((key?.fingerprint ?? null) !== station.fingerprint) throw invalidToken()
    return station
  }

  #refused({ address, requestId }: Caller, token: EnrollmentToken | null, { code }: TalosError): void {
    this.context.audit.bestEffort({
      orgId: token?.orgId,
      actor: ANONYMOUS,
      action: 'enrollment_token.redeem',
      targetKind: 'enrollment_token',
      targetId: token?.id,
      outcome: 'denied',
      address,
      requestId,
      detail: { code },
    })
  }
}

/** E29: one agent at one token. The nonce is random and long, so its hash finds it. */
const placeOf = (token: EnrollmentToken, { nonce }: EnrollRequest) => ({
  tokenId: token.id,
  nonceHash: Uint8Array.from(sha256(nonce)),
})

/**
 * E29: may an agent no longer repeat what it asked? A token must never be spent for nothing: an answer can be lost, and
 * core be down, for longer than a minute. So the place is kept until a key of the station has been used, which proves that
 * an answer has arrived; to a repeat within a minute it is kept even then. After `expiresAt` it is gone in any case.
 */
function isSpent({ deliveredAt, expiresAt }: EnrollmentRow, isProven: boolean, now: Date): boolean {
  if (expiresAt <= now) return true
  return deliveredAt !== null && isProven && now.getTime() - deliveredAt.getTime() > REPEAT_MS
}
