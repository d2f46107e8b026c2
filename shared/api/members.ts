/**
 * Organisations, their members, roles and invites: bodies of `orgs`, `users`, `access-presets` and `auth/invites`.
 * @module
 */
import { z } from 'zod'
import { ACCESS_PRESETS, type AccessPreset } from '../permissions.js'
import { AUTH_METHODS, permissionSchema, roleSchema } from './auth.js'
import { emailSchema, idSchema, isoTime, nameSchema, pageOf, pageQuery, slugSchema } from './common.js'

/** Topics and addresses are made of it, so it never changes. `talos/system/...` belongs to no organisation. */
export const newSlugSchema = slugSchema.refine((slug) => slug !== 'system', 'is reserved')
export const orgCreateRequest = z.strictObject({ slug: newSlugSchema, name: nameSchema })
export const orgUpdateRequest = z.strictObject({ name: nameSchema })

/** What a role gives (R4). Those of programs are in no list (R12). */
export const roleInfoSchema = z.strictObject({
  role: roleSchema,
  summary: z.string(),
  isBuiltIn: z.literal(true),
  permissions: z.array(permissionSchema),
  /** Those of them that move metal or loosen what guards it (R3). */
  dangerous: z.array(permissionSchema),
  /** Whether whoever asks may give it: nobody gives what he lacks (R11). */
  mayAssign: z.boolean(),
})
export type RoleInfo = z.infer<typeof roleInfoSchema>
export const rolesResponse = z.strictObject({ items: z.array(roleInfoSchema) })

export const accessPresetSchema = z.enum(Object.keys(ACCESS_PRESETS) as [AccessPreset, ...AccessPreset[]])
export const presetsResponse = z.strictObject({
  items: z.array(
    z.strictObject({
      preset: accessPresetSchema,
      role: roleSchema,
      summary: z.string(),
      permissions: z.array(permissionSchema),
    }),
  ),
})
export const applyPresetRequest = z.strictObject({ org: slugSchema, preset: accessPresetSchema })

export const memberSchema = z.strictObject({
  id: idSchema,
  email: z.string(),
  name: z.string().nullable(),
  role: roleSchema,
  joinedAt: isoTime,
  /** Signed in nowhere and nothing of theirs works, until somebody enables them again. */
  disabledAt: isoTime.nullable(),
  /** E22: they are disabled then. */
  expiresAt: isoTime.nullable(),
  /** Of the browsers of the last month; null when there was none. */
  lastSeenAt: isoTime.nullable(),
  /** How that browser signed in. */
  lastMethod: z.enum(AUTH_METHODS).nullable(),
  hasPasskey: z.boolean(),
  /** Whether whoever asks may change the role or end the membership: nobody takes from somebody above him (R11). */
  mayChange: z.boolean(),
  /** Whether they may touch the account itself: disable, expiry, sessions, deletion. See docs/permissions.md. */
  mayAdminister: z.boolean(),
})
export type Member = z.infer<typeof memberSchema>
export const MEMBER_SORTS = ['email', 'role', 'joinedAt', 'lastSeenAt'] as const
export const membersQuery = pageQuery.extend({
  sort: z.enum(MEMBER_SORTS).default('email'),
  role: roleSchema.optional(),
})
export const membersResponse = pageOf(memberSchema)
export const memberUpdateRequest = z
  .strictObject({ role: roleSchema.optional(), expiresAt: isoTime.nullable().optional() })
  .refine(
    ({ role, expiresAt }) => (role === undefined) !== (expiresAt === undefined),
    'must name either the role or the end by date',
  )
export const leaveRequest = z.strictObject({ org: slugSchema })
export const memberSessionParams = z.strictObject({ org: slugSchema, id: idSchema, session: idSchema })

/** Where a member is signed in, for whoever may end it (A11). */
export const memberSessionSchema = z.strictObject({
  id: idSchema,
  method: z.enum(AUTH_METHODS),
  createdAt: isoTime,
  lastSeenAt: isoTime,
  expiresAt: isoTime,
  address: z.string(),
  userAgent: z.string(),
})
export type MemberSession = z.infer<typeof memberSessionSchema>
export const memberSessionsResponse = z.strictObject({ items: z.array(memberSessionSchema) })

/** The person of an account, for those who may touch it. */
export const accountSchema = z.strictObject({
  id: idSchema,
  email: z.string(),
  disabledAt: isoTime.nullable(),
  expiresAt: isoTime.nullable(),
})
export type Account = z.infer<typeof accountSchema>

export const INVITE_STATES = ['open', 'accepted', 'revoked', 'expired'] as const
export const inviteSchema = z.strictObject({
  id: idSchema,
  email: z.string(),
  role: roleSchema,
  /** `revoked`: taken back, or declined; the audit trail says which. */
  state: z.enum(INVITE_STATES),
  /** Address of who invited; null when that person is gone. */
  invitedBy: z.string().nullable(),
  createdAt: isoTime,
  expiresAt: isoTime,
  acceptedAt: isoTime.nullable(),
})
export type Invite = z.infer<typeof inviteSchema>
export const inviteRequest = z.strictObject({ email: emailSchema, role: roleSchema })
export const invitesQuery = pageQuery.extend({ state: z.enum(INVITE_STATES).optional() })
export const invitesResponse = pageOf(inviteSchema)

/** An invite as the invited sees it. */
export const ownInviteSchema = z.strictObject({
  id: idSchema,
  org: slugSchema,
  orgName: z.string(),
  role: roleSchema,
  invitedBy: z.string().nullable(),
  expiresAt: isoTime,
})
export type OwnInvite = z.infer<typeof ownInviteSchema>
export const ownInvitesResponse = z.strictObject({ items: z.array(ownInviteSchema) })
