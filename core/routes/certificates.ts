/**
 * `station/certificate`, where stations get their certificates, and `certificate-authorities`, which issue them.
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import {
  certificateAuthoritiesResponse,
  certificateRequest,
  issuedCertificateSchema,
} from '../../shared/api/certificates.js'
import { emptyBody, idParams } from '../../shared/api/common.js'
import type { Fleet } from '../fleet/fleet.js'
import { callerOf } from '../http/caller.js'
import { RATE_LIMITS } from '../http/rate-limits.js'

const tags = ['system']
const AUTHORITIES = '/certificate-authorities'

export function certificateRoutes({
  certificates,
  authorities,
}: Pick<Fleet, 'certificates' | 'authorities'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/station/certificate',
      {
        config: { permission: 'station', rateLimit: RATE_LIMITS.stationKey },
        schema: {
          summary: 'A certificate for the station that asks; its first CONNECT ends the former',
          tags: ['stations'],
          body: certificateRequest,
          response: { 201: issuedCertificateSchema },
        },
      },
      async (request, reply) => {
        const { actor } = request
        if (actor.kind !== 'station') throw new Error('a route for stations is marked otherwise')
        const issued = await certificates.renew({ ...callerOf(request), actor }, request.body)
        return reply.code(201).header('cache-control', 'no-store').send(issued)
      },
    )

    app.get(
      AUTHORITIES,
      {
        config: { permission: 'manage_global_settings' },
        schema: {
          summary: 'The authorities that issue client certificates to stations',
          tags,
          response: { 200: certificateAuthoritiesResponse },
        },
      },
      async () => ({ items: await authorities.list() }),
    )

    app.post(
      AUTHORITIES,
      {
        config: { permission: 'manage_global_settings', peopleOnly: true, stepUp: true },
        schema: {
          summary: 'Make the authority that issues from now on; what the former issued holds until it ends',
          tags,
          body: emptyBody,
          response: { 201: certificateAuthoritiesResponse },
        },
      },
      async (request, reply) => reply.code(201).send({ items: await authorities.rotate(callerOf(request)) }),
    )

    app.post(
      `${AUTHORITIES}/:id/retire`,
      {
        config: { permission: 'manage_global_settings', peopleOnly: true, stepUp: true },
        schema: {
          summary: 'End an authority that no longer issues, with every certificate that it issued',
          tags,
          params: idParams,
          body: emptyBody,
          response: { 200: certificateAuthoritiesResponse },
        },
      },
      async (request) => ({ items: await authorities.retire(request.params.id, callerOf(request)) }),
    )
  }
}
