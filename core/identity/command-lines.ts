/**
 * Command lines that are signed in: each has short access tokens (A13) and one line of refresh tokens (A15), lives thirty
 * days at most, and is listed beside the browsers of its person.
 * @module
 */
import type { CommandLine } from '../../prisma/generated/client.js'
import { TalosError } from '../../shared/errors.js'
import { DAY } from '../../shared/time.js'
import type { Context, Tx } from '../context.js'
import { newId } from '../crypto/ids.js'
import type { ActorRef } from '../http/actor.js'
import { type AuditCaller, auditOf, type Caller } from '../http/caller.js'
import { ACCESS_MS } from './access-tokens.js'
import type { Denylist } from './denylist.js'
import { isBarred, WITH_MEMBERSHIPS } from './members.js'
import { type IssuedTokens, REFRESH_MS, type RefreshTokens } from './refresh-tokens.js'

/** A person approves anew each month. */
export const COMMAND_LINE_MS = 30 * DAY
const KEPT_MS = 30 * DAY

/**
 * By itself, by its person, because a token of it was given back (RFC 7009), because one was used twice, or because its
 * person may not sign in any more.
 */
export type EndReason = 'signed_out' | 'ended' | 'revoked' | 'reuse' | 'user_ended'

export class CommandLines {
  constructor(
    private readonly context: Context,
    private readonly refreshTokens: RefreshTokens,
    private readonly denylist: Denylist,
  ) {}

  /**
   * A new command line, in the transaction of the approval that it comes from.
   * @throws TalosError `access_denied` when the person may not sign in any more
   */
  async begin(tx: Tx, userId: string, clientName: string, caller: Caller): Promise<IssuedTokens> {
    const { clock, random, audit } = this.context
    const now = clock.now()
    const user = await tx.user.findUnique({ where: { id: userId }, include: WITH_MEMBERSHIPS })
    if (user === null || isBarred(user, now))
      throw new TalosError('access_denied', 'The person who approved may not sign in any more.')
    const line = await tx.commandLine.create({
      data: {
        id: newId(random),
        userId,
        clientName,
        address: caller.address,
        createdAt: new Date(now),
        lastUsedAt: new Date(now),
        expiresAt: new Date(now + COMMAND_LINE_MS),
      },
    })
    await audit.record(tx, {
      ...auditOf(caller),
      actor: { kind: 'user', id: userId },
      action: 'command_line.begin',
      targetKind: 'command_line',
      targetId: line.id,
      outcome: 'success',
      detail: { clientName },
    })
    return await this.refreshTokens.first(tx, user, line)
  }

  /**
   * The next tokens for a refresh token. One that is used twice, not by a slip, is taken for stolen: all ends.
   * @throws TalosError `invalid_grant`
   */
  async refresh(text: string, caller: Caller): Promise<IssuedTokens> {
    const outcome = await this.context.prisma.$transaction(async (tx) => {
      const rotation = await this.refreshTokens.rotate(tx, text, caller.address)
      if (rotation.kind === 'stolen') await this.#end(tx, rotation.line, 'reuse', caller)
      return rotation
    })
    if (outcome.kind === 'rotated') return await this.refreshTokens.issue(outcome)
    if (outcome.kind === 'stolen') this.announce([outcome.line.id], 'reuse')
    throw new TalosError(
      'invalid_grant',
      'This refresh token is unknown, used, ended or expired. Run talos login again.',
    )
  }

  /** Those of a person that are signed in, the last used first. */
  async list(userId: string): Promise<CommandLine[]> {
    const now = this.context.clock.now()
    return await this.context.prisma.commandLine.findMany({
      where: {
        userId,
        endedAt: null,
        expiresAt: { gt: new Date(now) },
        // Without a refresh token that lives it is signed out, whatever its row says.
        lastUsedAt: { gt: new Date(now - REFRESH_MS) },
      },
      orderBy: [{ lastUsedAt: 'desc' }, { id: 'desc' }],
      take: 200,
    })
  }

  /** Ends one of a person's; false when there is no such live one. */
  async end(userId: string, id: string, reason: 'signed_out' | 'ended', caller: Caller): Promise<boolean> {
    const ended = await this.context.prisma.$transaction(async (tx) => {
      const line = await tx.commandLine.findFirst({ where: { id, userId } })
      return line !== null && (await this.#end(tx, line, reason, caller))
    })
    if (ended) this.announce([id], reason)
    return ended
  }

  /** RFC 7009: a refresh token that is given back ends its command line. An unknown one is no error (section 2.2). */
  async revoke(text: string, caller: Caller): Promise<void> {
    const id = await this.context.prisma.$transaction(async (tx) => {
      const line = await this.refreshTokens.lineOf(tx, text)
      if (line === null) return null
      const owner = { kind: 'user', id: line.userId } as const
      return (await this.#end(tx, line, 'revoked', caller, owner)) ? line.id : null
    })
    if (id !== null) this.announce([id], 'revoked')
  }

  /**
   * Ends all of a person inside the change that takes their right to sign in (E19, E22). The caller hands the ids to
   * `announce` after the commit.
   */
  async endAll(tx: Tx, userId: string, caller: AuditCaller): Promise<string[]> {
    const lines = await tx.commandLine.findMany({ where: { userId, endedAt: null } })
    const ended: string[] = []
    for (const line of lines) if (await this.#end(tx, line, 'user_ended', caller)) ended.push(line.id)
    return ended
  }

  async #end(
    tx: Tx,
    line: CommandLine,
    reason: EndReason,
    caller: AuditCaller,
    actor: ActorRef = caller.actor,
  ): Promise<boolean> {
    const { clock, audit } = this.context
    const now = clock.now()
    const { count } = await tx.commandLine.updateMany({
      where: { id: line.id, endedAt: null },
      data: { endedAt: new Date(now), endReason: reason },
    })
    if (count !== 1) return false
    await this.denylist.deny(tx, line.id, now + ACCESS_MS)
    await audit.record(tx, {
      ...auditOf(caller),
      actor,
      action: reason === 'reuse' ? 'command_line.reuse' : 'command_line.end',
      targetKind: 'command_line',
      targetId: line.id,
      outcome: reason === 'reuse' ? 'denied' : 'success',
      detail: { reason, clientName: line.clientName, owner: line.userId },
    })
    return true
  }

  /** Takes away what can answer nobody any more; an ended one is kept for a look back. Run each minute. */
  async sweep(): Promise<void> {
    const { prisma, clock } = this.context
    const now = clock.now()
    await prisma.refreshToken.deleteMany({ where: { expiresAt: { lte: new Date(now) } } })
    await prisma.commandLine.deleteMany({ where: { expiresAt: { lt: new Date(now - KEPT_MS) } } })
  }

  /** Refuses their access tokens and closes what they have open. After the commit. */
  announce(ids: readonly string[], reason: EndReason): void {
    const { clock, events } = this.context
    for (const id of ids) {
      this.denylist.announce(id, clock.now() + ACCESS_MS)
      events.emit('ended', { sessionId: id, reason: `command_line.${reason}` })
    }
  }
}
