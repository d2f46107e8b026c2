/**
 * Browsers that are signed in: a row for each (A11), found by the SHA-256 of the cookie's secret.
 * @module
 */
import type { Session } from '../../prisma/generated/client.js'
import { AUTH_METHODS, type AuthMethod } from '../../shared/api/auth.js'
import { TalosError } from '../../shared/errors.js'
import { DAY, HOUR, MINUTE } from '../../shared/time.js'
import type { Context, Tx } from '../context.js'
import { newId } from '../crypto/ids.js'
import { newToken, sha256 } from '../crypto/secrets.js'
import type { SessionActor, UserActor } from '../http/actor.js'
import type { Browser } from '../http/browser.js'
import { auditOf, type Caller } from '../http/caller.js'
import type { KnownBrowsers } from './known-browsers.js'
import { isBarred, userActor, WITH_MEMBERSHIPS } from './members.js'
import type { Proof } from './proof.js'

/** A12, NIST 63B-4 AAL2: a day whatever happens, an hour without an act of the person. */
export const SESSION_MS = DAY
export const IDLE_MS = HOUR
/** How exact `lastSeenAt` is; a write for each request would cost more than it tells. */
const TOUCH_MS = MINUTE
/** A11: the sixth ends the oldest. */
const MAX_SESSIONS = 5
export interface NewSession {
  readonly id: string
  readonly userId: string
  /** For the cookie; never stored. */
  readonly secret: string
  /** For the cookie of a known browser. */
  readonly knownBrowser: string
  /** Those that had to go for it; to be announced after the commit. */
  readonly displaced: readonly string[]
}

/** A session that has proved itself anew: a stolen copy of its former cookie gains nothing by that (ASVS 7.2.4). */
export interface RenewedSession {
  /** For the cookie; never stored. */
  readonly secret: string
  /** Epoch ms. */
  readonly endsAt: number
}

/** A16: does the row hold exactly what its method leaves behind? The database has a CHECK of the same. */
export function methodOf(
  row: Pick<Session, 'authMethod' | 'passkeyId' | 'identityId' | 'pairingId' | 'provenWith'>,
): { readonly began: AuthMethod; readonly proven: AuthMethod } | null {
  const began = AUTH_METHODS.find((method) => method === row.authMethod)
  const proven = AUTH_METHODS.find((method) => method === row.provenWith)
  if (began === undefined || proven === undefined) return null
  const fits =
    (row.passkeyId !== null) === (began === 'passkey') &&
    (row.identityId !== null) === (began === 'oidc') &&
    (row.pairingId !== null) === (began === 'pairing')
  return fits ? { began, proven } : null
}

export class Sessions {
  constructor(
    private readonly context: Context,
    private readonly knownBrowsers: KnownBrowsers,
  ) {}

  /** Makes a session. Called by `signIn` alone, inside the transaction that took the proof. */
  async create(tx: Tx, userId: string, proof: Proof, browser: Browser): Promise<NewSession> {
    const { clock, random } = this.context
    const now = new Date(clock.now())
    // Two sign-ins of one person at once count one after the other.
    await tx.$executeRaw`SELECT 1 FROM "User" WHERE "id" = ${userId} FOR UPDATE`
    const open = await tx.session.findMany({
      where: { userId, endedAt: null, expiresAt: { gt: now } },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      select: { id: true },
    })
    const displaced = open.slice(MAX_SESSIONS - 1).map(({ id }) => id)
    await tx.session.updateMany({ where: { id: { in: displaced } }, data: { endedAt: now } })
    const id = newId(random)
    const secret = newToken(random)
    const { method: authMethod, ...by } = proof
    await tx.session.create({
      data: {
        id,
        userId,
        secretHash: sha256(secret),
        authMethod,
        ...by,
        provenAt: now,
        provenWith: authMethod,
        address: browser.address,
        userAgent: browser.userAgent.slice(0, 300),
        createdAt: now,
        lastSeenAt: now,
        expiresAt: new Date(now.getTime() + SESSION_MS),
      },
    })
    return { id, userId, secret, displaced, knownBrowser: this.knownBrowsers.issue(userId) }
  }

  /** Closes what the displaced sessions had open. After the commit. */
  announce(displaced: readonly string[], reason: string): void {
    for (const sessionId of displaced) this.context.events.emit('ended', { sessionId, reason })
  }

  /** The person behind a cookie, or null when the session is unknown, ended, expired or idle. */
  async resolve(secret: string): Promise<UserActor | null> {
    return await this.#find({ secretHash: sha256(secret) })
  }

  /** The person behind a session that was proved otherwise: by a ticket. */
  async byId(id: string): Promise<UserActor | null> {
    return await this.#find({ id })
  }

