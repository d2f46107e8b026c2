/**
 * `auth/login`, `auth/link`, `auth/code`, `auth/confirm`: signing in by mail.
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { confirmRequest, linkTokenSchema, loginRequest } from '../../shared/api/auth.js'
import { okSchema } from '../../shared/api/common.js'
import { codeRequest, linkCodeResponse, linkLookResponse, linkRequest } from '../../shared/api/sign-in.js'
import type { TalosError } from '../../shared/errors.js'
import { newToken } from '../crypto/secrets.js'
import { browserOf } from '../http/browser.js'
import { knownBrowser, loginNonce, setLoginNonce } from '../http/cookies.js'
import { RATE_LIMITS } from '../http/rate-limits.js'
import type { Identity } from '../identity/identity.js'
import { LINK_MS } from '../identity/link-requests.js'
import { displayCode } from '../identity/short-codes.js'
import { strangerSource } from './attempts.js'
import { welcome } from './welcome.js'

const tags = ['sign-in']

/** A46. A right link in the wrong browser is no guess. */
const isGuess = ({ code }: TalosError): boolean => code === 'link_invalid' || code === 'code_invalid'

export function signInRoutes(
  identity: Pick<Identity, 'linkRequests' | 'links' | 'sessions' | 'lockOut' | 'knownBrowsers' | 'random'>,
): FastifyPluginAsyncZod {
  const { linkRequests, links, sessions, lockOut, knownBrowsers, random } = identity
  return async (app) => {
    app.post(
      '/auth/login',
      {
        config: { permission: 'public', rateLimit: RATE_LIMITS.login },
        schema: {
          summary: 'Ask for a sign-in link by mail; the answer is the same for every address',
          tags,
          body: loginRequest,
          response: { 202: okSchema },
        },
      },
      async (request, reply) => {
        // The same browser keeps its nonce, so that its new link ends its former one.
        const kept = linkTokenSchema.safeParse(loginNonce(request))
        const nonce = kept.success ? kept.data : newToken(random)
        const known = knownBrowsers.read(knownBrowser(request))
        linkRequests.request(request.body.email, { ...browserOf(request), nonce, known })
        setLoginNonce(reply, nonce, LINK_MS)
        return reply.code(202).send({ ok: true })
      },
    )

    // A6: a POST, and still it only looks; the secret stays out of every address (A18).
    app.post(
      '/auth/link',
      {
        config: { permission: 'public', rateLimit: RATE_LIMITS.confirm },
        schema: {
          summary: 'What a sign-in link is for, and whether it works in this browser; consumes nothing',
          tags,
          body: linkRequest,
          response: { 200: linkLookResponse },
        },
      },
      (request) =>
        lockOut.attempt(strangerSource(knownBrowsers, request), isGuess, () =>
          links.look(request.body.token, loginNonce(request)),
        ),
    )

    app.post(
      '/auth/link/code',
      {
        config: { permission: 'public', rateLimit: RATE_LIMITS.confirm },
        schema: {
          summary: 'The code to type in the browser that asked for the link; signs nobody in',
          tags,
          body: linkRequest,
          response: { 200: linkCodeResponse },
        },
      },
      (request) =>
        lockOut.attempt(strangerSource(knownBrowsers, request), isGuess, async () => {
          const { code, expiresAt } = await links.showCode(request.body.token)
          return { code: displayCode(code), expiresAt }
        }),
    )

    app.post(
      '/auth/code',
      {
        config: { permission: 'public', rateLimit: RATE_LIMITS.code },
        schema: {
          summary: 'Use the code that a link showed in another browser, once; sets the session cookie',
          tags,
          body: codeRequest,
          response: { 200: okSchema },
        },
      },
      async (request, reply) => {
        const session = await lockOut.attempt(strangerSource(knownBrowsers, request), isGuess, () =>
          links.confirmCode(request.body.code, loginNonce(request), browserOf(request)),
        )
        await welcome(sessions, request, reply, session)
        return { ok: true as const }
      },
    )

    app.post(
      '/auth/confirm',
      {
        config: { permission: 'public', rateLimit: RATE_LIMITS.confirm },
        schema: {
          summary: 'Use a sign-in link, once; sets the session cookie',
          tags,
          body: confirmRequest,
          response: { 200: okSchema },
        },
      },
      async (request, reply) => {
        const { token, email } = request.body
        const confirmation = { token, email, nonce: loginNonce(request) }
        const session = await lockOut.attempt(strangerSource(knownBrowsers, request), isGuess, () =>
          links.confirm(confirmation, browserOf(request)),
        )
        await welcome(sessions, request, reply, session)
        return { ok: true as const }
      },
    )
  }
}
