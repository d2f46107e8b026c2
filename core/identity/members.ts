/**
 * From rows to what a person may do: role, cut down to what an API token was given.
 * @module
 */
import {
  isPermission,
  type Permission,
  ROLE_PERMISSIONS,
  ROLES,
  type Role,
} from '../../shared/permissions.js'
import type { ActorMembership, SessionProof, UserActor } from '../http/actor.js'

/** What to load with a user; one query, so that a request costs no second trip (R7). */
export const WITH_MEMBERSHIPS = {
  memberships: { include: { org: true }, orderBy: { orgId: 'asc' } },
  _count: { select: { passkeys: true } },
} as const

export interface UserRow {
  readonly id: string
  readonly email: string
  readonly name: string | null
  readonly disabledAt: Date | null
  readonly expiresAt: Date | null
  readonly _count: { readonly passkeys: number }
  readonly memberships: readonly {
    readonly role: string
    readonly org: { readonly id: string; readonly slug: string; readonly name: string }
  }[]
}

const isRole = (role: string): role is Role => (ROLES as readonly string[]).includes(role)
const NOTHING: ReadonlySet<Permission> = new Set()

/**
 * Memberships with their permissions. `restriction`: the permissions of an API token, or null for all that the role
 * allows; it is intersected at every use, so that a token never outlives a right of its owner (A20).
 */
export function membershipsOf(user: UserRow, restriction: readonly string[] | null): ActorMembership[] {
  return user.memberships.map(({ role, org }) => {
    // R10: the CHECK of the database holds the same list; no default where it should ever not.
    if (!isRole(role)) throw new Error(`user ${user.id} has the unknown role ${role}`)
    const allowed = ROLE_PERMISSIONS[role]
    const permissions =
      restriction === null ? allowed : allowed.filter((permission) => restriction.includes(permission))
    return { org: { id: org.id, slug: org.slug, name: org.name }, role, permissions: new Set(permissions) }
  })
}

/** Disabled, or past the end that was set (E22), also before the job has seen it. */
export const isBarred = (
  user: { readonly disabledAt: Date | null; readonly expiresAt: Date | null },
  nowMs: number,
): boolean => user.disabledAt !== null || (user.expiresAt !== null && user.expiresAt.getTime() <= nowMs)

/** With what the person came; the ids of the other kinds of credential are null. */
export type UserCredential =
  | {
      readonly credential: 'session'
      readonly sessionId: string
      readonly sessionEndsAt: number
      readonly idleEndsAt: number
      readonly proof: SessionProof
    }
  | {
      readonly credential: 'api_token'
      readonly tokenId: string
      readonly restriction: readonly string[] | null
    }
  | { readonly credential: 'command_line'; readonly commandLineId: string }

const NO_CREDENTIAL = {
  sessionId: null,
  sessionEndsAt: null,
  idleEndsAt: null,
  tokenId: null,
  commandLineId: null,
  proof: null,
  restriction: null,
} as const

export function userActor(user: UserRow, credential: UserCredential): UserActor {
  const { restriction, ...how } = { ...NO_CREDENTIAL, ...credential }
  const memberships = membershipsOf(user, restriction)
  return {
    kind: 'user',
    id: user.id,
    email: user.email,
    name: user.name,
    ...how,
    hasPasskey: user._count.passkeys > 0,
    memberships,
    permissionsIn: (slug) => memberships.find(({ org }) => org.slug === slug)?.permissions ?? NOTHING,
  }
}

/** The permissions of a stored list; a name that this version does not know gives nothing. */
export const knownPermissions = (names: readonly string[]): Permission[] => names.filter(isPermission)
