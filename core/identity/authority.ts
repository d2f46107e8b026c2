/**
 * Who may touch whom. What belongs to an organisation (membership, role) is touched by whoever manages its users; what is
 * the person's own (the account, its sessions) only by somebody who manages users in every organisation of that person:
 * an administrator here has no say over somebody who works elsewhere, too. Nobody gives, or takes from somebody, what he
 * lacks himself (R11).
 * @module
 */
import { TalosError } from '../../shared/errors.js'
import { coversRole, type Permission, type Role } from '../../shared/permissions.js'
import type { Tx } from '../context.js'
import type { Actor, OrgRef } from '../http/actor.js'
import { isBarred, membershipsOf, WITH_MEMBERSHIPS } from './members.js'

const NOTHING: ReadonlySet<Permission> = new Set()

/** By id of organisation: what somebody may do there. */
export type Rights = ReadonlyMap<string, ReadonlySet<Permission>>

/**
 * What an actor may do as the transaction sees it: the guard looked before the lock, and a right may have been taken
 * since. Never more than the credential of the request allows (A20).
 */
export async function rightsOf(tx: Tx, actor: Actor, nowMs: number): Promise<Rights> {
  if (actor.kind !== 'user') return new Map()
  const user = await tx.user.findUnique({ where: { id: actor.id }, include: WITH_MEMBERSHIPS })
  if (user === null || isBarred(user, nowMs)) return new Map()
  return new Map(
    membershipsOf(user, null).map(({ org, permissions }) => {
      const allowed = actor.permissionsIn(org.slug)
      return [org.id, new Set([...permissions].filter((permission) => allowed.has(permission)))]
    }),
  )
}

export const heldIn = (rights: Rights, org: Pick<OrgRef, 'id'>): ReadonlySet<Permission> =>
  rights.get(org.id) ?? NOTHING

/** As the guard, at the time of the change. @throws TalosError `forbidden` */
export function assertManages(held: ReadonlySet<Permission>): void {
  if (!held.has('manage_users')) throw new TalosError('forbidden', 'This needs the permission manage_users.')
}

/** R11. @throws TalosError `forbidden` */
export function assertMayGive(held: ReadonlySet<Permission>, role: Role): void {
  if (!coversRole(held, role))
    throw new TalosError('forbidden', `The role ${role} has permissions that you lack; you cannot give it.`)
}

/** R11. @throws TalosError `forbidden` */
export function assertMayTake(held: ReadonlySet<Permission>, role: Role): void {
  if (!coversRole(held, role))
    throw new TalosError('forbidden', `Somebody with the role ${role} has permissions that you lack.`)
}

/** One membership of the person who is to be touched. */
export interface Standing {
  readonly orgId: string
  readonly role: Role
}

/** Whether these rights reach the account itself. Pure. */
export const mayAdminister = (rights: Rights, standings: readonly Standing[]): boolean =>
  standings.length > 0 &&
  standings.every(({ orgId, role }) => {
    const held = rights.get(orgId) ?? NOTHING
    return held.has('manage_users') && coversRole(held, role)
  })

/**
 * Somebody of whom the actor can see no membership does not exist for him.
 * @throws TalosError `not_found`, `forbidden`
 */
export function assertMayAdminister(rights: Rights, standings: readonly Standing[], userId: string): void {
  const seen = standings.filter(({ orgId }) => rights.get(orgId)?.has('manage_users'))
  if (seen.length === 0) throw noSuchPerson(userId)
  for (const { orgId, role } of seen) assertMayTake(rights.get(orgId) ?? NOTHING, role)
  if (seen.length < standings.length)
    throw new TalosError(
      'forbidden',
      'This person belongs to another organisation too, whose users you do not manage. You can end the membership in yours.',
    )
}

export const noSuchPerson = (id: string) => new TalosError('not_found', `There is no person ${id} here.`)
