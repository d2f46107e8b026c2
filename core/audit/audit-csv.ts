/**
 * The audit trail as comma-separated values (RFC 4180), the newest first, read piece by piece. What begins like a formula is
 * quoted: strangers choose some of the words.
 * @module
 */
import { stringify } from 'csv-stringify/sync'
import type { Tx } from '../ports.js'
import { type Filters, toItem, whereOf } from './audit-list.js'

/** Rows that are read and written at once. */
const PART = 1000

const COLUMNS = [
  'id',
  'at_utc',
  'action',
  'outcome',
  'actor_kind',
  'actor',
  'target_kind',
  'target',
  'address',
  'request',
  'detail',
]

/** All rows that the filters let through, of one organisation or of everything (`orgId` undefined). */
export async function* auditCsv(
  prisma: Pick<Tx, 'auditEvent'>,
  orgId: string | undefined,
  filters: Filters,
): AsyncGenerator<string> {
  const where = whereOf(orgId, filters)
  yield stringify([COLUMNS])
  let below: bigint | undefined
  for (;;) {
    const rows = await prisma.auditEvent.findMany({
      where: { ...where, ...(below === undefined ? {} : { id: { lt: below } }) },
      orderBy: { id: 'desc' },
      take: PART,
    })
    const lines = rows
      .map(toItem)
      .map((e) => [
        ...[e.id, e.at, e.action, e.outcome, e.actorKind, e.actorId],
        ...[e.targetKind, e.targetId, e.address, e.requestId, JSON.stringify(e.detail)],
      ])
    if (lines.length > 0) yield stringify(lines, { escape_formulas: true })
    below = rows.at(-1)?.id
    if (rows.length < PART || below === undefined) return
  }
}
