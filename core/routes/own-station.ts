/**
 * `station`: what a station asks with its own key.
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { emptyBody } from '../../shared/api/common.js'
import { stationKeyGrantSchema, stationStandingSchema } from '../../shared/api/station-keys.js'
import { stationTimeSchema } from '../../shared/api/station-time.js'
import { iso } from '../../shared/time.js'
import type { Fleet } from '../fleet/fleet.js'
import type { Actor, StationActor } from '../http/actor.js'
import { callerOf } from '../http/caller.js'
import { RATE_LIMITS } from '../http/rate-limits.js'

const tags = ['stations']

/** The station behind a request to a route that is marked `station`. */
function stationOf(actor: Actor): StationActor {
  if (actor.kind === 'station') return actor
  throw new Error('a route for stations is marked otherwise')
}

export function ownStationRoutes({
  rotation,
  clock,
}: Pick<Fleet, 'rotation' | 'clock'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/station',
      {
        config: { permission: 'station' },
        schema: {
          summary: 'A station asks how it stands; one that may do nothing is told why',
          tags,
          response: { 200: stationStandingSchema },
        },
      },
      ({ actor }) => rotation.standing(stationOf(actor).id),
    )

    app.get(
      '/station/time',
      {
        config: { permission: 'station' },
        schema: {
          summary: 'The clock of core, for a station that compares its own',
          tags,
          response: { 200: stationTimeSchema },
        },
      },
      async (_request, reply) => reply.header('cache-control', 'no-store').send({ now: iso(clock.now()) }),
    )

    app.post(
      '/station/key',
      {
        // Not idempotent: the answer holds a secret, which is shown once and stored nowhere.
        config: { permission: 'station', rateLimit: RATE_LIMITS.stationKey },
        schema: {
          summary: 'The next key of the station that asks; its first CONNECT ends the former',
          tags,
          body: emptyBody,
          response: { 201: stationKeyGrantSchema },
        },
      },
      async (request, reply) => {
        const key = await rotation.next(stationOf(request.actor), callerOf(request))
        return reply.code(201).header('cache-control', 'no-store').send(key)
      },
    )
  }
}
