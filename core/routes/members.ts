/**
 * `orgs/:org/members`: who belongs to an organisation, as what, and where they are signed in.
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Session } from '../../prisma/generated/client.js'
import { okSchema, orgIdParams, orgParams } from '../../shared/api/common.js'
import {
  leaveRequest,
  type MemberSession,
  memberSchema,
  memberSessionParams,
  memberSessionsResponse,
  membersQuery,
  membersResponse,
  memberUpdateRequest,
} from '../../shared/api/members.js'
import { TalosError } from '../../shared/errors.js'
import { callerOf, type OrgCaller, orgCallerOf } from '../http/caller.js'
import { noSuchOrg } from '../http/guard.js'
import type { Accounts } from '../identity/accounts.js'
import type { Members } from '../identity/member-changes.js'
import type { Sessions } from '../identity/sessions.js'
import { sessionOf } from './auth.js'

const tags = ['members']
const ONE = '/orgs/:org/members/:id'

const toItem = (row: Session): MemberSession => ({
  ...{ id: row.id, address: row.address, userAgent: row.userAgent },
  // A16: the CHECK of the database holds the same list.
  method: row.authMethod as MemberSession['method'],
  createdAt: row.createdAt.toISOString(),
  lastSeenAt: row.lastSeenAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
})

interface Services {
  readonly members: Members
  readonly accounts: Accounts
  readonly sessions: Sessions
}

export function memberRoutes({ members, accounts, sessions }: Services): FastifyPluginAsyncZod {
  /** The id of a member whose account this caller may touch. @throws TalosError `not_found`, `forbidden` */
  async function reach(caller: OrgCaller, id: string): Promise<string> {
    await members.get(caller, id)
    return (await accounts.reach(caller, id)).id
  }

  return async (app) => {
    app.get(
      '/orgs/:org/members',
      {
        config: { permission: 'manage_users' },
        schema: {
          summary: 'The members of an organisation',
          tags,
          params: orgParams,
          querystring: membersQuery,
          response: { 200: membersResponse },
        },
      },
      (request) => members.list(orgCallerOf(request), request.query),
    )

    app.get(
      ONE,
      {
        config: { permission: 'manage_users' },
        schema: { summary: 'One member', tags, params: orgIdParams, response: { 200: memberSchema } },
      },
      (request) => members.get(orgCallerOf(request), request.params.id),
    )

    app.patch(
      ONE,
      {
        config: { permission: 'manage_users', stepUp: true },
        schema: {
          summary:
            'Give a member another role, or an end by date; nobody gives or takes what he lacks himself',
          tags,
          params: orgIdParams,
          body: memberUpdateRequest,
          response: { 200: memberSchema },
        },
      },
      async (request) => {
        const caller = orgCallerOf(request)
        const { id } = request.params
        const { role, expiresAt } = request.body
        // Who is none of this organisation does not exist in it, whatever else the caller manages.
        await members.get(caller, id)
        if (role !== undefined) await members.setRole(caller, id, role)
        if (expiresAt !== undefined)
          await accounts.setExpiry(caller, id, expiresAt === null ? null : new Date(expiresAt))
        return await members.get(caller, id)
      },
    )

    app.delete(
      ONE,
      {
        config: { permission: 'manage_users', stepUp: true },
        schema: {
          summary: 'End a membership, with what the person handed out here; the account stays',
          tags,
          params: orgIdParams,
          response: { 200: okSchema },
        },
      },
      async (request) => {
        await members.remove(orgCallerOf(request), request.params.id)
        return { ok: true as const }
      },
    )

    app.post(
      '/auth/leave',
      {
        config: { permission: 'session' },
        schema: {
          summary: 'Leave an organisation',
          tags,
          body: leaveRequest,
          response: { 200: okSchema },
        },
      },
      async (request) => {
        const person = sessionOf(request)
        const { org } = request.body
        const membership = person.memberships.find((m) => m.org.slug === org)
        if (membership === undefined) throw noSuchOrg(org)
        await members.leave(person, membership.org, callerOf(request))
        return { ok: true as const }
      },
    )

    app.get(
      `${ONE}/sessions`,
      {
        config: { permission: 'manage_users' },
        schema: {
          summary: 'Where a member is signed in; for whoever may touch the account',
          tags,
          params: orgIdParams,
          response: { 200: memberSessionsResponse },
        },
      },
      async (request) => {
        const id = await reach(orgCallerOf(request), request.params.id)
        const rows = await sessions.list(id)
        return { items: rows.map(toItem) }
      },
    )

    app.delete(
      `${ONE}/sessions/:session`,
      {
        config: { permission: 'manage_users', stepUp: true },
        schema: {
          summary: 'End a session of a member, with its live connections',
          tags,
          params: memberSessionParams,
          response: { 200: okSchema },
        },
      },
      async (request) => {
        const id = await reach(orgCallerOf(request), request.params.id)
        const { session } = request.params
        if (!(await sessions.end(id, session, 'session.end', orgCallerOf(request))))
          throw new TalosError('not_found', `There is no open session ${session}.`)
        return { ok: true as const }
      },
    )
  }
}
