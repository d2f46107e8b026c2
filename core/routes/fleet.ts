/** The addresses of the fleet. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Fleet } from '../fleet/fleet.js'
import { certificateRoutes } from './certificates.js'
import { commandRoutes } from './commands.js'
import { enrollmentRoutes } from './enrollment.js'
import { ownStationRoutes } from './own-station.js'
import { stationRoutes } from './stations.js'

export const fleetRoutes = (fleet: Fleet): FastifyPluginAsyncZod[] => [
  stationRoutes(fleet),
  enrollmentRoutes(fleet),
  commandRoutes(fleet),
  ownStationRoutes(fleet),
  certificateRoutes(fleet),
]
