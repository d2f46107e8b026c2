/**
 * `orgs/:org/passes`: when which satellite can be seen from which station.
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { orgParams } from '../../shared/api/common.js'
import { passesQuery, passesResponse } from '../../shared/api/passes.js'
import type { Planning } from '../planning/planning.js'

export function passRoutes({ passes }: Pick<Planning, 'passes'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/orgs/:org/passes',
      {
        config: { permission: 'view_passes' },
        schema: {
          summary: 'Passes of the next 24 hours, or of up to 7 days',
          tags: ['passes'],
          params: orgParams,
          querystring: passesQuery,
          response: { 200: passesResponse },
        },
      },
      async (request) => ({ items: await passes.find(request.org.id, request.query) }),
    )
  }
}
