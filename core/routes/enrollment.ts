/**
 * `orgs/:org/enrollment-tokens`, and `enroll`, where agents join.
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { idParams, orgIdParams, orgParams } from '../../shared/api/common.js'
import {
  enrollmentSettingsResponse,
  enrollmentTokenCreated,
  enrollmentTokenRequest,
  enrollmentTokenSchema,
  enrollmentTokensQuery,
  enrollmentTokensResponse,
  enrollPollResponseSchema,
  enrollRequestSchema,
  enrollResponseSchema,
  rosterRequest,
  rosterResponse,
} from '../../shared/api/fleet.js'
import type { Fleet } from '../fleet/fleet.js'
import { callerOf, orgCallerOf } from '../http/caller.js'
import { RATE_LIMITS } from '../http/rate-limits.js'

const tags = ['enrollment']
const TOKENS = '/orgs/:org/enrollment-tokens'
const SETTINGS = '/orgs/:org/enrollment-settings'
/** 500 lines with room to spare. */
const ROSTER_BYTES = 256 * 1024

/** The secret in `Authorization: Bearer ...`; empty, which fits no secret, when there is none. */
const bearerOf = (header: string | undefined): string =>
  /^Bearer ([\w-]{1,100})$/i.exec(header ?? '')?.[1] ?? ''

export function enrollmentRoutes({
  tokens,
  rosters,
  enrollment,
}: Pick<Fleet, 'tokens' | 'rosters' | 'enrollment'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      TOKENS,
      {
        config: { permission: 'manage_enrollment_tokens' },
        schema: {
          summary: 'Enrollment tokens; never their secrets',
          tags,
          params: orgParams,
          querystring: enrollmentTokensQuery,
          response: { 200: enrollmentTokensResponse },
        },
      },
      (request) => tokens.list(request.org, request.query),
    )

    app.post(
      TOKENS,
      {
        // Not idempotent: the answer holds a secret, which is shown once and stored nowhere (E4).
        config: { permission: 'manage_enrollment_tokens', rateLimit: RATE_LIMITS.issue },
        schema: {
          summary: 'Issue an enrollment token; its secret is in this answer only',
          tags,
          params: orgParams,
          body: enrollmentTokenRequest,
          response: { 201: enrollmentTokenCreated },
        },
      },
      async (request, reply) => {
        const created = await tokens.issue(orgCallerOf(request), request.body)
        return reply.code(201).header('cache-control', 'no-store').send(created)
      },
    )

    app.post(
      `${TOKENS}/bulk`,
      {
        bodyLimit: ROSTER_BYTES,
        // Not idempotent, as above. Making stations needs update_stations, too.
        config: { permission: 'manage_enrollment_tokens', rateLimit: RATE_LIMITS.roster },
        schema: {
          summary: 'Make stations and their enrollment tokens from a roster (CSV), all of them or none',
          tags,
          params: orgParams,
          body: rosterRequest,
          response: { 200: rosterResponse, 201: rosterResponse },
        },
      },
      async (request, reply) => {
        const made = await rosters.issue(orgCallerOf(request), request.body)
        return reply
          .code(made.batchId === null ? 200 : 201)
          .header('cache-control', 'no-store')
          .send(made)
      },
    )

    app.get(
      SETTINGS,
      {
        config: { permission: 'manage_enrollment_tokens' },
        schema: {
          summary: 'What this server allows of an enrollment token',
          tags,
          params: orgParams,
          response: { 200: enrollmentSettingsResponse },
        },
      },
      async () => tokens.settings(),
    )

    app.get(
      `${TOKENS}/:id`,
      {
        config: { permission: 'manage_enrollment_tokens' },
        schema: {
          summary: 'The state of an enrollment token',
          tags,
          params: orgIdParams,
          response: { 200: enrollmentTokenSchema },
        },
      },
      (request) => tokens.get(request.org, request.params.id),
    )

    app.delete(
      `${TOKENS}/:id`,
      {
        config: { permission: 'manage_enrollment_tokens' },
        schema: {
          summary: 'Revoke an enrollment token that nobody has used',
          tags,
          params: orgIdParams,
          response: { 200: enrollmentTokenSchema },
        },
      },
      (request) => tokens.revoke(orgCallerOf(request), request.params.id),
    )

    app.post(
      '/enroll',
      {
        config: { permission: 'public', rateLimit: RATE_LIMITS.enroll },
        schema: {
          summary: 'Redeem an enrollment token: an agent joins',
          tags,
          body: enrollRequestSchema,
          response: { 200: enrollResponseSchema },
        },
      },
      async (request, reply) => {
        const answer = await enrollment.redeem(request.body, callerOf(request))
        return reply.header('cache-control', 'no-store').send(answer)
      },
    )

    app.get(
      '/enroll/:id',
      {
        config: { permission: 'public', rateLimit: RATE_LIMITS.enrollPoll },
        schema: {
          summary: 'A waiting agent asks whether it has been approved; Bearer is its poll secret',
          tags,
          params: idParams,
          response: { 200: enrollPollResponseSchema },
        },
      },
      async (request, reply) => {
        const secret = bearerOf(request.headers.authorization)
        const answer = await enrollment.poll(request.params.id, secret, callerOf(request))
        return reply.header('cache-control', 'no-store').send(answer)
      },
    )
  }
}
