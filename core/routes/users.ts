/**
 * `users`: the account of a person, across organisations. Who may is decided by authority.ts, since no path names an
 * organisation here.
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { emptyBody, idParams, okSchema } from '../../shared/api/common.js'
import { accountSchema, applyPresetRequest, memberSchema } from '../../shared/api/members.js'
import { ACCESS_PRESETS } from '../../shared/permissions.js'
import { callerOf } from '../http/caller.js'
import { namedOrg } from '../http/guard.js'
import type { Accounts } from '../identity/accounts.js'
import type { Members } from '../identity/member-changes.js'

const tags = ['members']

interface Services {
  readonly accounts: Accounts
  readonly members: Members
}

export function userRoutes({ accounts, members }: Services): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/users/:id/disable',
      {
        config: { permission: 'manage_users', stepUp: true },
        schema: {
          summary: 'Take every right of a person at once: sessions, tokens, command lines, live connections',
          tags,
          params: idParams,
          body: emptyBody,
          response: { 200: accountSchema },
        },
      },
      (request) => accounts.disable(callerOf(request), request.params.id),
    )

    app.post(
      '/users/:id/enable',
      {
        config: { permission: 'manage_users', stepUp: true },
        schema: {
          summary: 'Let a disabled person sign in again; nothing that ended comes back',
          tags,
          params: idParams,
          body: emptyBody,
          response: { 200: accountSchema },
        },
      },
      (request) => accounts.enable(callerOf(request), request.params.id),
    )

    app.delete(
      '/users/:id',
      {
        config: { permission: 'manage_users', stepUp: true },
        schema: {
          summary: 'Delete a person for ever; the audit trail keeps what they did',
          tags,
          params: idParams,
          response: { 200: okSchema },
        },
      },
      async (request) => {
        await accounts.delete(callerOf(request), request.params.id)
        return { ok: true as const }
      },
    )

    app.post(
      '/users/:id/apply-preset',
      {
        config: { permission: 'manage_users', stepUp: true },
        schema: {
          summary: 'Give a member the role of an access preset, in the organisation that the body names',
          tags,
          params: idParams,
          body: applyPresetRequest,
          response: { 200: memberSchema },
        },
      },
      async (request) => {
        const { org: slug, preset } = request.body
        const caller = { ...callerOf(request), org: namedOrg(request.actor, slug, 'manage_users') }
        await members.setRole(caller, request.params.id, ACCESS_PRESETS[preset])
        return await members.get(caller, request.params.id)
      },
    )
  }
}
