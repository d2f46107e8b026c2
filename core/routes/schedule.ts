/**
 * `orgs/:org/schedule`: the director's wish, and what it published last.
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { orgParams } from '../../shared/api/common.js'
import {
  scheduleQuery,
  scheduleRequest,
  scheduleResponse,
  scheduleResult,
} from '../../shared/api/schedule.js'
import { orgCallerOf } from '../http/caller.js'
import type { Planning } from '../planning/planning.js'

const tags = ['schedule']
const PATH = '/orgs/:org/schedule'
/** 25,000 contacts and 5000 refusals with all that beat them. */
const BODY_BYTES = 32 * 1024 * 1024

export function scheduleRoutes({ schedules }: Pick<Planning, 'schedules'>): FastifyPluginAsyncZod {
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
  }
}
