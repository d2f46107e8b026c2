/**
 * Signing in a browser by a phone that is signed in (A22 to A37): the browser shows a QR code, the phone's person approves,
 * the browser gets a session of its own. State: pending -> approved -> consumed, or denied; expiry is a time.
 * @module
 */
import type { Pairing } from '../../prisma/generated/client.js'
import { TalosError } from '../../shared/errors.js'
import { HOUR, SECOND } from '../../shared/time.js'
import type { Context, Tx } from '../context.js'
import { newId } from '../crypto/ids.js'
import { newToken, secretMatches, sha256 } from '../crypto/secrets.js'
import type { UserActor } from '../http/actor.js'
import type { Browser } from '../http/browser.js'
import { auditOf, type Caller } from '../http/caller.js'
import { isBarred } from './members.js'
import { choicesOf, newNumber } from './pairing-number.js'
import type { NewSession, Sessions } from './sessions.js'
import { signIn } from './sign-in.js'

/** A22: long enough to take a phone out and read, too short to send the picture to somebody. */
export const PAIRING_MS = 90 * SECOND
/** A24: so long does a late poll get the answer of its pairing. */
const ENDED_MS = HOUR

export interface StartedPairing {
  readonly id: string
  /** For the QR code; stored as a hash. */
  readonly code: string
  /** For the cookie of the browser that waits; stored as a hash. */
  readonly waitSecret: string
  readonly number: number
}

export interface Asking {
  readonly pairing: Pairing
  /** One of them is on the other screen. */
  readonly choices: readonly number[]
}

export interface SignedIn {
  readonly session: NewSession
  readonly returnTo: string | null
}

type Person = UserActor & { readonly sessionId: string }

// A27: one answer for unknown, used, denied, expired and another organisation's.
const unknownCode = () =>
  new TalosError('pairing_invalid', 'This code is unknown, used, denied or expired. Show a new one.')
const over = () =>
  new TalosError('pairing_over', 'This pairing is unknown, used, denied or expired. Start a new one.')

export class Pairings {
  /** `key`: 32 bytes derived for the numbers alone. */
  constructor(
    private readonly context: Context,
    private readonly sessions: Sessions,
    private readonly key: Uint8Array,
  ) {}

  /** `org`: slug of the organisation whose members alone may approve (A25), or null. An unknown one has no members. */
  async start(org: string | null, returnTo: string | null, browser: Browser): Promise<StartedPairing> {
    const { prisma, clock, random } = this.context
    const now = clock.now()
    const [id, code, waitSecret] = [newId(random), newToken(random), newToken(random)]
    const number = newNumber(random)
    // A stranger must not learn which organisations there are: a pairing for none that exists waits as any other.
    const orgId =
      org === null ? null : ((await prisma.org.findUnique({ where: { slug: org } }))?.id ?? newId(random))
    await prisma.pairing.create({
      data: {
        id,
        codeHash: sha256(code),
        waitHash: sha256(waitSecret),
        orgId,
        number,
        address: browser.address,
        userAgent: browser.userAgent.slice(0, 300),
        returnTo,
        createdAt: new Date(now),
        expiresAt: new Date(now + PAIRING_MS),
      },
    })
    return { id, code, waitSecret, number }
  }

