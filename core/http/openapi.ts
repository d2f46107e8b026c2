/**
 * The API described by itself: `/api/openapi.json`, and a page to read it at `/api/docs`.
 * @module
 */
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { problemSchema } from '../../shared/api/common.js'
import { DANGEROUS_PERMISSIONS } from '../../shared/permissions.js'
import type { RouteAccess } from './route.js'

export const DOCS_PREFIX = '/api/docs'

/** What every operation may answer instead. */
const PROBLEM = {
  description: 'A problem (RFC 9457)',
  content: {
    'application/problem+json': { schema: z.toJSONSchema(problemSchema, { target: 'draft-2020-12' }) },
  },
}

/** The credentials that a mark accepts, by the names of `securitySchemes`. */
function securityOf(permission: RouteAccess): Record<string, string[]>[] {
  if (permission === 'public') return []
  if (permission === 'session') return [{ session: [] }]
  if (permission === 'service' || permission === 'station') return [{ key: [] }]
  return [{ session: [] }, { apiToken: [] }]
}

/** Must be registered before the routes that it describes. */
export async function describeApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Talos',
        description:
          'The control plane of a fleet of satellite ground stations. Errors are RFC 9457 problem details with a ' +
          'stable `code`. Each operation names what it needs in `x-required-permission`.',
        version,
      },
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: '__Host-talos' },
          apiToken: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'gsa_<id>_<secret>, or a JWT of talos login',
          },
          apiTokenAsPassword: { type: 'http', scheme: 'basic' },
          key: { type: 'http', scheme: 'bearer', bearerFormat: 'gsk_<id>_<secret>' },
        },
      },
    },
    transform: (document) => {
      const { schema, url } = jsonSchemaTransform(document)
      const { permission, serviceOnly, peopleOnly, stepUp, basicAuth } = document.route.config ?? {}
      if (permission === undefined) return { schema, url }
      // R8.
      const isDangerous = (DANGEROUS_PERMISSIONS as readonly string[]).includes(permission)
      const marks = {
        'x-required-permission': permission,
        // R3: moves metal, or loosens what guards it.
        ...(isDangerous ? { 'x-dangerous': true } : {}),
        // Nobody else, even who holds the permission.
        ...(serviceOnly === true ? { 'x-only': 'service' } : {}),
        ...(peopleOnly === true ? { 'x-only': 'people' } : {}),
        // A12: a session that has not proved itself within five minutes is answered `step_up_required`.
        ...(stepUp === true ? { 'x-step-up': true } : {}),
        security: [...securityOf(permission), ...(basicAuth === true ? [{ apiTokenAsPassword: [] }] : [])],
      }
      const response = { ...(schema.response as object | undefined), '4XX': PROBLEM }
      return { schema: { ...schema, ...marks, response }, url }
    },
  })
  app.get(
    '/api/openapi.json',
    { config: { permission: 'public' }, schema: { hide: true } },
    async (_request, reply) =>
      reply.type('application/json; charset=utf-8').send(JSON.stringify(app.swagger())),
  )
  await app.register(swaggerUi, {
    routePrefix: DOCS_PREFIX,
    // Without the bar of the library above, and without its service that would be sent our description.
    uiConfig: { validatorUrl: null, layout: 'BaseLayout' },
    theme: { title: 'Talos API' },
  })
}
