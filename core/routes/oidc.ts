/**
 * `auth/oidc`: signing in through an OpenID provider. Where none is configured these routes answer 404.
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { linkTokenSchema } from '../../shared/api/auth.js'
import { emptyBody } from '../../shared/api/common.js'
import { oidcCallbackQuery, oidcStartResponse } from '../../shared/api/oidc.js'
import { TalosError } from '../../shared/errors.js'
import type { Context } from '../context.js'
import { newToken } from '../crypto/secrets.js'
import { browserOf } from '../http/browser.js'
import { clearOidcNonce, oidcNonce, setOidcNonce } from '../http/cookies.js'
import { RATE_LIMITS } from '../http/rate-limits.js'
import type { Identity } from '../identity/identity.js'
import { OIDC_FLOW_MS, type OidcSignIn } from '../identity/oidc-sign-in.js'
import { strangerSource } from './attempts.js'
import { welcome } from './welcome.js'

const tags = ['sign-in']

/** What the sign-in page can explain; anything else is ours and stays a 500. */
const EXPLAINED: ReadonlySet<string> = new Set([
  'oidc_refused',
  'email_not_verified',
  'not_invited',
  'rate_limited',
  'unavailable',
])

export function oidcRoutes(
  { addresses, random }: Pick<Context, 'addresses' | 'random'>,
  {
    oidc,
    sessions,
    lockOut,
    knownBrowsers,
  }: Pick<Identity, 'oidc' | 'sessions' | 'lockOut' | 'knownBrowsers'>,
): FastifyPluginAsyncZod {
  const provider = (): OidcSignIn => {
    if (oidc === null) throw new TalosError('not_found', 'No OpenID provider is configured here.')
    return oidc
  }
  return async (app) => {
    app.post(
      '/auth/oidc/start',
      {
        config: { permission: 'public', rateLimit: RATE_LIMITS.confirm },
        schema: {
          summary: 'Begin to sign in through the OpenID provider; send the browser to the url',
          tags,
          body: emptyBody,
          response: { 200: oidcStartResponse },
        },
      },
      async (_request, reply) => {
        const nonce = newToken(random)
        const url = await provider().begin(nonce)
        setOidcNonce(reply, nonce, OIDC_FLOW_MS)
        return { url }
      },
    )

    app.get(
      '/auth/oidc/callback',
      {
        config: { permission: 'public', rateLimit: RATE_LIMITS.confirm },
        // A6: a HEAD must not use the answer up.
        exposeHeadRoute: false,
        schema: {
          summary: 'Where the provider sends the browser back to; redirects to the dashboard',
          tags,
          querystring: oidcCallbackQuery,
        },
      },
      async (request, reply) => {
        const flow = provider()
        const nonce = linkTokenSchema.safeParse(oidcNonce(request)).data ?? ''
        const query = request.url.slice(request.url.indexOf('?'))
        const { publicUrl } = addresses
        clearOidcNonce(reply)
        try {
          const session = await lockOut.attempt(
            strangerSource(knownBrowsers, request),
            // A46: any page can send its visitors here; only who has begun can fail.
            ({ code }) => code === 'oidc_refused' && nonce !== '',
            () => flow.finish(query, request.query.state, nonce, browserOf(request)),
          )
          await welcome(sessions, request, reply, session)
          return await reply.redirect(`${publicUrl}/`, 303)
        } catch (error) {
          if (!(error instanceof TalosError) || !EXPLAINED.has(error.code)) throw error
          return await reply.redirect(`${publicUrl}/sign-in?error=${error.code}`, 303)
        }
      },
    )
  }
}