  /** What must be so of a pairing for this person to decide it (A25). */
  #open(code: string, person: UserActor) {
    return {
      codeHash: sha256(code),
      expiresAt: { gt: new Date(this.context.clock.now()) },
      OR: [{ orgId: null }, { orgId: { in: person.memberships.map(({ org }) => org.id) } }],
    }
  }

  /**
   * Who asks, for the page that approves (A37).
   * @throws TalosError `pairing_invalid`
   */
  async look(code: string, person: UserActor): Promise<Asking> {
    const pairing = await this.context.prisma.pairing.findFirst({
      where: { ...this.#open(code, person), state: 'pending' },
    })
    if (pairing === null) throw unknownCode()
    return { pairing, choices: choicesOf(pairing.number, pairing.id, this.key) }
  }

  /**
   * The person lets the browser in as themselves. A wrong number ends the pairing: there is no second guess.
   * @throws TalosError `pairing_invalid`, `pairing_number_wrong`
   */
  async approve(code: string, number: number, person: Person, caller: Caller): Promise<void> {
    const { prisma, clock } = this.context
    const open = { ...this.#open(code, person), state: 'pending' }
    const by = {
      decidedAt: new Date(clock.now()),
      approvedById: person.id,
      approverSessionId: person.sessionId,
    }
    const outcome = await prisma.$transaction(async (tx) => {
      const [approved] = await tx.pairing.updateManyAndReturn({
        where: { ...open, number },
        data: { ...by, state: 'approved' },
      })
      if (approved !== undefined) {
        await this.#record(tx, approved, 'pairing.approve', 'success', caller)
        return 'approved'
      }
      const [denied] = await tx.pairing.updateManyAndReturn({
        where: { ...open, number: { not: number } },
        data: { ...by, state: 'denied' },
      })
      if (denied === undefined) return 'unknown'
      await this.#record(tx, denied, 'pairing.approve', 'denied', caller)
      return 'wrong'
    })
    if (outcome === 'unknown') throw unknownCode()
    if (outcome === 'wrong')
      throw new TalosError(
        'pairing_number_wrong',
        `${number} is not the number on the other screen. The sign-in has been turned away.`,
      )
  }

  /**
   * A26: the person turns the browser away, also one just approved that has not come for its session.
   * @throws TalosError `pairing_invalid`
   */
  async cancel(code: string, person: UserActor, caller: Caller): Promise<void> {
    const { prisma, clock } = this.context
    await prisma.$transaction(async (tx) => {
      const [row] = await tx.pairing.updateManyAndReturn({
        where: { ...this.#open(code, person), state: { in: ['pending', 'approved'] } },
        data: { state: 'denied', decidedAt: new Date(clock.now()) },
      })
      if (row === undefined) throw unknownCode()
      await this.#record(tx, row, 'pairing.deny', 'success', caller)
    })
  }

  async #record(
    tx: Tx,
    row: Pairing,
    action: 'pairing.approve' | 'pairing.deny',
    outcome: 'success' | 'denied',
    caller: Caller,
  ): Promise<void> {
    await this.context.audit.record(tx, {
      ...auditOf(caller),
      orgId: row.orgId ?? undefined,
      action,
      targetKind: 'pairing',
      targetId: row.id,
      outcome,
      detail: { clientAddress: row.address, userAgent: row.userAgent },
    })
  }

  /**
   * The browser asks whether somebody has decided; gives its session, once (A23).
   * @throws TalosError `pairing_pending`, `pairing_over`
   */
  async wait(id: string, waitSecret: string, browser: Browser): Promise<SignedIn> {
    const { prisma, clock } = this.context
    const row = await prisma.pairing.findUnique({ where: { id } })
    if (!secretMatches(waitSecret, row?.waitHash ?? null) || row === null) throw over()
    if (row.expiresAt.getTime() <= clock.now()) throw over()
    if (row.state === 'pending')
      throw new TalosError('pairing_pending', 'Nobody has approved this browser yet.')
    if (row.state !== 'approved') throw over()
    const session = await prisma.$transaction((tx) => this.#consume(tx, row, browser))
    this.sessions.announce(session.displaced, 'session.displaced')
    return { session, returnTo: row.returnTo }
  }

  async #consume(tx: Tx, { id }: Pairing, browser: Browser): Promise<NewSession> {
    const now = this.context.clock.now()
    const [row] = await tx.pairing.updateManyAndReturn({
      where: { id, state: 'approved', expiresAt: { gt: new Date(now) } },
      data: { state: 'consumed', consumedAt: new Date(now) },
    })
    if (row?.approvedById == null || row.approverSessionId === null) throw over()
    // Whoever approved may have been signed out, barred or taken out of the organisation since.
    const approver = await tx.session.findFirst({
      where: { id: row.approverSessionId, userId: row.approvedById, endedAt: null },
      include: { user: { include: { memberships: true } } },
    })
    if (approver === null || isBarred(approver.user, now)) throw over()
    if (row.orgId !== null && !approver.user.memberships.some(({ orgId }) => orgId === row.orgId))
      throw over()
    // A33: the session is this browser's, its person the one who approved.
    const parts = { context: this.context, sessions: this.sessions }
    return await signIn(tx, parts, approver.userId, { method: 'pairing', pairingId: row.id }, browser)
  }

  /** A24: takes away by state and age what can answer nobody any more. Run each minute. */
  async sweep(): Promise<void> {
    const { prisma, clock } = this.context
    const old = { lt: new Date(clock.now() - ENDED_MS) }
    await prisma.pairing.deleteMany({
      where: {
        OR: [
          { state: 'consumed', consumedAt: old },
          { state: 'denied', decidedAt: old },
          { state: { in: ['pending', 'approved'] }, expiresAt: old },
        ],
      },
    })
  }
}
