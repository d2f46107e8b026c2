/**
 * Enrollment tokens: `gse_<keyId>_<secret>`, swapped once for the key of a station (E1). Shown once (E4), kept as
 * Argon2id (A40).
 * @module
 */
import type { z } from 'zod'
import type { EnrollmentToken as TokenRow } from '../../prisma/generated/client.js'
import type {
  enrollmentTokenCreated,
  enrollmentTokenRequest,
  enrollmentTokenSchema,
} from '../../shared/api/fleet.js'
import { TalosError } from '../../shared/errors.js'
import { iso, MINUTE } from '../../shared/time.js'
import type { Context, Tx } from '../context.js'
import { newId } from '../crypto/ids.js'
import { newSecret } from '../crypto/secrets.js'
import { actorId, type OrgRef } from '../http/actor.js'
import { auditOf, type OrgCaller } from '../http/caller.js'
import { permissionsIn } from '../http/guard.js'
import { pageArgs, pageResult } from '../http/page.js'
import { holds } from './search.js'
import { lockStation } from './station-lock.js'
import { findStation } from './stations.js'
import { assertStillMay } from './still-may.js'

export type EnrollmentToken = z.infer<typeof enrollmentTokenSchema>
type TokenRequest = z.infer<typeof enrollmentTokenRequest>
type TokenCreated = z.infer<typeof enrollmentTokenCreated>

interface ListQuery {
  readonly cursor?: string | undefined
  readonly limit: number
  readonly search?: string | undefined
}

/** E5: the state follows from the times; no job has to run for a token to expire. */
export function tokenState(
  row: Pick<TokenRow, 'consumedAt' | 'revokedAt' | 'expiresAt'>,
  now: number,
): EnrollmentToken['state'] {
  if (row.consumedAt !== null) return 'consumed'
  if (row.revokedAt !== null) return 'revoked'
  return row.expiresAt.getTime() <= now ? 'expired' : 'active'
}

/** Where an unused token can still be redeemed. */
export const usableToken = (now: Date) =>
  ({ consumedAt: null, revokedAt: null, expiresAt: { gt: now } }) as const

export class EnrollmentTokens {
  constructor(private readonly context: Context) {}

  /**
   * Issues a token. The answer holds the secret and is the only one that ever does.
   * @throws TalosError `forbidden` for one that approves when its maker may not, `not_found` for a station of nobody
   * here, `station_state` for one that no agent may become, `conflict` while another token for it is active (E8),
   * `unavailable` when too many secrets are being hashed
   */
  async issue(caller: OrgCaller, request: TokenRequest): Promise<TokenCreated> {
    const { prisma, clock, random, audit, addresses, slowHash } = this.context
    // R11: whoever redeems this one is let in without being asked about, so its maker must be one who lets stations in.
    if (request.preApproved && !permissionsIn(caller.actor, caller.org.slug).has('approve_stations'))
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
      ...(request.preApproved ? ['approve_stations' as const] : []),
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
          preApproved: request.preApproved,
          stationId: stationId ?? null,
          createdById: actorId(caller.actor),
          createdAt: new Date(at),
          expiresAt: new Date(at + request.ttlMinutes * MINUTE),
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
          preApproved: request.preApproved,
          expiresAt: made.expiresAt.toISOString(),
        },
      })
      return made
    })
    // E32: a fragment is in no log and no Referer.
    const enrollUrl = `${addresses.publicUrl}/enroll#${text}`
    return { item: this.#show(row), enrollUrl, command: `npx talos agent enroll '${enrollUrl}'` }
  }

  /** The newest first. */
  async list(
    org: OrgRef,
    query: ListQuery,
  ): Promise<{ items: EnrollmentToken[]; nextCursor: string | null }> {
    const { search } = query
    const rows = await this.context.prisma.enrollmentToken.findMany({
      where: {
        orgId: org.id,
        ...(search === undefined ? {} : { name: holds(search) }),
      },
      include: { enrollments: { select: { stationId: true } } },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      ...pageArgs(query),
    })
    return pageResult(rows, query.limit, (row) => this.#show(row))
  }

  /** @throws TalosError `not_found` */
  async get(org: OrgRef, id: string): Promise<EnrollmentToken> {
    const row = await this.context.prisma.enrollmentToken.findFirst({
      where: { id, orgId: org.id },
      include: { enrollments: { select: { stationId: true } } },
    })
    if (row === null) throw noSuchToken(id)
    return this.#show(row)
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

  #show(
    row: TokenRow & { readonly enrollments?: readonly { readonly stationId: string }[] },
  ): EnrollmentToken {
    return {
      id: row.id,
      name: row.name,
      state: tokenState(row, this.context.clock.now()),
      preApproved: row.preApproved,
      // E33: the station that it made, or is meant for.
      stationId: row.enrollments?.[0]?.stationId ?? row.stationId,
      createdBy: row.createdById,
      createdAt: iso(row.createdAt.getTime()),
      expiresAt: iso(row.expiresAt.getTime()),
      consumedAt: row.consumedAt?.toISOString() ?? null,
      consumedFrom: row.consumedFrom,
    }
  }
}

const noSuchToken = (id: string) => new TalosError('not_found', `There is no enrollment token ${id}.`)
