/**
 * The account of a person, apart from any organisation: disabling, enabling, an end by date, deletion. See authority.ts
 * for who may.
 * @module
 */

import type { User } from '../../prisma/generated/client.js'
import type { AuditAction } from '../../shared/api/audit.js'
import type { Account } from '../../shared/api/members.js'
import { TalosError } from '../../shared/errors.js'
import type { Permission, Role } from '../../shared/permissions.js'
import type { AuditDetail } from '../audit/audit.js'
import type { Context, Tx } from '../context.js'
import { type AuditCaller, auditOf, type Caller } from '../http/caller.js'
import { holdLock } from '../locks.js'
import type { AccountEnd, Ending } from './account-end.js'
import { assertMayAdminister, noSuchPerson, rightsOf } from './authority.js'
import { assertManaged, managedBy } from './last-manager.js'

const NOTHING: ReadonlySet<Permission> = new Set()

/** A person with the organisations that have to hear of it. */
type UserWithOrgs = User & {
  readonly memberships: readonly { readonly orgId: string; readonly role: string }[]
}

export const toAccount = ({ id, email, disabledAt, expiresAt }: User): Account => ({
  ...{ id, email },
  disabledAt: disabledAt?.toISOString() ?? null,
  expiresAt: expiresAt?.toISOString() ?? null,
})

export class Accounts {
  constructor(
    private readonly context: Context,
    private readonly accountEnd: AccountEnd,
  ) {}

  /**
   * The person, if this actor may touch the account.
   * @throws TalosError `not_found`, `forbidden`
   */
  async reach(caller: Caller, id: string): Promise<Account> {
    return toAccount(await this.#reach(this.context.prisma, caller, id))
  }

  /**
   * Takes every right, now: whatever the person is signed in with ends. One who is disabled already stays so.
   * @throws TalosError `not_found`, `forbidden`, `last_manager`
   */
  async disable(caller: Caller, id: string): Promise<Account> {
    const { user, ending } = await this.context.prisma.$transaction(async (tx) => {
      await holdLock(tx, 'rights')
      const before = await this.#reach(tx, caller, id)
      if (before.disabledAt !== null) return { user: before, ending: null }
      return await this.disableWithin(tx, before, caller, 'user.disable')
    })
    if (ending !== null) this.accountEnd.announce(ending, 'user.disable')
    return toAccount(user)
  }

  /**
   * Disables inside a transaction that holds the lock; the caller announces the ending after the commit.
   * @throws TalosError `last_manager`
   */
  async disableWithin(
    tx: Tx,
    user: UserWithOrgs,
    caller: AuditCaller,
    action: 'user.disable' | 'user.expire',
  ): Promise<{ user: User; ending: Ending }> {
    const now = new Date(this.context.clock.now())
    const managed = await managedBy(tx, user.id, now)
    const disabled = await tx.user.update({
      where: { id: user.id },
      data: { disabledAt: now, epoch: { increment: 1 } },
    })
    await assertManaged(tx, managed, now)
    const ending = await this.#endAll(tx, user, caller)
    await this.#record(tx, user, caller, action, { email: user.email })
    return { user: disabled, ending }
  }

  /**
   * Lets a person sign in again, with nothing that they had before (E19). An end by date that has passed goes, too.
   * @throws TalosError `not_found`, `forbidden`
   */
  async enable(caller: Caller, id: string): Promise<Account> {
    const now = this.context.clock.now()
    const account = await this.context.prisma.$transaction(async (tx) => {
      await holdLock(tx, 'rights')
      const user = await this.#reach(tx, caller, id)
      if (user.disabledAt === null) return toAccount(user)
      // Whatever began while the disabling was under way is older than this moment, too.
      await this.accountEnd.endAll(tx, user, caller)
      const isPast = user.expiresAt !== null && user.expiresAt.getTime() <= now
      const enabled = await tx.user.update({
        where: { id },
        data: { disabledAt: null, epoch: { increment: 1 }, ...(isPast ? { expiresAt: null } : {}) },
      })
      await this.#record(tx, user, caller, 'user.enable', { email: user.email })
      return toAccount(enabled)
    })
    this.context.events.emit('account', { userId: id })
    return account
  }

  /**
   * E22: the moment at which the person is disabled, or null for none.
   * @throws TalosError `not_found`, `forbidden`, `invalid_request` for the past, `last_manager` when everybody else who
   * manages an organisation's users would be gone by then
   */
  async setExpiry(caller: Caller, id: string, expiresAt: Date | null): Promise<void> {
    const now = this.context.clock.now()
    if (expiresAt !== null && expiresAt.getTime() <= now) throw notInFuture()
    await this.context.prisma.$transaction(async (tx) => {
      await holdLock(tx, 'rights')
      const user = await this.#reach(tx, caller, id)
      const managed = await managedBy(tx, id, new Date(now))
      await tx.user.update({ where: { id }, data: { expiresAt } })
      if (expiresAt !== null) await assertManaged(tx, managed, expiresAt)
      const detail = { email: user.email, expiresAt: expiresAt?.toISOString() ?? null }
      await this.#record(tx, user, caller, 'user.expiry_set', detail)
    })
    this.context.events.emit('account', { userId: id })
  }

  /**
   * Deletes a person for ever, with all that is theirs; what they did stays in the audit trail.
   * @throws TalosError `not_found`, `forbidden`, `last_manager`
   */
  async delete(caller: Caller, id: string): Promise<void> {
    const ending = await this.context.prisma.$transaction(async (tx) => {
      await holdLock(tx, 'rights')
      const user = await this.#reach(tx, caller, id)
      const managed = await managedBy(tx, id, new Date(this.context.clock.now()))
      const ended = await this.#endAll(tx, user, caller)
      await this.#record(tx, user, caller, 'user.delete', { email: user.email })
      await tx.user.delete({ where: { id } })
      await assertManaged(tx, managed, new Date(this.context.clock.now()))
      return ended
    })
    this.accountEnd.announce(ending, 'user.delete')
  }

  async #reach(tx: Tx, caller: Caller, id: string): Promise<UserWithOrgs> {
    const rights = await rightsOf(tx, caller.actor, this.context.clock.now())
    const user = await tx.user.findUnique({ where: { id }, include: { memberships: true } })
    if (user === null) throw noSuchPerson(id)
    const standings = user.memberships.map(({ orgId, role }) => ({ orgId, role: role as Role }))
    assertMayAdminister(rights, standings, id)
    return user
  }

  /** The person's own things, and what they handed out in each organisation (E19). */
  async #endAll(tx: Tx, user: UserWithOrgs, caller: AuditCaller): Promise<Ending> {
    const turnedAway = []
    for (const { orgId } of user.memberships)
      turnedAway.push(...(await this.accountEnd.takeBack(tx, user.id, orgId, NOTHING, caller)))
    return await this.accountEnd.endAll(tx, user, caller, turnedAway)
  }

  /** One row for each organisation that loses or regains a member by it. */
  async #record(
    tx: Tx,
    user: UserWithOrgs,
    caller: AuditCaller,
    action: AuditAction,
    detail: AuditDetail,
  ): Promise<void> {
    for (const { orgId } of user.memberships)
      await this.context.audit.record(tx, {
        ...auditOf(caller),
        ...{ orgId, action, targetKind: 'user', targetId: user.id, outcome: 'success', detail },
      })
  }
}

const notInFuture = () => {
  const detail = 'must be in the future; to end it now, disable the person'
  return new TalosError('invalid_request', `The body does not fit: /expiresAt ${detail}.`, {
    errors: [{ pointer: '/expiresAt', detail }],
  })
}
