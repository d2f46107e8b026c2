/**
 * `auth/api-tokens`: a person's API tokens (A20).
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { ApiToken } from '../../prisma/generated/client.js'
import { idParams, okSchema } from '../../shared/api/common.js'
import { apiTokenCreated, apiTokenRequest, apiTokensResponse } from '../../shared/api/tokens.js'
import { TalosError } from '../../shared/errors.js'
import { callerOf } from '../http/caller.js'
import { RATE_LIMITS } from '../http/rate-limits.js'
import type { ApiTokens } from '../identity/api-tokens.js'
import { knownPermissions } from '../identity/members.js'
import { personOf, sessionOf } from './auth.js'

const tags = ['API tokens']

const toItem = (row: ApiToken) => ({
  id: row.id,
  name: row.name,
  permissions: row.restricted ? knownPermissions(row.permissions) : null,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  revokedAt: row.revokedAt?.toISOString() ?? null,
})

export function tokenRoutes(tokens: ApiTokens): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/auth/api-tokens',
      {
        config: { permission: 'session' },
        schema: {
          summary: 'Your API tokens, without their secrets',
          tags,
          response: { 200: apiTokensResponse },
        },
      },
      async (request) => ({ items: (await tokens.list(personOf(request).id)).map(toItem) }),
    )

    app.post(
      '/auth/api-tokens',
      {
        config: { permission: 'session', stepUp: true, rateLimit: RATE_LIMITS.issue },
        schema: {
          summary: 'Make an API token; its text is in this answer and nowhere else',
          tags,
          body: apiTokenRequest,
          response: { 201: apiTokenCreated },
        },
      },
      async (request, reply) => {
        const { name, permissions, expiresInDays } = request.body
        const wish = { name, permissions: permissions ?? null, days: expiresInDays }
        const { text, row } = await tokens.issue(sessionOf(request), wish, callerOf(request))
        return reply.code(201).send({ token: text, item: toItem(row) })
      },
    )

    app.delete(
      '/auth/api-tokens/:id',
      {
        config: { permission: 'session' },
        schema: {
          summary: 'Revoke one of your API tokens',
          tags,
          params: idParams,
          response: { 200: okSchema },
        },
      },
      async (request) => {
        const { id } = request.params
        if (!(await tokens.revoke(sessionOf(request).id, id, callerOf(request))))
          throw new TalosError('not_found', `You have no live API token ${id}.`)
        return { ok: true as const }
      },
    )
  }
}
