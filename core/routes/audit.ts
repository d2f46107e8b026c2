/**
 * `audit` and `orgs/:org/audit`: the trail, for those who answer for it (H8).
 * @module
 */
import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { auditExportQuery, auditQuery, auditResponse } from '../../shared/api/audit.js'
import { orgParams } from '../../shared/api/common.js'
import { auditCsv } from '../audit/audit-csv.js'
import { listAudit } from '../audit/audit-list.js'
import type { Context } from '../context.js'

const tags = ['audit']
const CSV = 'text/csv; charset=utf-8; header=present'

const send = (reply: FastifyReply, name: string, parts: AsyncIterable<string>): FastifyReply =>
  reply
    .type(CSV)
    .header('content-disposition', `attachment; filename="talos-${name}"`)
    .send(Readable.from(parts))

export function auditRoutes({ prisma }: Pick<Context, 'prisma'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/orgs/:org/audit',
      {
        config: { permission: 'view_audit_logs' },
        schema: {
          summary: 'What was done in an organisation, the newest first',
          tags,
          params: orgParams,
          querystring: auditQuery,
          response: { 200: auditResponse },
        },
      },
      (request) => listAudit(prisma, request.org.id, request.query),
    )

    app.get(
      '/audit',
      {
        config: { permission: 'view_system_audit_logs' },
        schema: {
          summary: 'What was done in the whole system, the newest first',
          tags,
          querystring: auditQuery,
          response: { 200: auditResponse },
        },
      },
      (request) => listAudit(prisma, undefined, request.query),
    )

    app.get(
      '/orgs/:org/audit.csv',
      {
        config: { permission: 'view_audit_logs' },
        schema: {
          summary: 'The same as a table, whole',
          tags,
          produces: ['text/csv'],
          params: orgParams,
          querystring: auditExportQuery,
          response: { 200: z.string() },
        },
      },
      async (request, reply) =>
        send(reply, `${request.org.slug}-audit.csv`, auditCsv(prisma, request.org.id, request.query)),
    )

    app.get(
      '/audit.csv',
      {
        config: { permission: 'view_system_audit_logs' },
        schema: {
          summary: 'What was done in the whole system as a table, whole',
          tags,
          produces: ['text/csv'],
          querystring: auditExportQuery,
          response: { 200: z.string() },
        },
      },
      async (request, reply) => send(reply, 'audit.csv', auditCsv(prisma, undefined, request.query)),
    )
  }
}
