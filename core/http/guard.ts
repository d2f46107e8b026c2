/**
 * The one gate in front of every route (R1): who asks, in which organisation, and whether the route's mark allows it.
 * @module
 */
import { TalosError } from '../../shared/errors.js'
import { DIRECTOR_PERMISSIONS, type Permission } from '../../shared/permissions.js'
import type { Actor, OrgRef } from './actor.js'
import type { RouteAccess } from './route.js'

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

export interface RouteMark {
  readonly permission: RouteAccess
  readonly serviceOnly?: boolean
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
  if (permission === 'service' || mark.serviceOnly === true) {
    if (actor.kind !== 'service') throw new TalosError('forbidden', 'This is for the director only.')
    if (permission === 'service') return
  }
  if (permission === 'station') {
    if (actor.kind !== 'station') throw new TalosError('forbidden', 'This is for stations only.')
    return
  }
  const held = org === undefined ? permissionsAnywhere(actor) : permissionsIn(actor, org.slug)
  if (!held.has(permission)) throw new TalosError('forbidden', `This needs the permission ${permission}.`)
}
