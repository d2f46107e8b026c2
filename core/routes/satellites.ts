/**
 * `satellites`: what is known of them, with the age of their elements.
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import {
  satelliteParams,
  satelliteSchema,
  satellitesQuery,
  satellitesResponse,
} from '../../shared/api/elements.js'
import type { Planning } from '../planning/planning.js'

const tags = ['elements']

export function satelliteRoutes({ satellites }: Pick<Planning, 'satellites'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/satellites',
      {
        config: { permission: 'view_passes' },
        schema: {
          summary: 'Satellites by name; search by name or catalogue number',
          tags,
          querystring: satellitesQuery,
          response: { 200: satellitesResponse },
        },
      },
      (request) => satellites.list(request.query),
    )

    app.get(
      '/satellites/:id',
      {
        config: { permission: 'view_passes' },
        schema: {
          summary: 'One satellite with its newest elements',
          tags,
          params: satelliteParams,
          response: { 200: satelliteSchema },
        },
      },
      (request) => satellites.get(request.params.id),
    )
  }
}
