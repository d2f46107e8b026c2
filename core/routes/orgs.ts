/**
 * `orgs`: the organisations of whoever asks.
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { orgsResponse } from '../../shared/api/audit.js'
import type { Context } from '../context.js'

export function orgRoutes({ prisma }: Pick<Context, 'prisma'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/orgs',
      {
        config: { permission: 'view_stations' },
        schema: {
          summary: 'Your organisations; all of them for the director',
          tags: ['organisations'],
          response: { 200: orgsResponse },
        },
      },
      async ({ actor }) => {
        if (actor.kind === 'user') return { items: actor.memberships.map(({ org }) => org) }
        const items = await prisma.org.findMany({
          select: { id: true, slug: true, name: true },
          orderBy: { slug: 'asc' },
        })
        return { items }
      },
    )
  }
}
