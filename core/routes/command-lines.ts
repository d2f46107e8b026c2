/**
 * `auth/token`, `auth/revoke`, `auth/command-lines`: the tokens of `talos login` and where it was used (A13, A15).
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { idParams, okSchema } from '../../shared/api/common.js'
import {
  commandLinesResponse,
  refreshRequest,
  revokeRequest,
  tokenResponse,
} from '../../shared/api/tokens.js'
import { TalosError } from '../../shared/errors.js'
import { type Clock, SECOND } from '../../shared/time.js'
import { callerOf } from '../http/caller.js'
import { RATE_LIMITS } from '../http/rate-limits.js'
import type { Identity } from '../identity/identity.js'
import type { IssuedTokens } from '../identity/refresh-tokens.js'
import { personOf, sessionOf } from './auth.js'

const tags = ['command lines']

/** RFC 6749, section 5.1. */
export const tokenBody = (issued: IssuedTokens, nowMs: number) => ({
  access_token: issued.accessToken,
  token_type: 'Bearer' as const,
  expires_in: issued.expiresInS,
  refresh_token: issued.refreshToken,
  login_expires_in: Math.max(0, Math.ceil((issued.endsAt - nowMs) / SECOND)),
})

export function commandLineRoutes(
  clock: Pick<Clock, 'now'>,
  { commandLines, access }: Pick<Identity, 'commandLines' | 'access'>,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/auth/token',
      {
        config: { permission: 'public', rateLimit: RATE_LIMITS.refresh },
        schema: {
          summary: 'The next access and refresh token of a command line',
          tags,
          body: refreshRequest,
          response: { 200: tokenResponse },
        },
      },
      async (request) =>
        tokenBody(await commandLines.refresh(request.body.refresh_token, callerOf(request)), clock.now()),
    )

    app.post(
      '/auth/revoke',
      {
        config: { permission: 'public', rateLimit: RATE_LIMITS.refresh },
        schema: {
          summary: 'Give a token back: a refresh token ends its command line, an access token only itself',
          tags,
          body: revokeRequest,
          response: { 200: okSchema },
        },
      },
      async (request) => {
        const { token } = request.body
        await commandLines.revoke(token, callerOf(request))
        await access.revoke(token, callerOf(request))
        return { ok: true as const }
      },
    )

    app.get(
      '/auth/command-lines',
      {
        config: { permission: 'session' },
        schema: {
          summary: 'Where you are signed in by talos login',
          tags,
          response: { 200: commandLinesResponse },
        },
      },
      async (request) => ({
        items: (await commandLines.list(personOf(request).id)).map((row) => ({
          id: row.id,
          clientName: row.clientName,
          address: row.address,
          createdAt: row.createdAt.toISOString(),
          lastUsedAt: row.lastUsedAt.toISOString(),
          expiresAt: row.expiresAt.toISOString(),
        })),
      }),
    )

    app.delete(
      '/auth/command-lines/:id',
      {
        config: { permission: 'session' },
        schema: {
          summary: 'End one of your command lines',
          tags,
          params: idParams,
          response: { 200: okSchema },
        },
      },
      async (request) => {
        const { id } = request.params
        if (!(await commandLines.end(sessionOf(request).id, id, 'ended', callerOf(request))))
          throw new TalosError('not_found', `You have no live command line ${id}.`)
        return { ok: true as const }
      },
    )
  }
}
