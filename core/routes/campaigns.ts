/**
 * `orgs/:org/campaigns`: which satellites an organisation follows, from where, and how much it matters.
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import {
  campaignPreviewRequest,
  campaignPreviewResponse,
  campaignRequest,
  campaignSchema,
  campaignsResponse,
  campaignUpdateRequest,
} from '../../shared/api/campaigns.js'
import { okSchema, orgIdParams, orgParams, pageQuery } from '../../shared/api/common.js'
import { orgCallerOf } from '../http/caller.js'
import type { Planning } from '../planning/planning.js'

const tags = ['campaigns']
const ALL = '/orgs/:org/campaigns'
const ONE = '/orgs/:org/campaigns/:id'
/** 500 satellites and 1000 stations. */
const BODY_BYTES = 128 * 1024

export function campaignRoutes({
  campaigns,
  previews,
}: Pick<Planning, 'campaigns' | 'previews'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      ALL,
      {
        config: { permission: 'view_passes' },
        schema: {
          summary: 'The campaigns of an organisation',
          tags,
          params: orgParams,
          querystring: pageQuery,
          response: { 200: campaignsResponse },
        },
      },
      (request) => campaigns.list(request.org.id, request.query),
    )

    app.post(
      ALL,
      {
        bodyLimit: BODY_BYTES,
        config: { permission: 'manage_passes', idempotent: true },
        schema: {
          summary: 'Begin a campaign',
          tags,
          params: orgParams,
          body: campaignRequest,
          response: { 201: campaignSchema },
        },
      },
      async (request, reply) =>
        reply.code(201).send(await campaigns.create(orgCallerOf(request), request.body)),
    )

    app.post(
      `${ALL}/preview`,
      {
        bodyLimit: BODY_BYTES,
        config: { permission: 'manage_passes' },
        schema: {
          summary: 'What a campaign would find in the next 24 hours; nothing is saved',
          tags,
          params: orgParams,
          body: campaignPreviewRequest,
          response: { 200: campaignPreviewResponse },
        },
      },
      (request) => previews.preview(request.org.id, request.body),
    )

    app.get(
      ONE,
      {
        config: { permission: 'view_passes' },
        schema: { summary: 'One campaign', tags, params: orgIdParams, response: { 200: campaignSchema } },
      },
      (request) => campaigns.get(request.org.id, request.params.id),
    )

    app.patch(
      ONE,
      {
        bodyLimit: BODY_BYTES,
        config: { permission: 'manage_passes' },
        schema: {
          summary: 'Change a campaign',
          tags,
          params: orgIdParams,
          body: campaignUpdateRequest,
          response: { 200: campaignSchema },
        },
      },
      (request) => campaigns.update(orgCallerOf(request), request.params.id, request.body),
    )

    app.delete(
      ONE,
      {
        config: { permission: 'manage_passes' },
        schema: {
          summary: 'End a campaign; its coming contacts are called off by the next schedule',
          tags,
          params: orgIdParams,
          response: { 200: okSchema },
        },
      },
      async (request) => {
        await campaigns.remove(orgCallerOf(request), request.params.id)
        return { ok: true as const }
      },
    )
  }
}
