/**
 * `orgs/:org/stations/:id/maintenance`: times in which a station is not planned for.
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { okSchema, orgIdParams } from '../../shared/api/common.js'
import {
  maintenanceAnswer,
  maintenanceParams,
  maintenanceRequest,
  maintenanceResponse,
} from '../../shared/api/maintenance.js'
import { orgCallerOf } from '../http/caller.js'
import type { Planning } from '../planning/planning.js'

const tags = ['stations']
const ALL = '/orgs/:org/stations/:id/maintenance'

export function maintenanceRoutes({ maintenance }: Pick<Planning, 'maintenance'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      ALL,
      {
        config: { permission: 'view_stations' },
        schema: {
          summary: 'The maintenance windows of a station that are not over',
          tags,
          params: orgIdParams,
          response: { 200: maintenanceResponse },
        },
      },
      (request) => maintenance.list(request.org, request.params.id),
    )

    app.post(
      ALL,
      {
        config: { permission: 'manage_passes', idempotent: true },
        schema: {
          summary: 'Plan maintenance; what is booked in it is called off',
          tags,
          params: orgIdParams,
          body: maintenanceRequest,
          response: { 201: maintenanceAnswer },
        },
      },
      async (request, reply) =>
        reply.code(201).send(await maintenance.create(orgCallerOf(request), request.params.id, request.body)),
    )

    app.delete(
      `${ALL}/:windowId`,
      {
        config: { permission: 'manage_passes' },
        schema: {
          summary: 'Take a maintenance window back, or end it before its time',
          tags,
          params: maintenanceParams,
          response: { 200: okSchema },
        },
      },
      async (request) => {
        await maintenance.end(orgCallerOf(request), request.params.id, request.params.windowId)
        return { ok: true as const }
      },
    )
  }
}
