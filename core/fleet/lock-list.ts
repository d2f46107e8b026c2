/**
 * Who locked a station, when and why: for whoever stands before it and wants to know whom to call.
 * @module
 */
import type { Station as StationRow } from '../../prisma/generated/client.js'
import type { Station } from '../../shared/api/fleet.js'
import type { Tx } from '../context.js'

type LockedRow = Pick<StationRow, 'lockedAt' | 'lockReason' | 'lockedById'>

/** The locks of these stations; one question for all of them, and none where nothing is locked. */
export async function locksOf(
  tx: Tx,
  rows: readonly LockedRow[],
): Promise<(row: LockedRow) => Station['locked']> {
  const ids = [...new Set(rows.flatMap(({ lockedById }) => lockedById ?? []))]
  const people =
    ids.length === 0
      ? []
      : await tx.user.findMany({ where: { id: { in: ids } }, select: { id: true, email: true } })
  const emails = new Map(people.map(({ id, email }) => [id, email]))
  return ({ lockedAt, lockReason, lockedById }) =>
    lockedAt === null || lockReason === null || lockedById === null
      ? null
      : {
          at: lockedAt.toISOString(),
          reason: lockReason,
          by: { id: lockedById, email: emails.get(lockedById) ?? null },
        }
}
