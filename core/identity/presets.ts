/**
 * Roles and access presets as the API tells them (R4). They are code: there is nothing to store, and a role of a program
 * is none of them (R12).
 * @module
 */
import type { z } from 'zod'
import type { presetsResponse, RoleInfo } from '../../shared/api/members.js'
import {
  ACCESS_PRESETS,
  type AccessPreset,
  coversRole,
  DANGEROUS_PERMISSIONS,
  type Permission,
  ROLE_PERMISSIONS,
  ROLE_SUMMARIES,
  ROLES,
} from '../../shared/permissions.js'

/** `held`: what whoever asks may do in the organisation. */
export const listRoles = (held: ReadonlySet<Permission>): RoleInfo[] =>
  ROLES.map((role) => ({
    ...{ role, summary: ROLE_SUMMARIES[role], isBuiltIn: true as const },
    permissions: [...ROLE_PERMISSIONS[role]],
    dangerous: DANGEROUS_PERMISSIONS.filter((permission) => ROLE_PERMISSIONS[role].includes(permission)),
    mayAssign: held.has('manage_users') && coversRole(held, role),
  }))

export const listPresets = (): z.infer<typeof presetsResponse>['items'] =>
  (Object.keys(ACCESS_PRESETS) as AccessPreset[]).map((preset) => {
    const role = ACCESS_PRESETS[preset]
    return { preset, role, summary: ROLE_SUMMARIES[role], permissions: [...ROLE_PERMISSIONS[role]] }
  })
