/**
 * `orgs/:org/invites`, where people are invited, and `auth/invites`, where the invited answer.
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { emptyBody, idParams, okSchema, orgIdParams, orgParams } from '../../shared/api/common.js'
import {
  inviteRequest,
  inviteSchema,
  invitesQuery,
  invitesResponse,
  ownInvitesResponse,
} from '../../shared/api/members.js'
import { callerOf, orgCallerOf } from '../http/caller.js'
import { RATE_LIMITS } from '../http/rate-limits.js'
import type { OwnInvites } from '../identity/invited.js'
import type { Invites } from '../identity/invites.js'
import { personOf, sessionOf } from './auth.js'

const tags = ['invites']
const MANY = '/orgs/:org/invites'

interface Services {
  readonly invites: Invites
  readonly ownInvites: OwnInvites
}

export function inviteRoutes({ invites, ownInvites }: Services): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      MANY,
      {
        config: { permission: 'manage_users' },
        schema: {
          summary: 'Invites, the newest first',
          tags,
          params: orgParams,
          querystring: invitesQuery,
          response: { 200: invitesResponse },
        },
      },
      (request) => invites.list(request.org, request.query),
    )

    app.post(
      MANY,
      {
        config: {
          permission: 'manage_users',
          stepUp: true,
          idempotent: true,
          rateLimit: RATE_LIMITS.issue,
        },
        schema: {
          summary: 'Invite an address by mail, for a week, with a role that you could give',
          tags,
          params: orgParams,
          body: inviteRequest,
          response: { 201: inviteSchema },
        },
      },
      async (request, reply) =>
        reply.code(201).send(await invites.create(orgCallerOf(request), request.body)),
    )

    app.post(
      `${MANY}/:id/resend`,
      {
        config: { permission: 'manage_users', stepUp: true, rateLimit: RATE_LIMITS.issue },
        schema: {
          summary: 'Send the mail of an invite again and give it another week',
          tags,
          params: orgIdParams,
          body: emptyBody,
          response: { 200: inviteSchema },
        },
      },
      (request) => invites.resend(orgCallerOf(request), request.params.id),
    )

    app.delete(
      `${MANY}/:id`,
      {
        config: { permission: 'manage_users' },
        schema: {
          summary: 'Take an open invite back',
          tags,
          params: orgIdParams,
          response: { 200: inviteSchema },
        },
      },
      (request) => invites.revoke(orgCallerOf(request), request.params.id),
    )

    app.get(
      '/auth/invites',
      {
        config: { permission: 'session' },
        schema: { summary: 'Open invites to your address', tags, response: { 200: ownInvitesResponse } },
      },
      async (request) => ({ items: await ownInvites.list(personOf(request)) }),
    )

    app.post(
      '/auth/invites/:id/accept',
      {
        config: { permission: 'session' },
        schema: {
          summary: 'Become a member of the organisation that invites you',
          tags,
          params: idParams,
          body: emptyBody,
          response: { 200: okSchema },
        },
      },
      async (request) => {
        await ownInvites.accept(sessionOf(request), request.params.id, callerOf(request))
        return { ok: true as const }
      },
    )

    app.post(
      '/auth/invites/:id/decline',
      {
        config: { permission: 'session' },
        schema: {
          summary: 'Decline an invite',
          tags,
          params: idParams,
          body: emptyBody,
          response: { 200: okSchema },
        },
      },
      async (request) => {
        await ownInvites.decline(sessionOf(request), request.params.id, callerOf(request))
        return { ok: true as const }
      },
    )
  }
}
