/**
 * Roles and members in words.
 * @module
 */
import type { AuthMethod } from '../../../shared/api/auth.js'
import {
  DANGEROUS_PERMISSIONS,
  type Permission,
  ROLE_PERMISSIONS,
  ROLES,
  type Role,
} from '../../../shared/permissions.js'
import { utcDate } from './time-text.js'

/** `Hardware manager` */
export const roleName = (role: Role): string => {
  const words = role.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** R3: moves metal, or loosens what guards it. */
export const isDangerous = (permission: Permission): boolean =>
  (DANGEROUS_PERMISSIONS as readonly Permission[]).includes(permission)

export interface Addition {
  /** The largest role all of which is in this one; null for the smallest. */
  readonly base: Role | null
  readonly adds: readonly Permission[]
}

/** What a role gives beyond a smaller one. */
export function additionOf(role: Role): Addition {
  const own = ROLE_PERMISSIONS[role]
  const smaller = ROLES.filter(
    (other) =>
      ROLE_PERMISSIONS[other].length < own.length && ROLE_PERMISSIONS[other].every((p) => own.includes(p)),
  ).sort((a, b) => ROLE_PERMISSIONS[b].length - ROLE_PERMISSIONS[a].length)
  const base = smaller[0] ?? null
  const held: readonly Permission[] = base === null ? [] : ROLE_PERMISSIONS[base]
  return { base, adds: own.filter((permission) => !held.includes(permission)) }
}

const METHODS: Readonly<Record<AuthMethod, string>> = {
  magic_link: 'by mail',
  owner_link: 'by owner link',
  passkey: 'by passkey',
  pairing: 'by phone',
  oidc: 'by provider',
}
export const methodText = (method: AuthMethod): string => METHODS[method]

export interface MemberStatus {
  readonly tone: 'bad' | 'warn'
  readonly label: string
}

/** What is unusual about an account; null when nothing is. */
export function memberStatus(member: {
  readonly disabledAt: string | null
  readonly expiresAt: string | null
}): MemberStatus | null {
  if (member.disabledAt !== null) return { tone: 'bad', label: 'disabled' }
  if (member.expiresAt === null) return null
  return { tone: 'warn', label: `until ${utcDate(Date.parse(member.expiresAt))}` }
}

/** The end of that day, UTC, of what a date input holds; null for none. */
export const endOfDay = (date: string): string | null => (date === '' ? null : `${date}T23:59:59.999Z`)
/** What a date input shows of it. */
export const dayOf = (expiresAt: string | null): string => expiresAt?.slice(0, 10) ?? ''
