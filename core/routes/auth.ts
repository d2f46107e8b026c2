/**
 * `auth/*`: signing in by link, the session, the ticket for MQTT.
 * @module
 */
import type { FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import {
  confirmRequest,
  linkKindResponse,
  linkTokenSchema,
  loginRequest,
  meResponse,
  mqttTicketRequest,
  mqttTicketResponse,
  sessionsResponse,
} from '../../shared/api/auth.js'
import { emptyBody, idParams, okSchema } from '../../shared/api/common.js'
import { TalosError } from '../../shared/errors.js'
import { iso } from '../../shared/time.js'
import { newToken } from '../crypto/secrets.js'
import type { UserActor } from '../http/actor.js'
import { browserOf } from '../http/browser.js'
import { callerOf } from '../http/caller.js'
import { clearSession, loginNonce, setLoginNonce } from '../http/cookies.js'
import { RATE_LIMITS } from '../http/rate-limits.js'
import type { Identity } from '../identity/identity.js'
import { LINK_MS } from '../identity/sign-in-links.js'
import { welcome } from './welcome.js'

const tags = ['sign-in']

/** The person of a route marked `self`. */
export function personOf({ actor }: FastifyRequest): UserActor {
  if (actor.kind !== 'user') throw new TalosError('not_signed_in', 'Sign in first.')
  return actor
}

/** For what hands out or ends credentials: an API token must not be able to make itself stronger or longer-lived. */
export function sessionOf(request: FastifyRequest): UserActor & { readonly sessionId: string } {
  const person = personOf(request)
  const { sessionId } = person
  if (sessionId === null)
    throw new TalosError('forbidden', 'This needs a signed-in browser; an API token may not do it.')
  return { ...person, sessionId }
}

export function authRoutes({
  links,
  sessions,
  tickets,
  tokens,
  commandLines,
  random,
}: Pick<
  Identity,
  'links' | 'sessions' | 'tickets' | 'tokens' | 'commandLines' | 'random'
>): FastifyPluginAsyncZod {
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
        const nonce = newToken(random)
        links.request(request.body.email, nonce)
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
          summary: 'What a sign-in link is for; consumes nothing',
          tags,
          body: z.strictObject({ token: linkTokenSchema }),
          response: { 200: linkKindResponse },
        },
      },
      (request) => links.look(request.body.token, loginNonce(request)),
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
        const session = await links.confirm(confirmation, browserOf(request))
        await welcome(sessions, request, reply, session)
        return { ok: true as const }
      },
    )

    app.post(
      '/auth/logout',
      {
        config: { permission: 'self' },
        schema: {
          summary: 'End the session, the command line or the API token with which this is asked',
          tags,
          body: emptyBody,
          response: { 200: okSchema },
        },
      },
      async (request, reply) => {
        const { id, sessionId, tokenId, commandLineId } = personOf(request)
        if (sessionId !== null) await sessions.end(id, sessionId, 'user.sign_out', callerOf(request))
        if (tokenId !== null) await tokens.revoke(id, tokenId, callerOf(request))
        if (commandLineId !== null) await commandLines.end(id, commandLineId, 'signed_out', callerOf(request))
        clearSession(reply)
        return { ok: true as const }
      },
    )

    app.get(
      '/auth/me',
      {
        config: { permission: 'self' },
        schema: { summary: 'Who is signed in, and what they may do', tags, response: { 200: meResponse } },
      },
      async (request) => {
        const person = personOf(request)
        return {
          id: person.id,
          email: person.email,
          name: person.name,
          sessionId: person.sessionId,
          sessionEndsAt: person.sessionEndsAt === null ? null : iso(person.sessionEndsAt),
          provenAt: person.proof === null ? null : iso(person.proof.at),
          hasPasskey: person.hasPasskey,
          memberships: person.memberships.map(({ org, role, permissions }) => ({
            org: org.slug,
            orgName: org.name,
            role,
            permissions: [...permissions],
          })),
        }
      },
    )

    app.get(
      '/auth/sessions',
      {
        config: { permission: 'self' },
        schema: { summary: 'Your open sessions', tags, response: { 200: sessionsResponse } },
      },
      async (request) => {
        const person = personOf(request)
        const rows = await sessions.list(person.id)
        return {
          items: rows.map((row) => ({
            id: row.id,
            current: row.id === person.sessionId,
            createdAt: row.createdAt.toISOString(),
            lastSeenAt: row.lastSeenAt.toISOString(),
            expiresAt: row.expiresAt.toISOString(),
            address: row.address,
            userAgent: row.userAgent,
          })),
        }
      },
    )

    app.delete(
      '/auth/sessions/:id',
      {
        config: { permission: 'self' },
        schema: { summary: 'End one of your sessions', tags, params: idParams, response: { 200: okSchema } },
      },
      async (request, reply) => {
        const person = sessionOf(request)
        const { id } = request.params
        if (!(await sessions.end(person.id, id, 'session.end', callerOf(request))))
          throw new TalosError('not_found', `You have no open session ${id}.`)
        if (id === person.sessionId) clearSession(reply)
        return { ok: true as const }
      },
    )

    app.post(
      '/auth/mqtt-ticket',
      {
        config: { permission: 'self' },
        schema: {
          summary: 'A ticket for one MQTT connection of this browser, within a minute',
          tags,
          body: mqttTicketRequest,
          response: { 200: mqttTicketResponse },
        },
      },
      async (request) => {
        const person = sessionOf(request)
        const { org } = request.body
        if (!person.memberships.some((membership) => membership.org.slug === org))
          throw new TalosError('not_found', `There is no organisation ${org} that you could see.`)
        // B27.
        if (!person.permissionsIn(org).has('view_telemetry'))
          throw new TalosError('forbidden', 'This needs the permission view_telemetry.')
        const n = await sessions.countTicket(person.sessionId)
        if (n === null) throw new TalosError('not_signed_in', 'The session has ended. Sign in again.')
        const { expiresAt, ...ticket } = await tickets.issue(person.id, person.sessionId, org, n)
        return { ...ticket, username: 'ticket' as const, path: '/mqtt' as const, expiresAt: iso(expiresAt) }
      },
    )
  }
}
