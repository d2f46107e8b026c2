/**
 * `satellites`: what is known of them: elements and their age, transmitters, what became of them.
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { okSchema } from '../../shared/api/common.js'
import {
  elementHistoryResponse,
  satelliteParams,
  satelliteSchema,
  satellitesQuery,
  satellitesResponse,
} from '../../shared/api/elements.js'
import {
  catalogueReplaceRequest,
  replacedResponse,
  transmitterParams,
  transmitterRequest,
  transmitterSchema,
  transmittersReplaceRequest,
  transmittersResponse,
} from '../../shared/api/transmitters.js'
import { callerOf } from '../http/caller.js'
import type { Planning } from '../planning/planning.js'

const tags = ['elements']

/** The whole of SatNOGS DB is a quarter of this. */
const REPLACE_BYTES = 8 * 1024 * 1024

export function satelliteRoutes({
  satellites,
  history,
  transmitters,
  catalogue,
}: Pick<Planning, 'satellites' | 'history' | 'transmitters' | 'catalogue'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/satellites',
      {
        config: { permission: 'view_passes' },
        schema: {
          summary: 'Satellites by name; search by name or catalogue number',
          tags,
          querystring: satellitesQuery,
          response: { 200: satellitesResponse },
        },
      },
      (request) => satellites.list(request.query),
    )

    app.get(
      '/satellites/:id',
      {
        config: { permission: 'view_passes' },
        schema: {
          summary: 'One satellite with its newest elements',
          tags,
          params: satelliteParams,
          response: { 200: satelliteSchema },
        },
      },
      (request) => satellites.get(request.params.id),
    )

    app.get(
      '/satellites/:id/elements',
      {
        config: { permission: 'view_passes' },
        schema: {
          summary: 'The element sets that are kept of a satellite, and how far each moved it',
          tags,
          params: satelliteParams,
          response: { 200: elementHistoryResponse },
        },
      },
      async (request) => ({ items: await history.of(request.params.id) }),
    )

    app.get(
      '/satellites/:id/transmitters',
      {
        config: { permission: 'view_passes' },
        schema: {
          summary: 'What a satellite sends and hears on, and what became of it',
          tags,
          params: satelliteParams,
          response: { 200: transmittersResponse },
        },
      },
      async (request) => ({
        catalogue: await catalogue.of(request.params.id),
        items: await transmitters.of(request.params.id),
      }),
    )

    app.post(
      '/satellites/:id/transmitters',
      {
        config: { permission: 'manage_global_settings', idempotent: true },
        schema: {
          summary: 'Add a transmitter by hand',
          tags,
          params: satelliteParams,
          body: transmitterRequest,
          response: { 201: transmitterSchema },
        },
      },
      async (request, reply) =>
        reply.code(201).send(await transmitters.add(callerOf(request), request.params.id, request.body)),
    )

    app.delete(
      '/satellites/:id/transmitters/:transmitterId',
      {
        config: { permission: 'manage_global_settings' },
        schema: {
          summary: 'Take back a transmitter that was added by hand',
          tags,
          params: transmitterParams,
          response: { 200: okSchema },
        },
      },
      async (request) => {
        const { id, transmitterId } = request.params
        await transmitters.remove(callerOf(request), id, transmitterId)
        return { ok: true as const }
      },
    )

    app.put(
      '/transmitters',
      {
        bodyLimit: REPLACE_BYTES,
        config: { permission: 'manage_global_settings', serviceOnly: true },
        schema: {
          summary: 'All transmitters that a source has',
          tags,
          body: transmittersReplaceRequest,
          response: { 200: replacedResponse },
        },
      },
      (request) => transmitters.replace(callerOf(request), request.body),
    )

    app.put(
      '/catalogue',
      {
        bodyLimit: REPLACE_BYTES,
        config: { permission: 'manage_global_settings', serviceOnly: true },
        schema: {
          summary: 'What a source says became of satellites',
          tags,
          body: catalogueReplaceRequest,
          response: { 200: replacedResponse },
        },
      },
      (request) => catalogue.replace(callerOf(request), request.body),
    )
  }
}
