/**
 * R6: every organisation keeps somebody who manages its users. Whoever takes that right from anybody holds the lock
 * `rights` for the whole transaction, so that two who take from each other count one after the other.
 * @module
 */
import { TalosError } from '../../shared/errors.js'
import { ROLE_PERMISSIONS, ROLES } from '../../shared/permissions.js'
import type { Tx } from '../context.js'

const MANAGING_ROLES = ROLES.filter((role) => ROLE_PERMISSIONS[role].includes('manage_users'))

/** Whose right counts: neither disabled nor past their end at `at`. */
const works = (at: Date) => ({ disabledAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: at } }] })

export interface ManagedOrg {
  readonly id: string
  readonly slug: string
}

/** The organisations in which this person manages users now. */
export async function managedBy(tx: Tx, userId: string, now: Date): Promise<ManagedOrg[]> {
  const rows = await tx.membership.findMany({
    where: { userId, role: { in: MANAGING_ROLES }, user: works(now) },
    select: { org: { select: { id: true, slug: true } } },
  })
  return rows.map(({ org }) => org)
}

/** Those of `orgs` in which, as the transaction has left them, nobody manages users at `at` any more. */
export async function unmanaged(tx: Tx, orgs: readonly ManagedOrg[], at: Date): Promise<ManagedOrg[]> {
  const rows = await tx.membership.groupBy({
    by: ['orgId'],
    where: { orgId: { in: orgs.map(({ id }) => id) }, role: { in: MANAGING_ROLES }, user: works(at) },
  })
  const managed = new Set(rows.map(({ orgId }) => orgId))
  return orgs.filter(({ id }) => !managed.has(id))
}

/**
 * After the change, before the commit. `orgs`: what `managedBy` said before it.
 * @throws TalosError `last_manager`
 */
export async function assertManaged(tx: Tx, orgs: readonly ManagedOrg[], at: Date): Promise<void> {
  const [org] = await unmanaged(tx, orgs, at)
  if (org === undefined) return
  throw new TalosError(
    'last_manager',
    `Nobody else manages the users of ${org.slug}. Make somebody else an administrator or owner first.`,
  )
}
