/**
 * `elements/...`: import of element sets, and the sources from which the director fetches them.
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { emptyBody, idParams, okSchema } from '../../shared/api/common.js'
import { elementsImportRequest, elementsImportResponse } from '../../shared/api/elements.js'
import {
  elementSourceRequest,
  elementSourceSchema,
  elementSourcesResponse,
  sourceClaimRequest,
  sourceClaimResponse,
  sourceLookedRequest,
} from '../../shared/api/sources.js'
import { callerOf } from '../http/caller.js'
import type { Planning } from '../planning/planning.js'

const tags = ['elements']
const SOURCES = '/elements/sources'
/** The text has at most 4,000,000 characters (its schema says so); OMM inside JSON doubles its quotation marks. */
const IMPORT_BYTES = 8 * 1024 * 1024

export function elementRoutes({
  elements,
  sources,
}: Pick<Planning, 'elements' | 'sources'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/elements/import',
      {
        bodyLimit: IMPORT_BYTES,
        config: { permission: 'manage_global_settings' },
        schema: {
          summary: 'Import element sets: OMM (JSON, XML, CSV, KVN), TLE or 3LE',
          tags,
          body: elementsImportRequest,
          response: { 200: elementsImportResponse },
        },
      },
      (request) => elements.import(callerOf(request), request.body),
    )

    app.get(
      SOURCES,
      {
        config: { permission: 'manage_global_settings' },
        schema: { summary: 'The element sources', tags, response: { 200: elementSourcesResponse } },
      },
      async () => ({ items: await sources.list() }),
    )

    app.post(
      SOURCES,
      {
        config: { permission: 'manage_global_settings', idempotent: true },
        schema: {
          summary: 'Add a source that the director fetches',
          tags,
          body: elementSourceRequest,
          response: { 201: elementSourceSchema },
        },
      },
      async (request, reply) => reply.code(201).send(await sources.create(callerOf(request), request.body)),
    )

    app.delete(
      `${SOURCES}/:id`,
      {
        config: { permission: 'manage_global_settings' },
        schema: {
          summary: 'Remove a source; what came from it stays',
          tags,
          params: idParams,
          response: { 200: okSchema },
        },
      },
      async (request) => {
        await sources.remove(callerOf(request), request.params.id)
        return { ok: true as const }
      },
    )

    app.post(
      `${SOURCES}/:id/check`,
      {
        config: { permission: 'manage_global_settings' },
        schema: {
          summary: 'Look at a source as soon as it may be asked; the answer says when',
          tags,
          params: idParams,
          body: emptyBody,
          response: { 200: elementSourceSchema },
        },
      },
      (request) => sources.check(callerOf(request), request.params.id),
    )

    app.post(
      `${SOURCES}/:id/claim`,
      {
        config: { permission: 'manage_global_settings', serviceOnly: true },
        schema: {
          summary: 'A director wants to ask the address of a source; one may, the others are told when',
          tags,
          params: idParams,
          body: sourceClaimRequest,
          response: { 200: sourceClaimResponse },
        },
      },
      (request) => sources.claim(request.params.id, request.body.url),
    )

    app.post(
      `${SOURCES}/:id/looked`,
      {
        config: { permission: 'manage_global_settings', serviceOnly: true },
        schema: {
          summary: 'The director reports what its look at a source brought',
          tags,
          params: idParams,
          body: sourceLookedRequest,
          response: { 200: okSchema },
        },
      },
      async (request) => {
        await sources.looked(request.params.id, request.body)
        return { ok: true as const }
      },
    )
  }
}
