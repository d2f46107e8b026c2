/**
 * What a person may hand out is asked once more where it is handed out.
 * @module
 */
import { TalosError } from '../../shared/errors.js'
import { type Permission, ROLE_PERMISSIONS, type Role } from '../../shared/permissions.js'
import type { Tx } from '../context.js'
import type { OrgCaller } from '../http/caller.js'
import { holdLock } from '../locks.js'

/**
 * E19: the guard looked before a slow hash; a right that was taken meanwhile took back what was handed out by then, and
 * would miss this. Holds the lock of all changes of rights to the end of the transaction.
 * @throws TalosError `forbidden`
 */
export async function assertStillMay(
  tx: Tx,
  { actor, org }: OrgCaller,
  needed: readonly Permission[],
  now: Date,
): Promise<void> {
  if (actor.kind !== 'user') return
  await holdLock(tx, 'rights')
  const membership = await tx.membership.findFirst({
    where: {
      userId: actor.id,
      orgId: org.id,
      user: { disabledAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] },
    },
  })
  // R10: the CHECK of the database holds the same list.
  const held: readonly Permission[] = membership === null ? [] : ROLE_PERMISSIONS[membership.role as Role]
  const lacking = needed.filter((permission) => !held.includes(permission))
  if (lacking.length > 0)
    throw new TalosError('forbidden', `This needs the permission ${lacking.join(', ')}.`)
}