  async #find(where: { id: string } | { secretHash: Buffer<ArrayBuffer> }): Promise<UserActor | null> {
    const { prisma, clock, log } = this.context
    const row = await prisma.session.findUnique({ where, include: { user: { include: WITH_MEMBERSHIPS } } })
    const now = clock.now()
    if (row === null || row.endedAt !== null || isBarred(row.user, now)) return null
    if (row.expiresAt.getTime() <= now || row.lastSeenAt.getTime() <= now - IDLE_MS) return null
    // A16: a session that no way of ours could have made is rejected, never downgraded.
    const method = methodOf(row)
    if (method === null) {
      const { id: sessionId, authMethod, provenWith } = row
      log.warn({ sessionId, authMethod, provenWith }, 'a session that does not fit its method was rejected')
      return null
    }
    return userActor(row.user, {
      credential: 'session',
      sessionId: row.id,
      sessionEndsAt: row.expiresAt.getTime(),
      idleEndsAt: row.lastSeenAt.getTime() + IDLE_MS,
      proof: { at: row.provenAt.getTime(), with: method.proven },
    })
  }

  /** The person behind a session has done something. Returns when it ends if nothing more is done, epoch ms. */
  async acted({ sessionId, idleEndsAt }: SessionActor): Promise<number> {
    const now = this.context.clock.now()
    if (idleEndsAt - IDLE_MS > now - TOUCH_MS) return idleEndsAt
    await this.context.prisma.session.updateMany({
      where: { id: sessionId, endedAt: null, lastSeenAt: { lt: new Date(now) } },
      data: { lastSeenAt: new Date(now) },
    })
    return now + IDLE_MS
  }

  /**
   * Notes that the person has proved anew who they are, and gives the session a new secret.
   * @throws TalosError `not_signed_in` when it has ended
   */
  async prove(tx: Tx, id: string, method: AuthMethod, caller: Caller): Promise<RenewedSession> {
    const { clock, random, audit } = this.context
    const now = new Date(clock.now())
    const secret = newToken(random)
    const [row] = await tx.session.updateManyAndReturn({
      where: { id, endedAt: null, expiresAt: { gt: now } },
      data: { secretHash: sha256(secret), provenAt: now, provenWith: method, lastSeenAt: now },
      select: { expiresAt: true },
    })
    if (row === undefined) throw new TalosError('not_signed_in', 'The session has ended. Sign in again.')
    await audit.record(tx, {
      ...auditOf(caller),
      ...{ action: 'session.step_up', targetKind: 'session', targetId: id, outcome: 'success' },
      detail: { method },
    })
    return { secret, endsAt: row.expiresAt.getTime() }
  }

  /** How many tickets the session has had, this one counted; null when it has ended. */
  async countTicket(id: string): Promise<number | null> {
    const [row] = await this.context.prisma.session.updateManyAndReturn({
      where: { id, endedAt: null },
      data: { tickets: { increment: 1 } },
      select: { tickets: true },
    })
    return row?.tickets ?? null
  }

  /** The open sessions of a person, the newest first. */
  async list(userId: string) {
    const now = this.context.clock.now()
    return await this.context.prisma.session.findMany({
      where: {
        userId,
        endedAt: null,
        expiresAt: { gt: new Date(now) },
        lastSeenAt: { gt: new Date(now - IDLE_MS) },
      },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    })
  }

  /** Ends one session of a person; false when there is no such open one. */
  async end(
    userId: string,
    sessionId: string,
    action: 'session.end' | 'user.sign_out',
    caller: Caller,
  ): Promise<boolean> {
    const { prisma, clock, audit } = this.context
    const ended = await prisma.$transaction(async (tx) => {
      const { count } = await tx.session.updateMany({
        where: { id: sessionId, userId, endedAt: null },
        data: { endedAt: new Date(clock.now()) },
      })
      if (count === 1 && action === 'session.end') await this.#denyDevices(tx, userId)
      if (count === 1)
        await audit.record(tx, {
          ...auditOf(caller),
          action,
          targetKind: 'session',
          targetId: sessionId,
          outcome: 'success',
        })
      return count === 1
    })
    if (ended) this.announce([sessionId], action)
    return ended
  }

  /** Ends all sessions of a person but one; how many those were. */
  async endOthers(userId: string, keptId: string, caller: Caller): Promise<number> {
    const { prisma, clock, audit } = this.context
    const ended = await prisma.$transaction(async (tx) => {
      const rows = await tx.session.updateManyAndReturn({
        where: { userId, id: { not: keptId }, endedAt: null },
        data: { endedAt: new Date(clock.now()) },
        select: { id: true },
      })
      if (rows.length > 0) await this.#denyDevices(tx, userId)
      for (const { id } of rows)
        await audit.record(tx, {
          ...auditOf(caller),
          ...{ action: 'session.end', targetKind: 'session', targetId: id, outcome: 'success' },
        })
      return rows.map(({ id }) => id)
    })
    this.announce(ended, 'session.end')
    return ended.length
  }

  /** Who ends a session from elsewhere may be ending a thief's: what it approved last must not come for its tokens. */
  async #denyDevices(tx: Tx, userId: string): Promise<void> {
    await tx.deviceLogin.updateMany({ where: { userId, state: 'authorized' }, data: { state: 'denied' } })
  }

  /** A12: ends what nobody used for an hour. Run each minute, so that live connections end too. */
  async endIdle(): Promise<number> {
    const { prisma, clock } = this.context
    const now = clock.now()
    const ended = await prisma.session.updateManyAndReturn({
      where: { endedAt: null, lastSeenAt: { lte: new Date(now - IDLE_MS) } },
      data: { endedAt: new Date(now) },
      select: { id: true },
    })
    this.announce(
      ended.map(({ id }) => id),
      'session.idle',
    )
    return ended.length
  }
}
