/**
 * `auth/*`: who is signed in, the sessions of a person, the ticket for MQTT.
 * @module
 */
import type { FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import {
  meResponse,
  mqttTicketRequest,
  mqttTicketResponse,
  sessionsEndedResponse,
  sessionsResponse,
} from '../../shared/api/auth.js'
import { emptyBody, idParams, okSchema } from '../../shared/api/common.js'
import { sessionEndsResponse } from '../../shared/api/sign-in.js'
import { TalosError } from '../../shared/errors.js'
import { iso } from '../../shared/time.js'
import { isSession, type SessionActor, type UserActor } from '../http/actor.js'
import { callerOf } from '../http/caller.js'
import { clearSession } from '../http/cookies.js'
import { needsBrowser } from '../http/guard.js'
import type { Identity } from '../identity/identity.js'
import { methodOf } from '../identity/sessions.js'

const tags = ['sessions']

/** The person of a route marked `self`. */
export function personOf({ actor }: FastifyRequest): UserActor {
  if (actor.kind !== 'user') throw new TalosError('not_signed_in', 'Sign in first.')
  return actor
}

/** The person of a route marked `session`. */
export function sessionOf({ actor }: FastifyRequest): SessionActor {
  if (!isSession(actor)) throw needsBrowser()
  return actor
}

export function authRoutes({
  sessions,
  tickets,
  tokens,
  commandLines,
}: Pick<Identity, 'sessions' | 'tickets' | 'tokens' | 'commandLines'>): FastifyPluginAsyncZod {
  return async (app) => {
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
          idleEndsAt: person.idleEndsAt === null ? null : iso(person.idleEndsAt),
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

    app.post(
      '/auth/active',
      {
        // Noted by the handler, which has to tell what follows from it.
        config: { permission: 'session', unattended: true },
        schema: {
          summary: 'The person is there: the session is not idle',
          description:
            'A session ends an hour after the last act of its person: any request that changes something, or this. ' +
            'Reading does not count, nor does asking for a ticket.',
          tags,
          body: emptyBody,
          response: { 200: sessionEndsResponse },
        },
      },
      async (request) => {
        const person = sessionOf(request)
        const idleEndsAt = await sessions.acted(person)
        return { sessionEndsAt: iso(person.sessionEndsAt), idleEndsAt: iso(idleEndsAt) }
      },
    )

    app.get(
      '/auth/sessions',
      {
        config: { permission: 'session' },
        schema: { summary: 'Your open sessions', tags, response: { 200: sessionsResponse } },
      },
      async (request) => {
        const person = personOf(request)
        const rows = await sessions.list(person.id)
        return {
          items: rows.map((row) => ({
            id: row.id,
            current: row.id === person.sessionId,
            method: methodOf(row)?.began ?? null,
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
        config: { permission: 'session' },
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

    app.delete(
      '/auth/sessions',
      {
        config: { permission: 'session' },
        schema: {
          summary: 'End all your sessions but this one',
          tags,
          response: { 200: sessionsEndedResponse },
        },
      },
      async (request) => {
        const person = sessionOf(request)
        return { ended: await sessions.endOthers(person.id, person.sessionId, callerOf(request)) }
      },
    )

    app.post(
      '/auth/mqtt-ticket',
      {
        config: { permission: 'session', unattended: true },
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
