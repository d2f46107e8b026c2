/**
 * The one gate in front of every route (R1): who asks, in which organisation, and whether the route's mark allows it.
 * @module
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { TalosError } from '../../shared/errors.js'
import { DIRECTOR_PERMISSIONS, type Permission } from '../../shared/permissions.js'
import { SLUG_PATTERN } from '../../shared/principal.js'
import type { Clock } from '../../shared/time.js'
import { type Actor, ANONYMOUS, isSession, type OrgRef, type SessionActor } from './actor.js'
import { bringsCookie } from './cookies.js'
import { type AllowedOrigins, checkOrigin, SAFE_METHODS } from './origin.js'
import type { RouteAccess } from './route.js'
import { requireStepUp } from './step-up.js'

const DIRECTOR: ReadonlySet<Permission> = new Set(DIRECTOR_PERMISSIONS)
const NOTHING: ReadonlySet<Permission> = new Set()

/** What an actor may do in one organisation. */
export function permissionsIn(actor: Actor, orgSlug: string): ReadonlySet<Permission> {
  if (actor.kind === 'user') return actor.permissionsIn(orgSlug)
  return actor.kind === 'service' ? DIRECTOR : NOTHING
}

/** What an actor may do in some organisation: for what all organisations share, such as satellites. */
function permissionsAnywhere(actor: Actor): ReadonlySet<Permission> {
  if (actor.kind === 'user') return new Set(actor.memberships.flatMap((m) => [...m.permissions]))
  return permissionsIn(actor, '')
}

export const needsBrowser = () =>
  new TalosError('forbidden', 'This needs a signed-in browser; a token or a key may not do it.')

export interface RouteMark {
  readonly permission: RouteAccess
  readonly serviceOnly?: boolean | undefined
  readonly peopleOnly?: boolean | undefined
}

/**
 * Throws unless the actor may call a route so marked. `org` is that of the path, already known to exist and to be
 * visible to the actor; undefined on routes without one.
 * @throws TalosError `not_signed_in` or `forbidden`
 */
export function authorize(mark: RouteMark, actor: Actor, org: OrgRef | undefined): void {
  const { permission } = mark
  if (permission === 'public') return
  if (actor.kind === 'anonymous')
    throw new TalosError('not_signed_in', 'This needs a session, an API token or a key.')
  if (permission === 'self') {
    if (actor.kind !== 'user') throw new TalosError('forbidden', 'This is for people only.')
    return
  }
  if (permission === 'session') {
    if (!isSession(actor)) throw needsBrowser()
    return
  }
  if (permission === 'service' || mark.serviceOnly === true) {
    if (actor.kind !== 'service') throw new TalosError('forbidden', 'This is for the director only.')
    if (permission === 'service') return
  }
  if (permission === 'station') {
    if (actor.kind !== 'station') throw new TalosError('forbidden', 'This is for stations only.')
    return
  }
  if (mark.peopleOnly === true && actor.kind !== 'user')
    throw new TalosError('forbidden', 'This is for people only.')
  const held = org === undefined ? permissionsAnywhere(actor) : permissionsIn(actor, org.slug)
  if (!held.has(permission)) throw new TalosError('forbidden', `This needs the permission ${permission}.`)
}

/**
 * The organisation that a body names, where no path does: as in a path, one that the actor cannot see does not exist.
 * @throws TalosError `not_found`, `forbidden`
 */
export function namedOrg(actor: Actor, slug: string, permission: Permission): OrgRef {
  const org =
    actor.kind === 'user'
      ? actor.memberships.find((membership) => membership.org.slug === slug)?.org
      : undefined
  if (org === undefined) throw noSuchOrg(slug)
  authorize({ permission }, actor, org)
  return org
}

export const noSuchOrg = (slug: string) =>
  new TalosError('not_found', `There is no organisation ${slug.slice(0, 40)} that you could see.`)

