/**
 * API tokens (A20): `gsa_<keyId>_<secret>`, shown once, stored as a hash, never more than their owner may.
 * @module
 */
import type { ApiToken } from '../../prisma/generated/client.js'
import { TalosError } from '../../shared/errors.js'
import type { Permission } from '../../shared/permissions.js'
import { parseSecret } from '../../shared/secrets.js'
import { DAY, MINUTE } from '../../shared/time.js'
import type { Background } from '../background.js'
import type { Context } from '../context.js'
import { newId } from '../crypto/ids.js'
import { newSecret, secretMatches } from '../crypto/secrets.js'
import type { UserActor } from '../http/actor.js'
import { auditOf, type Caller } from '../http/caller.js'
import { isBarred, userActor, WITH_MEMBERSHIPS } from './members.js'

/** How exact `lastUsedAt` is. */
const TOUCH_MS = MINUTE

export interface TokenWish {
  readonly name: string
  /** Null: all that the owner may. */
  readonly permissions: readonly Permission[] | null
  readonly days: number
}

export interface IssuedToken {
  /** Shown once. */
  readonly text: string
  readonly row: ApiToken
}

export class ApiTokens {
  constructor(
    private readonly context: Context,
    private readonly background: Background,
  ) {}

  /**
   * Makes a token for the person who asks.
   * @throws TalosError `forbidden` when it would be given what the person lacks (R11)
   */
  async issue(actor: UserActor, wish: TokenWish, caller: Caller): Promise<IssuedToken> {
    const held = new Set(actor.memberships.flatMap(({ permissions }) => [...permissions]))
    const lacking = (wish.permissions ?? []).filter((permission) => !held.has(permission))
    if (lacking.length > 0)
      throw new TalosError(
        'forbidden',
        `You do not hold ${lacking.join(', ')}; a token of yours cannot either.`,
      )
    const { prisma, clock, random, audit } = this.context
    const now = clock.now()
    const { keyId, hash, text } = newSecret('gsa', random)
    return await prisma.$transaction(async (tx) => {
      const row = await tx.apiToken.create({
        data: {
          id: newId(random),
          keyId,
          secretHash: hash,
          userId: actor.id,
          name: wish.name,
          permissions: [...(wish.permissions ?? [])],
          restricted: wish.permissions !== null,
          createdAt: new Date(now),
          expiresAt: new Date(now + wish.days * DAY),
        },
      })
      await audit.record(tx, {
        ...auditOf(caller),
        action: 'api_token.issue',
        targetKind: 'api_token',
        targetId: row.id,
        outcome: 'success',
        detail: { name: wish.name, owner: actor.id, days: wish.days, permissions: wish.permissions },
      })
      return { text, row }
    })
  }

  /** The person behind `Bearer gsa_...`; null for unknown, wrong, expired, revoked and disabled alike (B16). */
  async resolve(text: string): Promise<UserActor | null> {
    const given = parseSecret(text, 'gsa')
    if (given === null) return null
    const { prisma, clock } = this.context
    const where = { keyId: given.id }
    // The person only once the secret fits: what is looked up for a wrong one must not take longer than for none.
    const found = await prisma.apiToken.findUnique({ where, select: { secretHash: true } })
    if (!secretMatches(given.secret, found?.secretHash ?? null)) return null
    const row = await prisma.apiToken.findUnique({
      where,
      include: { user: { include: WITH_MEMBERSHIPS } },
    })
    const now = clock.now()
    if (row === null || row.revokedAt !== null || isBarred(row.user, now)) return null
    if (row.expiresAt.getTime() <= now) return null
    if ((row.lastUsedAt?.getTime() ?? 0) <= now - TOUCH_MS)
      this.background.run('api token last use', () =>
        prisma.apiToken.updateMany({ where: { id: row.id }, data: { lastUsedAt: new Date(now) } }),
      )
    // E19: a token reaches the organisations that its owner belonged to when it was made; a membership that ended and
    // began anew does not bring it back.
    const memberships = row.user.memberships.filter(({ createdAt }) => createdAt <= row.createdAt)
    const user = { ...row.user, memberships }
    return userActor(user, {
      credential: 'api_token',
      tokenId: row.id,
      restriction: row.restricted ? row.permissions : null,
    })
  }

  /** The tokens of a person, the newest first, ended ones too. */
  async list(userId: string): Promise<ApiToken[]> {
    return await this.context.prisma.apiToken.findMany({
      where: { userId },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: 200,
    })
  }

  /** Ends a token of a person; false when there is no such live one. */
  async revoke(userId: string, tokenId: string, caller: Caller): Promise<boolean> {
    const { prisma, clock, audit } = this.context
    return await prisma.$transaction(async (tx) => {
      const { count } = await tx.apiToken.updateMany({
        where: { id: tokenId, userId, revokedAt: null },
        data: { revokedAt: new Date(clock.now()) },
      })
      if (count !== 1) return false
      await audit.record(tx, {
        ...auditOf(caller),
        action: 'api_token.revoke',
        targetKind: 'api_token',
        targetId: tokenId,
        outcome: 'success',
      })
      return true
    })
  }
}
