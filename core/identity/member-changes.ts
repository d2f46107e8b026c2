/**
 * Members of an organisation: looking, giving another role, ending a membership. Every change of rights is one
 * transaction under one lock (R6), raises the person's epoch, and ends what was open with the former rights (R7).
 * @module
 */
import type { Member } from '../../shared/api/members.js'
import { type Permission, ROLE_PERMISSIONS, type Role } from '../../shared/permissions.js'
import type { Context, Tx } from '../context.js'
import type { OrgRef, UserActor } from '../http/actor.js'
import { auditOf, type Caller, type OrgCaller } from '../http/caller.js'
import { holdLock } from '../locks.js'
import type { AccountEnd, Ending } from './account-end.js'
import { assertManages, assertMayGive, assertMayTake, heldIn, noSuchPerson, rightsOf } from './authority.js'
import { assertManaged, managedBy } from './last-manager.js'
import { findMember, type MembersQuery, memberPage } from './member-list.js'

const NOTHING: ReadonlySet<Permission> = new Set()

export class Members {
  constructor(
    private readonly context: Context,
    private readonly accountEnd: AccountEnd,
  ) {}

  async list(caller: OrgCaller, query: MembersQuery) {
    const { prisma, clock } = this.context
    const rights = await rightsOf(prisma, caller.actor, clock.now())
    return await memberPage(prisma, caller.org, rights, query)
  }

  /** @throws TalosError `not_found` */
  async get({ actor, org }: OrgCaller, id: string): Promise<Member> {
    const { prisma, clock } = this.context
    const rights = await rightsOf(prisma, actor, clock.now())
    const member = await findMember(prisma, org, rights, id)
    if (member === null) throw noSuchPerson(id)
    return member
  }

  /**
   * Gives a member another role.
   * @throws TalosError `not_found`, `forbidden`, `last_manager`
   */
  async setRole(caller: OrgCaller, userId: string, role: Role): Promise<void> {
    const { prisma, audit } = this.context
    const { org } = caller
    const turnedAway = await prisma.$transaction(async (tx) => {
      const { current, held } = await this.#lockMember(tx, caller, userId)
      assertMayTake(held, current)
      assertMayGive(held, role)
      if (current === role) return null
      await this.#guarded(tx, userId, async () => {
        await tx.membership.update({ where: { userId_orgId: { userId, orgId: org.id } }, data: { role } })
      })
      await raiseEpoch(tx, userId)
      const left = new Set(ROLE_PERMISSIONS[role])
      const turnedAway = await this.accountEnd.takeBack(tx, userId, org.id, left, caller)
      await audit.record(tx, {
        ...auditOf(caller),
        action: 'member.role',
        targetKind: 'user',
        targetId: userId,
        outcome: 'success',
        detail: { from: current, to: role },
      })
      return turnedAway
    })
    if (turnedAway === null) return
    this.accountEnd.announceTurnedAway(turnedAway)
    this.context.events.emit('ended', { userId, org: org.slug, reason: 'member.role' })
  }

  /**
   * Ends a membership. Whoever belongs to no organisation then loses what they could come back with.
   * @throws TalosError `not_found`, `forbidden`, `last_manager`
   */
  async remove(caller: OrgCaller, userId: string): Promise<void> {
    const ending = await this.context.prisma.$transaction(async (tx) => {
      const { current, held } = await this.#lockMember(tx, caller, userId)
      assertMayTake(held, current)
      return await this.#end(tx, caller, userId, current, 'member.remove')
    })
    this.accountEnd.announce(ending, 'member.remove')
  }

  /**
   * A member leaves by himself.
   * @throws TalosError `not_found`, `last_manager`
   */
  async leave(person: UserActor, org: OrgRef, caller: Caller): Promise<void> {
    const ending = await this.context.prisma.$transaction(async (tx) => {
      await holdLock(tx, 'rights')
      const current = await roleIn(tx, person.id, org)
      return await this.#end(tx, { ...caller, org }, person.id, current, 'member.leave')
    })
    this.accountEnd.announce(ending, 'member.leave')
  }

  /** The lock, then the rights and the role as they are under it. */
  async #lockMember(
    tx: Tx,
    { actor, org }: OrgCaller,
    userId: string,
  ): Promise<{ current: Role; held: ReadonlySet<Permission> }> {
    await holdLock(tx, 'rights')
    const held = heldIn(await rightsOf(tx, actor, this.context.clock.now()), org)
    assertManages(held)
    return { current: await roleIn(tx, userId, org), held }
  }

  async #end(
    tx: Tx,
    caller: OrgCaller,
    userId: string,
    role: Role,
    action: 'member.remove' | 'member.leave',
  ): Promise<Ending> {
    const { org } = caller
    await this.#guarded(tx, userId, async () => {
      await tx.membership.delete({ where: { userId_orgId: { userId, orgId: org.id } } })
    })
    const { email } = await raiseEpoch(tx, userId)
    const turnedAway = await this.accountEnd.takeBack(tx, userId, org.id, NOTHING, caller)
    await this.context.audit.record(tx, {
      ...auditOf(caller),
      ...{ action, targetKind: 'user', targetId: userId, outcome: 'success', detail: { email, role } },
    })
    const elsewhere = await tx.membership.count({ where: { userId } })
    return elsewhere > 0
      ? await this.accountEnd.endIn(tx, userId, org.slug, caller, turnedAway)
      : await this.accountEnd.endAll(tx, { id: userId, email }, caller, turnedAway)
  }

  /** Runs a change that may leave an organisation without anybody who manages its users; then it is undone (R6). */
  async #guarded(tx: Tx, userId: string, change: () => Promise<void>): Promise<void> {
    const now = new Date(this.context.clock.now())
    const managed = await managedBy(tx, userId, now)
    await change()
    await assertManaged(tx, managed, now)
  }
}

async function roleIn(tx: Tx, userId: string, org: OrgRef): Promise<Role> {
  const row = await tx.membership.findUnique({ where: { userId_orgId: { userId, orgId: org.id } } })
  if (row === null) throw noSuchPerson(userId)
  // R10: the CHECK of the database holds the same list.
  return row.role as Role
}

/** R7. */
export const raiseEpoch = (tx: Tx, userId: string) =>
  tx.user.update({ where: { id: userId }, data: { epoch: { increment: 1 } }, select: { email: true } })
