/**
 * `health`, `orgs/:org/health` and `metrics`: how everything does, for people and for programs that watch.
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { orgParams } from '../../shared/api/common.js'
import {
  healthResponse,
  orgHealthParams,
  orgHealthResponse,
  systemHealthParams,
  systemHealthResponse,
} from '../../shared/api/health.js'
import type { Health } from '../health/health.js'

const tags = ['system']

export function healthRoutes(
  health: Pick<Health, 'collectors' | 'rounds' | 'metrics'>,
): FastifyPluginAsyncZod {
  const { collectors, rounds } = health
  return async (app) => {
    app.get(
      '/health',
      {
        config: { permission: 'view_system_audit_logs' },
        schema: {
          summary: 'How everything does, of all organisations: what the last round found',
          tags,
          response: { 200: healthResponse },
        },
      },
      async () => rounds.overview(),
    )

    app.get(
      '/health/:collector',
      {
        config: { permission: 'view_system_audit_logs' },
        schema: {
          summary: 'One collector: what was collected just now, and what to make of it',
          tags,
          params: systemHealthParams,
          response: { 200: systemHealthResponse },
        },
      },
      async (request) => rounds.withSince(null, await collectors.system(request.params.collector)),
    )

    app.get(
      '/orgs/:org/health',
      {
        config: { permission: 'view_telemetry' },
        schema: {
          summary: 'How the stations and the director of an organisation do: what the last round found',
          tags,
          params: orgParams,
          response: { 200: healthResponse },
        },
      },
      async (request) => rounds.overview(request.org.id),
    )

    app.get(
      '/orgs/:org/health/:collector',
      {
        config: { permission: 'view_telemetry' },
        schema: {
          summary: 'One collector of an organisation: what was collected just now, and what to make of it',
          tags,
          params: orgHealthParams,
          response: { 200: orgHealthResponse },
        },
      },
      async (request) =>
        rounds.withSince(request.org.id, await collectors.org(request.params.collector, request.org.id)),
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
