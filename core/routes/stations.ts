/**
 * `orgs/:org/stations`: look, make beforehand, change, approve, reject, revoke, lock, replace the key.
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { emptyBody, orgIdParams, orgParams } from '../../shared/api/common.js'
import {
  positionResponse,
  stationCreateRequest,
  stationLockAnswer,
  stationRevokeRequest,
  stationSchema,
  stationsQuery,
  stationsResponse,
  stationUpdateRequest,
} from '../../shared/api/fleet.js'
import { stationLockRequest } from '../../shared/api/station-keys.js'
import type { Fleet } from '../fleet/fleet.js'
import { orgCallerOf } from '../http/caller.js'

const tags = ['stations']
const ONE = '/orgs/:org/stations/:id'

export function stationRoutes({
  stations,
  states,
  locks,
  rotation,
  presence,
}: Pick<Fleet, 'stations' | 'states' | 'locks' | 'rotation' | 'presence'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/orgs/:org/stations',
      {
        config: { permission: 'view_stations' },
        schema: {
          summary: 'The stations of an organisation',
          tags,
          params: orgParams,
          querystring: stationsQuery,
          response: { 200: stationsResponse },
        },
      },
      (request) => stations.list(request.org, request.query),
    )

    app.post(
      '/orgs/:org/stations',
      {
        config: { permission: 'update_stations', idempotent: true },
        schema: {
          summary: 'Make a station before its agent exists',
          tags,
          params: orgParams,
          body: stationCreateRequest,
          response: { 201: stationSchema },
        },
      },
      async (request, reply) => {
        const station = await stations.create(orgCallerOf(request), request.body)
        return reply.code(201).send(station)
      },
    )

    app.get(
      ONE,
      {
        config: { permission: 'view_stations' },
        schema: { summary: 'One station', tags, params: orgIdParams, response: { 200: stationSchema } },
      },
      (request) => stations.get(request.org, request.params.id),
    )

    app.patch(
      ONE,
      {
        config: { permission: 'update_stations' },
        schema: {
          summary: 'Change the name, site, mask or minimum elevation of a station',
          tags,
          params: orgIdParams,
          body: stationUpdateRequest,
          response: { 200: stationSchema },
        },
      },
      (request) => stations.update(orgCallerOf(request), request.params.id, request.body),
    )

    app.get(
      `${ONE}/position`,
      {
        // B27: a position is telemetry, whoever carries it.
        config: { permission: 'view_telemetry' },
        schema: {
          summary: 'The last position that the station reported, or null',
          tags,
          params: orgIdParams,
          response: { 200: positionResponse },
        },
      },
      async (request) => {
        const { id } = await stations.get(request.org, request.params.id)
        return presence.positionOf(id)
      },
    )

    app.post(
      `${ONE}/approve`,
      {
        config: { permission: 'approve_stations' },
        schema: {
          summary: 'Let a pending station in',
          tags,
          params: orgIdParams,
          body: emptyBody,
          response: { 200: stationSchema },
        },
      },
      (request) => states.approve(orgCallerOf(request), request.params.id),
    )

    app.post(
      `${ONE}/reject`,
      {
        config: { permission: 'reject_stations' },
        schema: {
          summary: 'Turn a pending station away for ever',
          tags,
          params: orgIdParams,
          body: emptyBody,
          response: { 200: stationSchema },
        },
      },
      (request) => states.reject(orgCallerOf(request), request.params.id),
    )

    app.post(
      `${ONE}/revoke`,
      {
        config: { permission: 'remove_stations', stepUp: true },
        schema: {
          summary: 'Revoke an approved station for ever, with its keys, tokens and contacts',
          tags,
          params: orgIdParams,
          body: stationRevokeRequest,
          response: { 200: stationSchema },
        },
      },
      (request) => states.revoke(orgCallerOf(request), request.params.id, request.body.name),
    )

    app.post(
      `${ONE}/lock`,
      {
        // Whoever may stop an antenna may keep it stopped.
        config: { permission: 'command_stations' },
        schema: {
          summary: 'Take a station out of use while somebody works on it; it keeps its identity',
          tags,
          params: orgIdParams,
          body: stationLockRequest,
          response: { 200: stationLockAnswer },
        },
      },
      (request) => locks.lock(orgCallerOf(request), request.params.id, request.body.reason),
    )

    app.post(
      `${ONE}/unlock`,
      {
        // Whose lock it is, or who has configure_hardware: asked where it is known whose it is.
        config: { permission: 'command_stations', stepUp: true },
        schema: {
          summary: 'Give a locked station back',
          tags,
          params: orgIdParams,
          body: emptyBody,
          response: { 200: stationSchema },
        },
      },
      (request) => locks.unlock(orgCallerOf(request), request.params.id),
    )

    app.post(
      `${ONE}/rotate-key`,
      {
        config: { permission: 'rotate_station_keys', stepUp: true },
        schema: {
          summary: 'Have the agent of a station replace its key, now or when it connects next',
          tags,
          params: orgIdParams,
          body: emptyBody,
          response: { 200: stationSchema },
        },
      },
      (request) => rotation.ask(orgCallerOf(request), request.params.id),
    )
  }
}
