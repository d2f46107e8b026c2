/**
 * `orgs/:org/contacts/:id/plan` and `/withdrawal`: what core signs for an agent, at the director's request.
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { emptyBody, orgIdParams } from '../../shared/api/common.js'
import { planRequest, planResponse, withdrawalResponse } from '../../shared/api/schedule.js'
import { orgCallerOf } from '../http/caller.js'
import type { Planning } from '../planning/planning.js'

const tags = ['plans']
const ONE = '/orgs/:org/contacts/:id'
/** 5000 samples of three numbers, as long as JSON writes them. */
const PLAN_BODY_BYTES = 512 * 1024

export function planRoutes({ plans }: Pick<Planning, 'plans'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      `${ONE}/plan`,
      {
        bodyLimit: PLAN_BODY_BYTES,
        config: { permission: 'trigger_passes', serviceOnly: true },
        schema: {
          summary: 'Check, sign and keep the plan of a contact',
          tags,
          params: orgIdParams,
          body: planRequest,
          response: { 200: planResponse },
        },
      },
      (request) => plans.sign(orgCallerOf(request), request.params.id, request.body),
    )

    app.get(
      `${ONE}/plan`,
      {
        config: { permission: 'trigger_passes' },
        schema: {
          summary: 'The newest signed plan of a contact, to be sent again',
          tags,
          params: orgIdParams,
          response: { 200: planResponse },
        },
      },
      (request) => plans.newest(request.org.id, request.params.id),
    )

    app.post(
      `${ONE}/withdrawal`,
      {
        config: { permission: 'trigger_passes', serviceOnly: true },
        schema: {
          summary: 'A signed order to forget the plan of a contact that is over or called off',
          tags,
          params: orgIdParams,
          body: emptyBody,
          response: { 200: withdrawalResponse },
        },
      },
      (request) => plans.withdraw(orgCallerOf(request), request.params.id),
    )
  }
}
