/**
 * Browsers that are signed in: a row for each (A11), found by the SHA-256 of the cookie's secret.
 * @module
 */
import { DAY, HOUR, MINUTE } from '../../shared/time.js'
import type { Context, Tx } from '../context.js'
import { newId } from '../crypto/ids.js'
import { newToken, sha256 } from '../crypto/secrets.js'
import type { UserActor } from '../http/actor.js'
import { auditOf, type Caller } from '../http/caller.js'
import { userActor, WITH_MEMBERSHIPS } from './members.js'

/** A12, NIST 63B-4 AAL2: a day whatever happens, an hour without a request. */
export const SESSION_MS = DAY
export const IDLE_MS = HOUR
/** How exact `lastSeenAt` is; a write for each request would cost more than it tells. */
const TOUCH_MS = MINUTE
/** A11: the sixth ends the oldest. */
const MAX_SESSIONS = 5
export const AUTH_METHODS = ['magic_link', 'owner_link'] as const
export type AuthMethod = (typeof AUTH_METHODS)[number]

/** The browser that asks. */
export interface Browser {
  readonly address: string
  readonly userAgent: string
  readonly requestId: string
}

export interface NewSession {
  readonly id: string
  /** For the cookie; never stored. */
  readonly secret: string
  /** Those that had to go for it; to be announced after the commit. */
  readonly displaced: readonly string[]
}

export class Sessions {
  constructor(private readonly context: Context) {}

  /** Makes a session inside the transaction that proved who it is. */
  async create(tx: Tx, userId: string, authMethod: AuthMethod, browser: Browser): Promise<NewSession> {
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
    await tx.session.create({
      data: {
        id,
        userId,
        secretHash: sha256(secret),
        authMethod,
        address: browser.address,
        userAgent: browser.userAgent.slice(0, 300),
        createdAt: now,
        lastSeenAt: now,
        expiresAt: new Date(now.getTime() + SESSION_MS),
      },
    })
    return { id, secret, displaced }
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
    if (row === null || row.endedAt !== null || row.user.disabledAt !== null) return null
    const now = clock.now()
    if (row.expiresAt.getTime() <= now || row.lastSeenAt.getTime() <= now - IDLE_MS) return null
    // A16: a session that no way of ours could have made is rejected, never downgraded.
    if (!(AUTH_METHODS as readonly string[]).includes(row.authMethod)) {
      log.warn({ sessionId: row.id, authMethod: row.authMethod }, 'a session of an unknown kind was rejected')
      return null
    }
    if (row.lastSeenAt.getTime() <= now - TOUCH_MS) await this.#touch(row.id, now)
    return userActor(row.user, {
      sessionId: row.id,
      sessionEndsAt: row.expiresAt.getTime(),
      tokenId: null,
      restriction: null,
    })
  }

  async #touch(id: string, now: number): Promise<void> {
    await this.context.prisma.session.updateMany({
      where: { id, endedAt: null, lastSeenAt: { lt: new Date(now) } },
      data: { lastSeenAt: new Date(now) },
    })
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
