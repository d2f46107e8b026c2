/**
 * `orgs/:org/notifications`: who is told when health is bad, and how.
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { okSchema, orgIdParams, orgParams } from '../../shared/api/common.js'
import {
  notificationCreated,
  notificationRequest,
  notificationRuleSchema,
  notificationsResponse,
  notificationTestResponse,
  notificationUpdate,
} from '../../shared/api/notifications.js'
import type { Context } from '../context.js'
import type { Health } from '../health/health.js'
import { auditOf, orgCallerOf } from '../http/caller.js'
import { RATE_LIMITS } from '../http/rate-limits.js'

const tags = ['notifications']
const ALL = '/orgs/:org/notifications'
const ONE = '/orgs/:org/notifications/:id'

export function notificationRoutes(
  { audit }: Pick<Context, 'audit'>,
  { rules, alerts }: Pick<Health, 'rules' | 'alerts'>,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      ALL,
      {
        config: { permission: 'view_notifications' },
        schema: {
          summary: 'The notification rules of an organisation',
          tags,
          params: orgParams,
          response: { 200: notificationsResponse },
        },
      },
      async (request) => ({ items: await rules.list(request.org.id) }),
    )

    app.post(
      ALL,
      {
        config: { permission: 'manage_notifications', idempotent: true },
        schema: {
          summary:
            'Have members mailed, or a webhook called, when health is bad; what signs a webhook is shown once',
          tags,
          params: orgParams,
          body: notificationRequest,
          response: { 201: notificationCreated },
        },
      },
      async (request, reply) => reply.code(201).send(await rules.create(orgCallerOf(request), request.body)),
    )

    app.patch(
      ONE,
      {
        config: { permission: 'manage_notifications' },
        schema: {
          summary: 'Change a notification rule',
          tags,
          params: orgIdParams,
          body: notificationUpdate,
          response: { 200: notificationRuleSchema },
        },
      },
      (request) => rules.update(orgCallerOf(request), request.params.id, request.body),
    )

    app.delete(
      ONE,
      {
        config: { permission: 'manage_notifications' },
        schema: {
          summary: 'Remove a notification rule',
          tags,
          params: orgIdParams,
          response: { 200: okSchema },
        },
      },
      async (request) => {
        await rules.remove(orgCallerOf(request), request.params.id)
        return { ok: true as const }
      },
    )

    app.post(
      `${ONE}/test`,
      {
        config: { permission: 'manage_notifications', rateLimit: RATE_LIMITS.notificationTest },
        schema: {
          summary: 'Send a test by this rule, and say what became of it',
          tags,
          params: orgIdParams,
          response: { 200: notificationTestResponse },
        },
      },
      async (request) => {
        const live = await rules.get(request.org.id, request.params.id)
        const failure = await alerts.test(live)
        audit.bestEffort({
          ...auditOf(orgCallerOf(request)),
          action: 'notification.test',
          targetKind: 'notification_rule',
          targetId: live.rule.id,
          outcome: failure === null ? 'success' : 'failed',
        })
        return { sent: failure === null, failure }
      },
    )
  }
}
