/**
 * The routes of planning.
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Planning } from '../planning/planning.js'
import { campaignRoutes } from './campaigns.js'
import { contactRoutes } from './contacts.js'
import { elementRoutes } from './elements.js'
import { exportRoutes } from './exports.js'
import { maintenanceRoutes } from './maintenance.js'
import { passRoutes } from './passes.js'
import { planRoutes } from './plans.js'
import { satelliteRoutes } from './satellites.js'
import { scheduleRoutes } from './schedule.js'

export const planningRoutes = (planning: Planning): FastifyPluginAsyncZod[] => [
  elementRoutes(planning),
  satelliteRoutes(planning),
  campaignRoutes(planning),
  maintenanceRoutes(planning),
  passRoutes(planning),
  contactRoutes(planning),
  scheduleRoutes(planning),
  planRoutes(planning),
  exportRoutes(planning),
]
