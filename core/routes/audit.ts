/**
 * `audit` and `orgs/:org/audit`: the trail, for those who answer for it (H8).
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { auditQuery, auditResponse } from '../../shared/api/audit.js'
import { orgParams } from '../../shared/api/common.js'
import { listAudit } from '../audit/audit-list.js'
import type { Context } from '../context.js'

const tags = ['audit']

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
  }
}
