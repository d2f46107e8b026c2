/**
 * `health/...` and `metrics`: how the broker and enrollment do, for people and for programs that watch.
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { brokerHealthResponse, enrollmentHealthResponse } from '../../shared/api/health.js'
import type { Health } from '../health/health.js'

const tags = ['system']

export function healthRoutes(health: Health): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/health/broker',
      {
        config: { permission: 'view_system_audit_logs' },
        schema: {
          summary: 'How the broker does: what was collected just now, and what to make of it',
          tags,
          response: { 200: brokerHealthResponse },
        },
      },
      async () => health.broker(),
    )

    app.get(
      '/health/enrollment',
      {
        config: { permission: 'view_system_audit_logs' },
        schema: {
          summary: 'Who issues enrollment tokens, what waits, and what to make of it',
          tags,
          response: { 200: enrollmentHealthResponse },
        },
      },
      () => health.enrollment(),
    )

    app.get(
      '/metrics',
      {
        config: { permission: 'view_system_audit_logs' },
        schema: {
          summary: 'Metrics in the text format of Prometheus',
          tags,
          produces: ['text/plain'],
          response: { 200: z.string() },
        },
      },
      async (_request, reply) => reply.type(health.metrics.contentType).send(await health.metrics.text()),
    )
  }
}
