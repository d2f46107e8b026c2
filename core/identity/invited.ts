/**
 * The other end of an invite: whoever proved to own the address becomes a member, at the sign-in itself or by a word on
 * the dashboard. A stranger's row is made at that sign-in and not before (A3).
 * @module
 */
import type { Invite as Row, User } from '../../prisma/generated/client.js'
import type { OwnInvite } from '../../shared/api/members.js'
import { TalosError } from '../../shared/errors.js'
import type { Role } from '../../shared/permissions.js'
import type { Context, Tx } from '../context.js'
import { newId } from '../crypto/ids.js'
import type { SessionActor, UserActor } from '../http/actor.js'
import type { Browser } from '../http/browser.js'
import { auditOf, type Caller } from '../http/caller.js'
import { openInvite } from './invites.js'
import { raiseEpoch } from './member-changes.js'

type Act = Pick<Caller, 'address' | 'requestId'>

/** Whether an address that nobody has may ask for a sign-in link (A3). */
export async function isAwaited({ prisma, config, clock }: Context, email: string): Promise<boolean> {
  return config.openSignUp || (await isInvited(prisma, email, new Date(clock.now())))
}

async function isInvited(tx: Pick<Tx, 'invite'>, email: string, now: Date): Promise<boolean> {
  return (await tx.invite.count({ where: { email, ...openInvite(now) } })) > 0
}

/**
 * The person with a proven address; made here when there is an open invite for it, or sign-up is open. Null for everybody
 * else. The caller still has to ask whether the person is barred.
 */
export async function findOrAdmit(
  tx: Tx,
  context: Context,
  email: string,
  browser: Browser,
): Promise<User | null> {
  const { clock, random, audit, config } = context
  const known = await tx.user.findUnique({ where: { email } })
  if (known !== null) return known
  const now = new Date(clock.now())
  const by = (await isInvited(tx, email, now)) ? 'invite' : 'open_sign_up'
  if (by === 'open_sign_up' && !config.openSignUp) return null
  // Of two sign-ins at once, by mail and by a provider, one makes the row.
  const { count } = await tx.user.createMany({
    data: [{ id: newId(random), email, createdAt: now }],
    skipDuplicates: true,
  })
  const user = await tx.user.findUniqueOrThrow({ where: { email } })
  if (count === 1) {
    if (by === 'open_sign_up') await joinFirstOrg(tx, user.id, now)
    await audit.record(tx, {
      ...{ actor: { kind: 'user', id: user.id }, action: 'user.create' },
      ...{ targetKind: 'user', targetId: user.id, outcome: 'success', detail: { email, by } },
      ...{ address: browser.address, requestId: browser.requestId },
    })
  }
  return user
}

/** R5: who comes later than the owner, and by nobody's invite, may look. */
async function joinFirstOrg(tx: Tx, userId: string, createdAt: Date): Promise<void> {
  const org = await tx.org.findFirst({ orderBy: { createdAt: 'asc' } })
  if (org !== null) await tx.membership.create({ data: { userId, orgId: org.id, role: 'viewer', createdAt } })
}

/**
 * Whether the address was proved in this session: by a mail, or by a provider that names it. A passkey, a phone, or a
 * provider that knows the person by another address now says who came, not whose the mailbox is.
 */
async function hasProvedAddress(tx: Tx, sessionId: string, email: string): Promise<boolean> {
  const session = await tx.session.findUnique({ where: { id: sessionId } })
  if (session?.authMethod === 'magic_link' || session?.provenWith === 'magic_link') return true
  if (session?.authMethod !== 'oidc' || session.identityId === null) return false
  const identity = await tx.externalIdentity.findUnique({ where: { id: session.identityId } })
  return identity?.email === email
}

/** Accepts every open invite of somebody who signs in, in that transaction, if it proves the address. */
export async function acceptInvites(
  tx: Tx,
  context: Context,
  userId: string,
  sessionId: string,
  act: Act,
): Promise<void> {
  const { email } = await tx.user.findUniqueOrThrow({ where: { id: userId }, select: { email: true } })
  if (!(await hasProvedAddress(tx, sessionId, email))) return
  const open = await tx.invite.findMany({
    where: { email, ...openInvite(new Date(context.clock.now())) },
    orderBy: { createdAt: 'asc' },
  })
  for (const invite of open) await accept(tx, context, invite, userId, act)
}

