/**
 * What a person, token or service may do (R2), and the presets that bundle it (R4). One line here, one in
 * `docs/permissions.md`; a test keeps the two equal (R9).
 * @module
 */

export const PERMISSIONS = {
  view_stations: 'See stations, their state and their configuration',
  approve_stations: 'Let an enrolled station in',
  reject_stations: 'Turn an enrolled station away',
  remove_stations: 'Revoke a station for ever',
  update_stations: 'Change the name, site, mask and minimum elevation of a station',
  rotate_station_keys: 'Replace the key of a station',
  manage_enrollment_tokens: 'Issue and revoke enrollment tokens',
  view_telemetry: 'Read live positions and states over MQTT',
  command_stations: 'Move metal: jog, stop, park; lock a station',
  configure_hardware: 'Tighten limits, release a safe hold, end the lock of somebody else',
  view_passes: 'See satellites, passes, contacts and the schedule',
  manage_passes: 'Create and change campaigns, cancel contacts',
  trigger_passes: 'Book contacts and issue signed plans',
  view_settings: 'See the settings of the organisation',
  manage_auth_settings: 'Change how people sign in',
  manage_global_settings: 'Change element sources and other settings that every organisation shares',
  view_notifications: 'See notification rules',
  manage_notifications: 'Change notification rules',
  view_audit_logs: 'Read the audit trail of the organisation',
  view_system_audit_logs: 'Read the audit trail, the health and the metrics of the whole system',
  manage_users: 'Invite people, change their roles, end their sessions',
} as const

export type Permission = keyof typeof PERMISSIONS

/** R3: these move metal or loosen what guards it; the screens mark them. */
export const DANGEROUS_PERMISSIONS = [
  'command_stations',
  'configure_hardware',
] as const satisfies readonly Permission[]

const READ = [
  'view_stations',
  'view_telemetry',
  'view_passes',
  'view_notifications',
] as const satisfies readonly Permission[]
const OPERATE = [...READ, 'command_stations', 'manage_passes'] as const satisfies readonly Permission[]
const MANAGE = [
  ...OPERATE,
  'approve_stations',
  'reject_stations',
  'update_stations',
  'manage_enrollment_tokens',
  'view_settings',
  'manage_notifications',
  'view_audit_logs',
] as const satisfies readonly Permission[]
/** R3: beside the owner the only role that may loosen what guards metal; it manages no people. */
const MANAGE_HARDWARE = [...MANAGE, 'configure_hardware'] as const satisfies readonly Permission[]
const ADMINISTER = [
  ...MANAGE,
  'remove_stations',
  'rotate_station_keys',
  'manage_users',
] as const satisfies readonly Permission[]
const OWN = [
  ...ADMINISTER,
  'configure_hardware',
  'manage_auth_settings',
  'manage_global_settings',
  'view_system_audit_logs',
] as const satisfies readonly Permission[]

/** The roles of a member, each a preset over permissions. A database CHECK holds the same list (R10). */
export const ROLES = ['viewer', 'operator', 'manager', 'hardware_manager', 'administrator', 'owner'] as const
export type Role = (typeof ROLES)[number]

export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: READ,
  operator: OPERATE,
  manager: MANAGE,
  hardware_manager: MANAGE_HARDWARE,
  administrator: ADMINISTER,
  owner: OWN,
}

/** Each role in a sentence, for whoever has to choose one. */
export const ROLE_SUMMARIES: Readonly<Record<Role, string>> = {
  viewer: 'Looks: stations, live positions, passes and the schedule. Changes nothing.',
  operator: 'Works at the desk: moves antennas by hand, makes campaigns, cancels contacts.',
  manager: 'Runs the stations: lets them in, changes them, issues enrollment tokens, reads the audit trail.',
  hardware_manager: 'A manager who may also change the limits of an antenna and release a safe hold.',
  administrator:
    'Answers for people and stations: invites, gives roles, revokes stations. Cannot touch the limits of an antenna.',
  owner: 'Everything, also what all organisations of this installation share.',
}

/** R4: what is offered where somebody only wants to say how much a person may do; each is a role by another name. */
export const ACCESS_PRESETS = {
  read_only: 'viewer',
  operator: 'operator',
  manager: 'manager',
  administrator: 'administrator',
  owner: 'owner',
} as const satisfies Record<string, Role>
export type AccessPreset = keyof typeof ACCESS_PRESETS

/** R11: nobody gives, or takes from somebody, what he lacks himself. `held`: what he may do in that organisation. */
export const coversRole = (held: ReadonlySet<Permission>, role: Role): boolean =>
  ROLE_PERMISSIONS[role].every((permission) => held.has(permission))

/** D1, D5: all that the director needs, in every organisation. It may not move metal by hand. */
export const DIRECTOR_PERMISSIONS = [
  'view_stations',
  'view_passes',
  'trigger_passes',
  'manage_global_settings',
] as const satisfies readonly Permission[]

export const isPermission = (value: string): value is Permission => Object.hasOwn(PERMISSIONS, value)