/** Swaps what a request carries for an actor. */
export interface Authenticator {
  /** The person behind the session has done something: it is not idle (A12). */
  acted(actor: SessionActor): Promise<unknown>
  /** @throws TalosError `not_signed_in` for a credential that is wrong; no credential is an anonymous actor */
  authenticate(request: FastifyRequest): Promise<Actor>
  /** The organisation of that slug if the actor may know of it, else null. */
  visibleOrg(actor: Actor, slug: string): Promise<OrgRef | null>
}

/** How long the body may take to come before its sender is asked anew who he is. */
const VERDICT_MS = 100

interface Passed {
  readonly actor: Actor
  readonly org: OrgRef | undefined
  /** Monotonic ms. */
  readonly at: number
}

/**
 * Puts the gate in front of every route that is declared from now on; one without a mark stops the start (R8, A42).
 * It runs before the body is read (R7) and after the rate limit, which must be registered before; and once more when the
 * body was long in coming.
 */
export function guardRoutes(
  app: FastifyInstance,
  authenticator: Authenticator,
  origins: AllowedOrigins,
  clock: Pick<Clock, 'now' | 'monotonic'>,
): void {
  const passed = new WeakMap<FastifyRequest, Passed>()
  app.decorateRequest('actor', {
    getter(this: FastifyRequest) {
      return passed.get(this)?.actor ?? ANONYMOUS
    },
  })
  app.decorateRequest('org', {
    getter(this: FastifyRequest) {
      const org = passed.get(this)?.org
      if (org === undefined) throw new Error(`${this.routeOptions.url} has no :org`)
      return org
    },
  })
  app.addHook('onRoute', (route) => {
    const { permission, serviceOnly, peopleOnly, stepUp, unattended } = route.config ?? {}
    if (permission === undefined)
      throw new Error(`${route.method} ${route.url} is not marked with a permission`)
    const mark = { permission, serviceOnly, peopleOnly }
    const gate = async (request: FastifyRequest): Promise<void> => {
      // A public route asks nobody who he is: a Bearer of its own, such as that of a polling agent, is none of ours.
      const actor = permission === 'public' ? ANONYMOUS : await authenticator.authenticate(request)
      // Signing in goes by cookies, too: that of a nonce.
      const byCookie = isSession(actor) || bringsCookie(request)
      checkOrigin({ method: request.method, origin: request.headers.origin, byCookie }, origins())
      const org = await orgOf(authenticator, actor, request)
      authorize(mark, actor, org)
      // A12: a console that only watches reads, and asks for tickets.
      if (isSession(actor) && !SAFE_METHODS.has(request.method) && unattended !== true)
        await authenticator.acted(actor)
      if (stepUp === true) requireStepUp(actor, clock.now())
      passed.set(request, { actor, org, at: clock.monotonic() })
    }
    // E19: whoever keeps a body back must not do with it what he may no longer.
    const gateAgain = async (request: FastifyRequest): Promise<void> => {
      const before = passed.get(request)?.at ?? Number.NEGATIVE_INFINITY
      if (permission !== 'public' && clock.monotonic() - before > VERDICT_MS) await gate(request)
    }
    route.onRequest = [...[route.onRequest ?? []].flat(), gate]
    route.preValidation = [gateAgain, ...[route.preValidation ?? []].flat()]
  })
}

/** An unknown organisation and one that the actor is no member of are the same 404: a stranger learns no names. */
async function orgOf(
  authenticator: Authenticator,
  actor: Actor,
  request: FastifyRequest,
): Promise<OrgRef | undefined> {
  const { org: slug } = (request.params ?? {}) as { readonly org?: string }
  if (slug === undefined) return undefined
  if (actor.kind === 'anonymous') authorize({ permission: 'self' }, actor, undefined)
  const org = SLUG_PATTERN.test(slug) ? await authenticator.visibleOrg(actor, slug) : null
  if (org !== null) return org
  throw noSuchOrg(slug)
}
