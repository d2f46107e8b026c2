/**
 * `orgs/:org/schedule`: the director's wish, and what it published last.
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { okSchema, orgIdParams, orgParams, pageQuery } from '../../shared/api/common.js'
import {
  forbiddenRequest,
  forbiddenResponse,
  forbiddenSchema,
  scheduleQuery,
  scheduleRequest,
  scheduleResponse,
  scheduleResult,
} from '../../shared/api/schedule.js'
import { orgCallerOf } from '../http/caller.js'
import type { Planning } from '../planning/planning.js'

const tags = ['schedule']
const PATH = '/orgs/:org/schedule'
const FORBIDDEN = `${PATH}/forbidden`
/** 25,000 contacts and 5000 refusals with all that beat them. */
const BODY_BYTES = 32 * 1024 * 1024

export function scheduleRoutes({
  schedules,
  forbidden,
}: Pick<Planning, 'schedules' | 'forbidden'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      PATH,
      {
        config: { permission: 'view_passes' },
        schema: {
          summary: 'The last schedule: its value, and what was refused and why, the most valuable first',
          tags,
          params: orgParams,
          querystring: scheduleQuery,
          response: { 200: scheduleResponse },
        },
      },
      (request) => schedules.published(request.org.id, request.query),
    )

    app.put(
      PATH,
      {
        bodyLimit: BODY_BYTES,
        config: { permission: 'trigger_passes', serviceOnly: true },
        schema: {
          summary: 'Book what the director wants, and nothing else that has not begun',
          tags,
          params: orgParams,
          body: scheduleRequest,
          response: { 200: scheduleResult },
        },
      },
      (request) => schedules.apply(orgCallerOf(request), request.body),
    )

    app.get(
      FORBIDDEN,
      {
        config: { permission: 'view_passes' },
        schema: {
          summary: 'What is not to be followed, from where and when, as long as that is not over',
          tags,
          params: orgParams,
          querystring: pageQuery,
          response: { 200: forbiddenResponse },
        },
      },
      (request) => forbidden.list(request.org.id, request.query),
    )

    app.post(
      FORBIDDEN,
      {
        config: { permission: 'manage_passes', idempotent: true },
        schema: {
          summary: 'Forbid a satellite at a station for a time; the next schedule calls off what is booked',
          tags,
          params: orgParams,
          body: forbiddenRequest,
          response: { 201: forbiddenSchema },
        },
      },
      async (request, reply) => reply.code(201).send(await forbidden.add(orgCallerOf(request), request.body)),
    )

    app.delete(
      `${FORBIDDEN}/:id`,
      {
        config: { permission: 'manage_passes' },
        schema: {
          summary: 'Allow again what was forbidden',
          tags,
          params: orgIdParams,
          response: { 200: okSchema },
        },
      },
      async (request) => {
        await forbidden.remove(orgCallerOf(request), request.params.id)
        return { ok: true as const }
      },
    )
  }
}
