/**
 * Who stands behind a request. Made once by the guard from the credential; handlers only read it.
 * @module
 */
import type { Permission, Role } from '../../shared/permissions.js'

/** The organisation of a request, resolved by the guard. */
export interface OrgRef {
  readonly id: string
  readonly slug: string
  readonly name: string
}

export interface ActorMembership {
  readonly org: OrgRef
  readonly role: Role
  /** What the credential allows here: for a restricted API token the intersection with the role (A20). */
  readonly permissions: ReadonlySet<Permission>
}

/** A person, by session or by API token. */
export interface UserActor {
  readonly kind: 'user'
  readonly id: string
  readonly email: string
  readonly name: string | null
  /** Set when signed in by cookie. */
  readonly sessionId: string | null
  /** Epoch ms at which the session ends whatever happens, or null without one. */
  readonly sessionEndsAt: number | null
  /** Set when the request carries an API token. */
  readonly tokenId: string | null
  readonly memberships: readonly ActorMembership[]
  /** Empty when the person is no member. */
  permissionsIn(orgSlug: string): ReadonlySet<Permission>
}

export interface ServiceActor {
  readonly kind: 'service'
  readonly id: 'svc_director'
}

export interface StationActor {
  readonly kind: 'station'
  readonly id: string
  /** Slug of its organisation. */
  readonly org: string
  /** The public half of the key with which it came. */
  readonly keyId: string
}

export interface AnonymousActor {
  readonly kind: 'anonymous'
}

/** Core itself: `owner-link`, `contact-sweep`. */
export interface SystemActor {
  readonly kind: 'system'
  readonly id: string
}

export type Actor = UserActor | ServiceActor | StationActor | AnonymousActor | SystemActor

/** As much of an actor as records keep: its kind and its name. */
export type ActorRef =
  | { readonly kind: Exclude<Actor['kind'], 'anonymous'>; readonly id: string }
  | AnonymousActor

export const ANONYMOUS: AnonymousActor = { kind: 'anonymous' }

/** The name under which an actor stands in `createdBy`, `actor` columns and the audit trail. */
export const actorId = (actor: ActorRef): string => (actor.kind === 'anonymous' ? 'anonymous' : actor.id)
