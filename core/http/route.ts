/**
 * How a route says who may call it (R8), and what the guard leaves on the request.
 *
 * A routes file exports `export function stationRoutes(services): FastifyPluginAsyncZod`; each route has
 * `config: { permission }` and `schema: { summary, tags, params, querystring, body, response }`.
 * @module
 */
import type {} from 'fastify'
import type { Permission } from '../../shared/permissions.js'
import type { Actor, OrgRef } from './actor.js'

/**
 * - a permission: held in the organisation of `:org`; on a route without `:org`, held in any organisation
 * - `self`: any signed-in user; the handler touches only what is the user's own
 * - `session`: as `self`, but in a browser: for what shows, hands out or ends credentials. An API token must not be able
 *   to make itself stronger or longer-lived, nor a restricted one to see how its owner signs in (A20)
 * - `public`: anybody
 * - `service`: only `svc_director`
 * - `station`: only an approved station, with its own key
 */
export type RouteAccess = Permission | 'self' | 'session' | 'public' | 'service' | 'station'

declare module 'fastify' {
  interface FastifyContextConfig {
    permission?: RouteAccess
    /** With a permission: nobody but `svc_director`, who must hold it. */
    serviceOnly?: boolean
    /** With a permission: nobody but people, even where a program holds it. */
    peopleOnly?: boolean
    /** A12: a session must have proved itself within `STEP_UP_MS`. */
    stepUp?: boolean
    /** A page asks this by itself: it is no act of the person, and an idle session stays idle (A12). */
    unattended?: boolean
    /**
     * For programs that know a user name and a password, such as calendars: HTTP Basic (RFC 7617) with an API token as
     * the password, if the token may do nothing but what this route needs.
     */
    basicAuth?: boolean
    /** A creation: an `Idempotency-Key` header is honoured (design section 7). */
    idempotent?: boolean
  }
  interface FastifyRequest {
    actor: Actor
    /** Only on routes with `:org`; throws elsewhere. */
    org: OrgRef
  }
}
