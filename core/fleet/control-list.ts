/**
 * Who has control of a station by hand, for whoever looks at it.
 * @module
 */
import type { Station as StationRow } from '../../prisma/generated/client.js'
import type { Station } from '../../shared/api/fleet.js'
import type { Tx } from '../context.js'

type ControlRow = Pick<StationRow, 'controlById' | 'controlAt' | 'controlUntil'>

/** The leases of these stations that have not ended; one question for all of them, and none where nobody has one. */
export async function controlsOf(
  tx: Pick<Tx, 'user'>,
  rows: readonly ControlRow[],
  now: Date,
): Promise<(row: ControlRow) => Station['control']> {
  const ids = [...new Set(rows.flatMap(({ controlById }) => controlById ?? []))]
  const people =
    ids.length === 0
      ? []
      : await tx.user.findMany({ where: { id: { in: ids } }, select: { id: true, email: true } })
  const emails = new Map(people.map(({ id, email }) => [id, email]))
  return ({ controlById: id, controlAt, controlUntil }) =>
    id === null || controlAt === null || controlUntil === null || controlUntil <= now
      ? null
      : {
          by: { id, email: emails.get(id) ?? null },
          since: controlAt.toISOString(),
          until: controlUntil.toISOString(),
        }
}
