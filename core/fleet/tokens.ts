/**
 * Enrollment tokens: `gse_<keyId>_<secret>`, swapped once for the key of a station (E1). Shown once (E4), kept as
 * Argon2id (A40).
 * @module
 */
import type { z } from 'zod'
import type {
  EnrollmentToken,
  EnrollmentTokenRequest,
  enrollmentTokenCreated,
} from '../../shared/api/fleet.js'
import { TalosError } from '../../shared/errors.js'
import { MINUTE } from '../../shared/time.js'
import type { Context, Tx } from '../context.js'
import { newId } from '../crypto/ids.js'
import { newSecret } from '../crypto/secrets.js'
import { actorId, type OrgRef } from '../http/actor.js'
import { auditOf, type OrgCaller } from '../http/caller.js'
import { permissionsIn } from '../http/guard.js'
import { pageResult } from '../http/page.js'
import { lockStation } from './station-lock.js'
import { findStation } from './stations.js'
import { assertStillMay } from './still-may.js'
import { type TokensQuery, toEnrollmentToken, tokenPage, tokensById, usableToken } from './token-list.js'

type TokenCreated = z.infer<typeof enrollmentTokenCreated>

export class EnrollmentTokens {
  constructor(private readonly context: Context) {}

  /**
   * Issues a token. The answer holds the secret and is the only one that ever does.
   * @throws TalosError `forbidden` for one that approves when its maker may not, `not_found` for a station of nobody
   * here, `station_state` for one that no agent may become, `conflict` while another token for it is active (E8),
   * `unavailable` when too many secrets are being hashed
   */
  async issue(caller: OrgCaller, request: EnrollmentTokenRequest): Promise<TokenCreated> {
    const { prisma, clock, random, audit, addresses, slowHash } = this.context
    // R11: whoever redeems this one is let in without being asked about, so its maker must be one who lets stations in.
    const preApproved = request.preApproved ?? true
    if (preApproved && !permissionsIn(caller.actor, caller.org.slug).has('approve_stations'))
      throw new TalosError(
        'forbidden',
        'A token that lets a station in at once needs the permission approve_stations; set preApproved to false.',
      )
    const { keyId, secret, text } = newSecret('gse', random)
    const secretHash = await slowHash.hash(secret)
    const at = clock.now()
    const { stationId } = request
    const needed = [
      'manage_enrollment_tokens',
      ...(preApproved ? ['approve_stations' as const] : []),
    ] as const
    const row = await prisma.$transaction(async (tx) => {
      await assertStillMay(tx, caller, needed, new Date(at))
      if (stationId !== undefined) await this.#assertJoinable(tx, caller.org, stationId, new Date(at))
      const made = await tx.enrollmentToken.create({
        data: {
          id: newId(random),
          keyId,
          secretHash,
          orgId: caller.org.id,
          name: request.name,
          recipient: request.recipient ?? null,
          ...(request.capabilities === undefined ? {} : { capabilities: request.capabilities }),
          preApproved,
          stationId: stationId ?? null,
          createdById: actorId(caller.actor),
          createdAt: new Date(at),
          expiresAt: new Date(at + (request.ttlMinutes ?? 15) * MINUTE),
        },
      })
      // E6: who issued what, for whom.
      await audit.record(tx, {
        ...auditOf(caller),
        action: 'enrollment_token.issue',
        targetKind: 'enrollment_token',
        targetId: made.id,
        outcome: 'success',
        detail: {
          name: request.name,
          stationId: stationId ?? null,
          preApproved,
          expiresAt: made.expiresAt.toISOString(),
        },
      })
      return made
    })
    // E32: a fragment is in no log and no Referer.
    const enrollUrl = `${addresses.publicUrl}/enroll#${text}`
    return {
      item: await this.get(caller.org, row.id),
      enrollUrl,
      command: `npx talos agent enroll '${enrollUrl}'`,
    }
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

  /** The row of the station stays locked, so that two cannot issue for it at once. */
  async #assertJoinable(tx: Tx, org: OrgRef, stationId: string, now: Date): Promise<void> {
    await lockStation(tx, stationId)
    const { status } = await findStation(tx, org, stationId)
    if (status !== 'pending' && status !== 'approved')
      throw new TalosError('station_state', `The station is ${status}; no agent can become it.`)
    // E20: one identity, one machine, one key.
    if ((await tx.stationKey.count({ where: { stationId, revokedAt: null } })) > 0)
      throw new TalosError(
        'station_state',
        'The station has an agent with a key. Revoke it, and let the other machine join as a new station.',
      )
    const waiting = await tx.enrollment.count({
      where: { stationId, deliveredAt: null, expiresAt: { gt: now } },
    })
    if (waiting > 0)
      throw new TalosError(
        'station_state',
        'An agent has joined as this station and waits for approval. Approve or reject it.',
      )
    const active = await tx.enrollmentToken.findFirst({ where: { stationId, ...usableToken(now) } })
    if (active !== null)
      throw new TalosError(
        'conflict',
        `Token ${active.id} for this station is active until ${active.expiresAt.toISOString()}. Use it or revoke it first.`,
      )
  }
}

const noSuchToken = (id: string) => new TalosError('not_found', `There is no enrollment token ${id}.`)
