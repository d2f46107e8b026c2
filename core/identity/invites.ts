/**
 * Inviting people by mail (R11). An invite holds no secret: it says that whoever proves to own an address becomes a
 * member, which happens at their next sign-in (invited.ts) or when they accept it on the dashboard.
 * @module
 */
import type { z } from 'zod'
import type { Prisma, Invite as Row } from '../../prisma/generated/client.js'
import type { Invite, invitesQuery } from '../../shared/api/members.js'
import { TalosError } from '../../shared/errors.js'
import type { Role } from '../../shared/permissions.js'
import { DAY } from '../../shared/time.js'
import type { Context, Tx } from '../context.js'
import { newId } from '../crypto/ids.js'
import { actorId, type OrgRef } from '../http/actor.js'
import { auditOf, type OrgCaller } from '../http/caller.js'
import { pageArgs, pageResult } from '../http/page.js'
import { holdLock } from '../locks.js'
import { assertManages, assertMayGive, assertMayTake, heldIn, rightsOf } from './authority.js'
import type { InviteMail } from './invite-mail.js'

/** Long enough for a holiday, short enough that a forgotten one is no back door. */
export const INVITE_MS = 7 * DAY

type Query = z.infer<typeof invitesQuery>

/** Where an invite can still be accepted. */
export const openInvite = (now: Date) =>
  ({ acceptedAt: null, revokedAt: null, expiresAt: { gt: now } }) as const

function whereState(state: Query['state'], now: Date): Prisma.InviteWhereInput {
  if (state === undefined) return {}
  if (state === 'open') return openInvite(now)
  if (state === 'accepted') return { acceptedAt: { not: null } }
  if (state === 'revoked') return { revokedAt: { not: null } }
  return { acceptedAt: null, revokedAt: null, expiresAt: { lte: now } }
}

/** The state follows from the times; no job has to run for an invite to expire. */
export function inviteState(
  row: Pick<Row, 'acceptedAt' | 'revokedAt' | 'expiresAt'>,
  nowMs: number,
): Invite['state'] {
  if (row.acceptedAt !== null) return 'accepted'
  if (row.revokedAt !== null) return 'revoked'
  return row.expiresAt.getTime() <= nowMs ? 'expired' : 'open'
}

export class Invites {
  constructor(
    private readonly context: Context,
    private readonly mail: InviteMail,
  ) {}

  /**
   * Invites an address, known or not, and writes to it.
   * @throws TalosError `forbidden`, `conflict` for a member or an open invite, `rate_limited` when too many were sent
   */
  async create(caller: OrgCaller, wish: { email: string; role: Role }): Promise<Invite> {
    const { prisma, clock, random, audit } = this.context
    const { org } = caller
    const { email, role } = wish
    const now = clock.now()
    const row = await prisma.$transaction(async (tx) => {
      await this.#lock(tx, caller, (held) => assertMayGive(held, role))
      await this.#assertFree(tx, org, email, new Date(now))
      this.mail.take(email)
      const made = await tx.invite.create({
        data: {
          ...{ id: newId(random), orgId: org.id, email, role, invitedById: actorId(caller.actor) },
          createdAt: new Date(now),
          expiresAt: new Date(now + INVITE_MS),
        },
      })
      await audit.record(tx, {
        ...auditOf(caller),
        ...{ action: 'invite.create', targetKind: 'invite', targetId: made.id, outcome: 'success' },
        detail: { email, role },
      })
      return made
    })
    this.mail.send(row, org, caller.actor)
    return await this.#show(row)
  }

  /**
   * Writes again, and gives it seven more days; also one that has expired.
   * @throws TalosError `not_found`, `forbidden`, `conflict` once it was accepted or taken back, `rate_limited`
   */
  async resend(caller: OrgCaller, id: string): Promise<Invite> {
    const { prisma, clock, audit } = this.context
    const { org } = caller
    const row = await prisma.$transaction(async (tx) => {
      const found = await this.#find(tx, org, id)
      await this.#lock(tx, caller, (held) => assertMayGive(held, found.role as Role))
      if (inviteState(found, clock.now()) === 'expired')
        await this.#assertFree(tx, org, found.email, new Date(clock.now()))
      this.mail.take(found.email)
      const [renewed] = await tx.invite.updateManyAndReturn({
        where: { id, orgId: org.id, acceptedAt: null, revokedAt: null },
        data: { expiresAt: new Date(clock.now() + INVITE_MS) },
      })
      if (renewed === undefined) throw hasEnded(inviteState(found, clock.now()))
      await audit.record(tx, {
        ...auditOf(caller),
        ...{ action: 'invite.resend', targetKind: 'invite', targetId: id, outcome: 'success' },
        detail: { email: renewed.email, role: renewed.role },
      })
      return renewed
    })
    this.mail.send(row, org, caller.actor)
    return await this.#show(row)
  }

