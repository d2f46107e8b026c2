/**
 * The routes of organisations, their members and invites.
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Identity } from '../identity/identity.js'
import { inviteRoutes } from './invites.js'
import { memberRoutes } from './members.js'
import { orgRoutes } from './orgs.js'
import { userRoutes } from './users.js'

export const peopleRoutes = ({
  people,
  sessions,
}: Pick<Identity, 'people' | 'sessions'>): FastifyPluginAsyncZod[] => [
  orgRoutes(people.orgs),
  memberRoutes({ ...people, sessions }),
  userRoutes(people),
  inviteRoutes(people),
]
