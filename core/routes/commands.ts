/**
 * `orgs/:org/stations/:id/commands`, `orgs/:org/stations/:id/control` and `orgs/:org/commands`.
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { orgIdParams, orgParams } from '../../shared/api/common.js'
import { controlRequest } from '../../shared/api/control.js'
import { commandSchemaOut, commandsQuery, commandsResponse, stationSchema } from '../../shared/api/fleet.js'
import { commandRequestSchema } from '../../shared/signed.js'
import type { Fleet } from '../fleet/fleet.js'
import { orgCallerOf } from '../http/caller.js'

const tags = ['commands']

export function commandRoutes({
  commands,
  controls,
}: Pick<Fleet, 'commands' | 'controls'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/orgs/:org/stations/:id/commands',
      {
        // The least that any operation needs is marked here; the service asks for `configure_hardware` besides where
        // the operation guards metal rather than moves it (R3).
        config: { permission: 'command_stations' },
        schema: {
          summary: 'Send a command to a station and wait for its answer',
          description:
            'Needs command_stations; the operations limits and release need configure_hardware besides, and of a ' +
            'session that it has proved itself within five minutes (403 step_up_required). ' +
            'Answers when the station has accepted (200) or refused (422 command_refused, whose detail begins with ' +
            'the code of the agent), or after 10 s (504 ack_timeout). Who moves or parks an antenna has control of it from then on; while it is ' +
            "another person's, that is refused (409 station_controlled). A stop is never refused for that.",
          tags,
          params: orgIdParams,
          body: commandRequestSchema,
          response: { 200: commandSchemaOut },
        },
      },
      (request) => commands.send(orgCallerOf(request), request.params.id, request.body),
    )

    app.post(
      '/orgs/:org/stations/:id/control',
      {
        config: { permission: 'command_stations' },
        schema: {
          summary: 'Take control of a station by hand for five minutes; all who look at it see that',
          tags,
          params: orgIdParams,
          body: controlRequest,
          response: { 200: stationSchema },
        },
      },
      (request) => controls.take(orgCallerOf(request), request.params.id, request.body.takeOver),
    )

    app.delete(
      '/orgs/:org/stations/:id/control',
      {
        config: { permission: 'command_stations' },
        schema: {
          summary: 'Give the own control of a station back',
          tags,
          params: orgIdParams,
          response: { 200: stationSchema },
        },
      },
      (request) => controls.give(orgCallerOf(request), request.params.id),
    )

    app.get(
      '/orgs/:org/commands',
      {
        config: { permission: 'view_stations' },
        schema: {
          summary: 'Commands, the newest first',
          tags,
          params: orgParams,
          querystring: commandsQuery,
          response: { 200: commandsResponse },
        },
      },
      (request) => commands.list(request.org, request.query),
    )
  }
}