/** False when the invite has ended meanwhile. A membership that is there already keeps its role. */
async function accept(
  tx: Tx,
  { clock, audit }: Context,
  invite: Row,
  userId: string,
  { address, requestId }: Act,
): Promise<boolean> {
  const now = new Date(clock.now())
  const { count } = await tx.invite.updateMany({
    where: { id: invite.id, ...openInvite(now) },
    data: { acceptedAt: now },
  })
  if (count !== 1) return false
  const { orgId, role } = invite
  const joined = await tx.membership.createMany({
    data: [{ userId, orgId, role, createdAt: now }],
    skipDuplicates: true,
  })
  await audit.record(tx, {
    ...{ orgId, actor: { kind: 'user', id: userId }, action: 'invite.accept' },
    ...{ targetKind: 'invite', targetId: invite.id, outcome: 'success', address, requestId },
    detail: { email: invite.email, role, invitedBy: invite.invitedById, joined: joined.count === 1 },
  })
  return true
}

export class OwnInvites {
  constructor(private readonly context: Context) {}

  /** The open invites of a person, the oldest first. */
  async list({ email }: Pick<UserActor, 'email'>): Promise<OwnInvite[]> {
    const { prisma, clock } = this.context
    const rows = await prisma.invite.findMany({
      where: { email, ...openInvite(new Date(clock.now())) },
      include: { org: { select: { slug: true, name: true } } },
      orderBy: { createdAt: 'asc' },
      take: 50,
    })
    const inviters = await prisma.user.findMany({
      where: { id: { in: rows.map(({ invitedById }) => invitedById) } },
      select: { id: true, email: true },
    })
    const emails = new Map(inviters.map((user) => [user.id, user.email]))
    return rows.map(({ id, org, role, invitedById, expiresAt }) => ({
      ...{ id, org: org.slug, orgName: org.name, role: role as Role },
      invitedBy: emails.get(invitedById) ?? null,
      expiresAt: expiresAt.toISOString(),
    }))
  }

  /**
   * @throws TalosError `not_found` for one that is another's or has ended; `forbidden` in a session in which the address
   * was not proved
   */
  async accept(person: SessionActor, id: string, caller: Caller): Promise<void> {
    const { prisma, events } = this.context
    await prisma.$transaction(async (tx) => {
      // As at a sign-in: what happens to one person happens one after the other.
      await tx.$executeRaw`SELECT 1 FROM "User" WHERE "id" = ${person.id} FOR UPDATE`
      const invite = await this.#find(tx, person, id)
      if (!(await hasProvedAddress(tx, person.sessionId, person.email)))
        throw new TalosError(
          'forbidden',
          `The invite is to ${person.email}. Sign in by a link to that address, and you are in.`,
        )
      if (!(await accept(tx, this.context, invite, person.id, caller))) throw noSuchInvite(id)
      await raiseEpoch(tx, person.id)
    })
    events.emit('account', { userId: person.id })
  }

  /** @throws TalosError `not_found` for one that is another's or has ended */
  async decline(person: UserActor, id: string, caller: Caller): Promise<void> {
    const { prisma, clock, audit } = this.context
    const now = new Date(clock.now())
    await prisma.$transaction(async (tx) => {
      const invite = await this.#find(tx, person, id)
      const { count } = await tx.invite.updateMany({
        where: { id, ...openInvite(now) },
        data: { revokedAt: now },
      })
      if (count !== 1) throw noSuchInvite(id)
      await audit.record(tx, {
        ...auditOf(caller),
        ...{ orgId: invite.orgId, action: 'invite.decline', targetKind: 'invite', targetId: id },
        outcome: 'success',
        detail: { email: invite.email, role: invite.role },
      })
    })
  }

  async #find(tx: Tx, { email }: UserActor, id: string) {
    const now = new Date(this.context.clock.now())
    const invite = await tx.invite.findFirst({ where: { id, email, ...openInvite(now) } })
    if (invite === null) throw noSuchInvite(id)
    return invite
  }
}

const noSuchInvite = (id: string) => new TalosError('not_found', `You have no open invite ${id}.`)
