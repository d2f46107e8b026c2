/**
 * Who stands behind a request. Made once by the guard from the credential; handlers only read it.
 * @module
 */
import type { AuthMethod } from '../../shared/api/auth.js'
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

/** With what a person came. Only a session can prove itself anew. */
export type CredentialKind = 'session' | 'api_token' | 'command_line'

/** When the person behind a session proved last who they are, and with what (A12). */
export interface SessionProof {
  /** Epoch ms. */
  readonly at: number
  readonly with: AuthMethod
}

/** A person, by session, by API token or by command line. */
export interface UserActor {
  readonly kind: 'user'
  readonly id: string
  readonly email: string
  readonly name: string | null
  readonly credential: CredentialKind
  /** Set when signed in by cookie. */
  readonly sessionId: string | null
  /** Epoch ms at which the session ends whatever happens, or null without one. */
  readonly sessionEndsAt: number | null
  /** Epoch ms at which the session ends unless the person does something, or null without one (A12). */
  readonly idleEndsAt: number | null
  /** Set when the request carries an API token. */
  readonly tokenId: string | null
  /** Set when the request carries the access token of a command line. */
  readonly commandLineId: string | null
  /** Null unless a session. */
  readonly proof: SessionProof | null
  /** Then a mail is not enough to prove oneself anew (A44). */
  readonly hasPasskey: boolean
  readonly memberships: readonly ActorMembership[]
  /** Empty when the person is no member. */
  permissionsIn(orgSlug: string): ReadonlySet<Permission>
}

/** A person by session: the only one that can prove itself anew, hand out credentials, or be idle. */
export interface SessionActor extends UserActor {
  readonly credential: 'session'
  readonly sessionId: string
  readonly sessionEndsAt: number
  readonly idleEndsAt: number
  readonly proof: SessionProof
}

export const isSession = (actor: Actor): actor is SessionActor =>
  actor.kind === 'user' && actor.credential === 'session'

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
