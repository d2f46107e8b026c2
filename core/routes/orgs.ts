/**
 * `orgs`, `orgs/:org/roles`, `access-presets`: organisations, and what one may be in them.
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { orgSchema, orgsResponse } from '../../shared/api/audit.js'
import { orgParams } from '../../shared/api/common.js'
import {
  orgCreateRequest,
  orgUpdateRequest,
  presetsResponse,
  rolesResponse,
} from '../../shared/api/members.js'
import { callerOf, orgCallerOf } from '../http/caller.js'
import { permissionsIn } from '../http/guard.js'
import { RATE_LIMITS } from '../http/rate-limits.js'
import type { Orgs } from '../identity/orgs.js'
import { listPresets, listRoles } from '../identity/presets.js'
import { personOf } from './auth.js'

const tags = ['organisations']

export function orgRoutes(orgs: Orgs): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/orgs',
      {
        config: { permission: 'view_stations' },
        schema: {
          summary: 'Your organisations; all of them for the director',
          tags,
          response: { 200: orgsResponse },
        },
      },
      async ({ actor }) => ({
        items: actor.kind === 'user' ? actor.memberships.map(({ org }) => org) : await orgs.all(),
      }),
    )

    app.post(
      '/orgs',
      {
        config: {
          permission: 'manage_global_settings',
          peopleOnly: true,
          idempotent: true,
          rateLimit: RATE_LIMITS.issue,
        },
        schema: {
          summary: 'Make an organisation; you become its owner',
          tags,
          body: orgCreateRequest,
          response: { 201: orgSchema },
        },
      },
      async (request, reply) =>
        reply.code(201).send(await orgs.create(personOf(request), request.body, callerOf(request))),
    )

    app.patch(
      '/orgs/:org',
      {
        config: { permission: 'manage_global_settings', peopleOnly: true },
        schema: {
          summary: 'Change the name of an organisation; its short name stands in topics and never changes',
          tags,
          params: orgParams,
          body: orgUpdateRequest,
          response: { 200: orgSchema },
        },
      },
      (request) => orgs.rename(orgCallerOf(request), request.body.name),
    )

    app.get(
      '/orgs/:org/roles',
      {
        config: { permission: 'manage_users' },
        schema: {
          summary: 'The roles, what each gives, and which of them you may give',
          tags,
          params: orgParams,
          response: { 200: rolesResponse },
        },
      },
      async ({ actor, org }) => ({ items: listRoles(permissionsIn(actor, org.slug)) }),
    )

    app.get(
      '/access-presets',
      {
        config: { permission: 'manage_users' },
        schema: {
          summary: 'The access presets, each a role by another name',
          tags,
          response: { 200: presetsResponse },
        },
      },
      async () => ({ items: listPresets() }),
    )
  }
}
