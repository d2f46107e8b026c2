/**
 * Reading the audit trail, the newest first.
 * @module
 */
import { z } from 'zod'
import type { Prisma, AuditEvent as Row } from '../../prisma/generated/client.js'
import {
  type AuditEvent,
  auditEventSchema,
  type auditExportQuery,
  type auditQuery,
} from '../../shared/api/audit.js'
import { decodeCursor, pageResult } from '../http/page.js'
import type { Tx } from '../ports.js'

type Query = z.infer<typeof auditQuery>
export type Filters = z.infer<typeof auditExportQuery>

const cursorSchema = z.tuple([z.string().regex(/^[0-9]{1,18}$/)])

export const toItem = ({ orgId: _, ...row }: Row): AuditEvent =>
  auditEventSchema.parse({ ...row, id: String(row.id), at: row.at.toISOString() })

/** What these filters let through (H9), of one organisation or of everything (`orgId` undefined). */
export function whereOf(orgId: string | undefined, filters: Filters): Prisma.AuditEventWhereInput {
  const { action, outcome, actorKind, actor, target, from, to, search } = filters
  return {
    ...(orgId === undefined ? {} : { orgId }),
    ...(action === undefined ? {} : { action }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(actorKind === undefined ? {} : { actorKind }),
    ...(actor === undefined ? {} : { actorId: actor }),
    ...(target === undefined ? {} : { targetId: target }),
    ...(from === undefined && to === undefined
      ? {}
      : {
          at: {
            ...(from === undefined ? {} : { gte: new Date(from) }),
            ...(to === undefined ? {} : { lt: new Date(to) }),
          },
        }),
    ...(search === undefined || search === ''
      ? {}
      : {
          OR: (['action', 'actorId', 'targetId', 'address'] as const).map((column) => ({
            [column]: { contains: search, mode: 'insensitive' },
          })),
        }),
  }
}

/** A page of the trail of one organisation, or of everything (`orgId` undefined). */
export async function listAudit(prisma: Pick<Tx, 'auditEvent'>, orgId: string | undefined, query: Query) {
  const { cursor, limit, ...filters } = query
  const before = cursor === undefined ? {} : { id: { lt: BigInt(decodeCursor(cursor, cursorSchema)[0]) } }
  const where = { ...whereOf(orgId, filters), ...before }
  const rows = await prisma.auditEvent.findMany({ where, orderBy: { id: 'desc' }, take: limit + 1 })
  return pageResult(rows, limit, toItem)
}
