/**
 * Enrollment tokens: `gse_<keyId>_<secret>`, swapped once for the key of a station (E1). Shown once (E4), kept as
 * Argon2id (A40).
 * @module
 */
import type { z } from 'zod'
import type {
  EnrollmentToken,
  EnrollmentTokenRequest,
  enrollmentSettingsResponse,
  enrollmentTokenCreated,
} from '../../shared/api/fleet.js'
import { TalosError } from '../../shared/errors.js'
import type { Context } from '../context.js'
import type { OrgRef } from '../http/actor.js'
import { auditOf, type OrgCaller } from '../http/caller.js'
import { permissionsIn } from '../http/guard.js'
import { pageResult } from '../http/page.js'
import { cutReplaced, freeSeat } from './free-seat.js'
import type { IssueLimit } from './issue-limit.js'
import { assertStillMay } from './still-may.js'
import { createdToken, draftToken, storeTokens } from './token-drafts.js'
import { type TokensQuery, toEnrollmentToken, tokenPage, tokensById, usableToken } from './token-list.js'
import { assertMayIssue, neededFor, termsOf } from './token-terms.js'

type TokenCreated = z.infer<typeof enrollmentTokenCreated>

export class EnrollmentTokens {
  constructor(
    private readonly context: Context,
    private readonly limit: Pick<IssueLimit, 'admit'>,
  ) {}

  /**
   * Issues a token. The answer holds the secret and is the only one that ever does.
   * @throws TalosError `invalid_request` for what this server does not allow, `forbidden` for one that approves when its
   * maker may not, `not_found` for a station of nobody here, `station_state` for one that no agent may become,
   * `confirmation_required` for one that was given out before (E8), `rate_limited` (E7), `unavailable` when too many
   * secrets are being hashed
   */
  async issue(caller: OrgCaller, request: EnrollmentTokenRequest): Promise<TokenCreated> {
    const { prisma, clock, config } = this.context
    const { name, recipient = null, stationId, confirm = false } = request
    const terms = termsOf(request, config.enrollment)
    const needed = neededFor(terms)
    assertMayIssue(permissionsIn(caller.actor, caller.org.slug), terms)
    const draft = await draftToken(this.context)
    const now = new Date(clock.now())
    const ended = await prisma.$transaction(async (tx) => {
      await assertStillMay(tx, caller, needed, now)
      await this.limit.admit(tx, caller, 1, now)
      const seat =
        stationId === undefined ? null : await freeSeat(this.context, tx, caller, stationId, confirm, now)
      const note = { name, recipient, station: seat?.station ?? null }
      await storeTokens(this.context, tx, caller, [[draft, note]], terms, null, now)
      return seat?.ended ?? []
    })
    cutReplaced(this.context, ended)
    if (stationId !== undefined) this.context.events.emit('station', { org: caller.org.slug, stationId })
    const item = await this.get(caller.org, draft.id)
    return createdToken(this.context, item, draft, await this.context.agentRelease.load())
  }

  /** What this server allows (E2, E3). */
  settings(): z.infer<typeof enrollmentSettingsResponse> {
    const { ttlMinutes, maxTtlMinutes, isMultiUse } = this.context.config.enrollment
    return { ttlMinutes, maxTtlMinutes, multiUse: isMultiUse }
  }

  async list(
    org: OrgRef,
    query: TokensQuery,
  ): Promise<{ items: EnrollmentToken[]; nextCursor: string | null }> {
    const { prisma, clock } = this.context
    const rows = await tokenPage(prisma, org.id, query, new Date(clock.now()))
    return pageResult(rows, query.limit, toEnrollmentToken)
  }

  /** @throws TalosError `not_found` */
  async get(org: OrgRef, id: string): Promise<EnrollmentToken> {
    const { prisma, clock } = this.context
    const [row] = await tokensById(prisma, org.id, [id], new Date(clock.now()))
    if (row === undefined) throw noSuchToken(id)
    return toEnrollmentToken(row)
  }

  /**
   * Ends an unused token. One that has ended already is left as it is: the wish is fulfilled.
   * @throws TalosError `not_found`, or `conflict` when a station has used it: revoke that station
   */
  async revoke(caller: OrgCaller, id: string): Promise<EnrollmentToken> {
    const { prisma, clock, audit } = this.context
    const now = new Date(clock.now())
    await prisma.$transaction(async (tx) => {
      const { count } = await tx.enrollmentToken.updateMany({
        where: { id, orgId: caller.org.id, ...usableToken(now) },
        data: { revokedAt: now },
      })
      if (count === 0) return
      await audit.record(tx, {
        ...auditOf(caller),
        action: 'enrollment_token.revoke',
        targetKind: 'enrollment_token',
        targetId: id,
        outcome: 'success',
      })
    })
    const token = await this.get(caller.org, id)
    if (token.state === 'consumed')
      throw new TalosError(
        'conflict',
        `Station ${token.stationId} has used this token; revoke the station instead.`,
      )
    return token
  }
}

const noSuchToken = (id: string) => new TalosError('not_found', `There is no enrollment token ${id}.`)
