/**
 * `auth/pair/*`: signing in a browser by a phone that is signed in (A22 to A37).
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { okSchema } from '../../shared/api/common.js'
import {
  pairApproveRequest,
  pairCodeRequest,
  pairLookupResponse,
  pairStartRequest,
  pairStartResponse,
  pairWaitQuery,
  pairWaitResponse,
} from '../../shared/api/pairing.js'
import { TalosError } from '../../shared/errors.js'
import { SECOND } from '../../shared/time.js'
import type { Context } from '../context.js'
import { browserOf } from '../http/browser.js'
import { callerOf } from '../http/caller.js'
import { clearPairingSecret, pairingSecret, setPairingSecret } from '../http/cookies.js'
import { RATE_LIMITS } from '../http/rate-limits.js'
import { checkReturnTo } from '../http/return-to.js'
import type { Identity } from '../identity/identity.js'
import { PAIRING_MS } from '../identity/pairings.js'
import { sessionOf } from './auth.js'
import { welcome } from './welcome.js'

const tags = ['sign-in by phone']

export function pairingRoutes(
  { config, addresses }: Pick<Context, 'config' | 'addresses'>,
  { pairings, sessions, settings }: Pick<Identity, 'pairings' | 'sessions' | 'settings'>,
): FastifyPluginAsyncZod {
  /** A31: switched off, there is nothing here, also for who is in the middle of it. */
  const mustBeOn = async (): Promise<void> => {
    if (!(await settings.isPairingEnabled()))
      throw new TalosError('not_found', 'Signing in by phone is switched off here.')
  }
  return async (app) => {
    app.post(
      '/auth/pair/start',
      {
        config: { permission: 'public', rateLimit: RATE_LIMITS.pairStart },
        schema: {
          summary: 'Begin: a QR code for the phone, a number for the person, a cookie for this browser',
          tags,
          body: pairStartRequest,
          response: { 200: pairStartResponse },
        },
      },
      async (request, reply) => {
        await mustBeOn()
        const { org, returnTo } = request.body
        const target = checkReturnTo(returnTo, config.publicUrl)
        const { id, code, waitSecret, number } = await pairings.start(org ?? null, target, browserOf(request))
        setPairingSecret(reply, waitSecret, PAIRING_MS)
        return {
          pairingId: id,
          code,
          // A18, A45.
          qrUrl: `${addresses.publicUrl}/pair#${code}`,
          number,
          expiresIn: PAIRING_MS / SECOND,
        }
      },
    )

    app.get(
      '/auth/pair/wait',
      {
        config: { permission: 'public', rateLimit: RATE_LIMITS.pairWait },
        // A6: a HEAD must not use the pairing up.
        exposeHeadRoute: false,
        schema: {
          summary: 'Has the phone decided? 425 not yet, 200 once with the session cookie, 410 afterwards',
          tags,
          querystring: pairWaitQuery,
          response: { 200: pairWaitResponse },
        },
      },
      async (request, reply) => {
        await mustBeOn()
        const { pairing } = request.query
        const { session, returnTo } = await pairings.wait(
          pairing,
          pairingSecret(request) ?? '',
          browserOf(request),
        )
        await welcome(sessions, request, reply, session)
        clearPairingSecret(reply)
        return { ok: true as const, returnTo }
      },
    )

    app.post(
      '/auth/pair/lookup',
      {
        config: { permission: 'session', rateLimit: RATE_LIMITS.pairDecide },
        schema: {
          summary: 'Which browser shows this code, and the three numbers to choose from',
          tags,
          body: pairCodeRequest,
          response: { 200: pairLookupResponse },
        },
      },
      async (request) => {
        await mustBeOn()
        const { pairing, choices } = await pairings.look(request.body.code, sessionOf(request))
        return {
          address: pairing.address,
          userAgent: pairing.userAgent,
          requestedAt: pairing.createdAt.toISOString(),
          expiresAt: pairing.expiresAt.toISOString(),
          choices: [...choices],
        }
      },
    )

    app.post(
      '/auth/pair/approve',
      {
        config: { permission: 'session', stepUp: true, rateLimit: RATE_LIMITS.pairDecide },
        schema: {
          summary: 'Sign that browser in as you; a wrong number turns it away',
          tags,
          body: pairApproveRequest,
          response: { 200: okSchema },
        },
      },
      async (request) => {
        await mustBeOn()
        const { code, number } = request.body
        await pairings.approve(code, number, sessionOf(request), callerOf(request))
        return { ok: true as const }
      },
    )

    app.post(
      '/auth/pair/cancel',
      {
        config: { permission: 'session', rateLimit: RATE_LIMITS.pairDecide },
        schema: {
          summary: 'Turn that browser away; works also when signing in by phone has just been switched off',
          tags,
          body: pairCodeRequest,
          response: { 200: okSchema },
        },
      },
      async (request) => {
        await pairings.cancel(request.body.code, sessionOf(request), callerOf(request))
        return { ok: true as const }
      },
    )
  }
}
