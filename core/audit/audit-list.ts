/**
 * Reading the audit trail, the newest first.
 * @module
 */
import { z } from 'zod'
import type { Prisma, AuditEvent as Row } from '../../prisma/generated/client.js'
import { type AuditEvent, auditEventSchema, type auditQuery } from '../../shared/api/audit.js'
import { decodeCursor, pageResult } from '../http/page.js'
import type { Tx } from '../ports.js'

type Query = z.infer<typeof auditQuery>

const cursorSchema = z.tuple([z.string().regex(/^[0-9]{1,18}$/)])

const toItem = ({ orgId: _, ...row }: Row): AuditEvent =>
  auditEventSchema.parse({ ...row, id: String(row.id), at: row.at.toISOString() })

/** A page of the trail of one organisation, or of everything (`orgId` undefined). */
export async function listAudit(prisma: Pick<Tx, 'auditEvent'>, orgId: string | undefined, query: Query) {
  const { cursor, limit, action, actor, target, search } = query
  const where: Prisma.AuditEventWhereInput = {
    ...(orgId === undefined ? {} : { orgId }),
    ...(cursor === undefined ? {} : { id: { lt: BigInt(decodeCursor(cursor, cursorSchema)[0]) } }),
    ...(action === undefined ? {} : { action }),
    ...(actor === undefined ? {} : { actorId: actor }),
    ...(target === undefined ? {} : { targetId: target }),
    ...(search === undefined || search === ''
      ? {}
      : {
          OR: (['action', 'actorId', 'targetId', 'address'] as const).map((column) => ({
            [column]: { contains: search, mode: 'insensitive' },
          })),
        }),
  }
  const rows = await prisma.auditEvent.findMany({ where, orderBy: { id: 'desc' }, take: limit + 1 })
  return pageResult(rows, limit, toItem)
}