  /**
   * Takes an open invite back. One that has ended already is left as it is: the wish is fulfilled.
   * @throws TalosError `not_found`, `forbidden`, or `conflict` when it was accepted: end the membership
   */
  async revoke(caller: OrgCaller, id: string): Promise<Invite> {
    const { prisma, clock, audit } = this.context
    const { org } = caller
    const now = new Date(clock.now())
    const row = await prisma.$transaction(async (tx) => {
      const found = await this.#find(tx, org, id)
      await this.#lock(tx, caller, (held) => assertMayTake(held, found.role as Role))
      const [revoked] = await tx.invite.updateManyAndReturn({
        where: { id, orgId: org.id, ...openInvite(now) },
        data: { revokedAt: now },
      })
      if (revoked === undefined) return await this.#find(tx, org, id)
      await audit.record(tx, {
        ...auditOf(caller),
        ...{ action: 'invite.revoke', targetKind: 'invite', targetId: id, outcome: 'success' },
        detail: { email: revoked.email, role: revoked.role },
      })
      return revoked
    })
    if (row.acceptedAt !== null) throw hasEnded('accepted')
    return await this.#show(row)
  }

  /** The newest first. */
  async list(org: OrgRef, query: Query): Promise<{ items: Invite[]; nextCursor: string | null }> {
    const { prisma, clock } = this.context
    const { search, state } = query
    const rows = await prisma.invite.findMany({
      where: {
        orgId: org.id,
        ...(search === undefined || search === '' ? {} : { email: { contains: escaped(search) } }),
        ...whereState(state, new Date(clock.now())),
      },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      ...pageArgs(query),
    })
    const names = await this.#emails(rows)
    return pageResult(rows, query.limit, (row) => toInvite(row, names, clock.now()))
  }

  /** R6's lock, so that a right taken a moment ago invites nobody any more. */
  async #lock(
    tx: Tx,
    { actor, org }: OrgCaller,
    check: (held: ReturnType<typeof heldIn>) => void,
  ): Promise<void> {
    await holdLock(tx, 'rights')
    const held = heldIn(await rightsOf(tx, actor, this.context.clock.now()), org)
    assertManages(held)
    check(held)
  }

  async #assertFree(tx: Tx, org: OrgRef, email: string, now: Date): Promise<void> {
    const member = await tx.membership.findFirst({ where: { orgId: org.id, user: { email } } })
    if (member !== null) throw new TalosError('conflict', `${email} is a member already.`)
    const open = await tx.invite.findFirst({ where: { orgId: org.id, email, ...openInvite(now) } })
    if (open !== null)
      throw new TalosError(
        'conflict',
        `${email} is invited already as ${open.role}. Send it again or take it back.`,
      )
  }

  async #find(tx: Tx, org: OrgRef, id: string): Promise<Row> {
    const row = await tx.invite.findFirst({ where: { id, orgId: org.id } })
    if (row === null) throw new TalosError('not_found', `There is no invite ${id}.`)
    return row
  }

  async #emails(rows: readonly Row[]): Promise<ReadonlyMap<string, string>> {
    const users = await this.context.prisma.user.findMany({
      where: { id: { in: rows.map(({ invitedById }) => invitedById) } },
      select: { id: true, email: true },
    })
    return new Map(users.map(({ id, email }) => [id, email]))
  }

  async #show(row: Row): Promise<Invite> {
    return toInvite(row, await this.#emails([row]), this.context.clock.now())
  }
}

/** The words are no pattern: LIKE's wildcards are escaped. Addresses are kept in lower case. */
const escaped = (words: string): string => words.toLowerCase().replace(/[\\%_]/g, (c) => `\\${c}`)

const toInvite = (row: Row, emails: ReadonlyMap<string, string>, nowMs: number): Invite => ({
  ...{ id: row.id, email: row.email, role: row.role as Role },
  state: inviteState(row, nowMs),
  invitedBy: emails.get(row.invitedById) ?? null,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
  acceptedAt: row.acceptedAt?.toISOString() ?? null,
})

const hasEnded = (state: Invite['state']) =>
  state === 'accepted'
    ? new TalosError('conflict', 'The invite has been accepted; end the membership instead.')
    : new TalosError('conflict', 'The invite was taken back or declined; invite anew.')
