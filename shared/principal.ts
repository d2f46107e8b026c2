/**
 * Who stands behind a connection or a request. Made once from the credential and frozen; nothing that a payload says
 * changes it (B12).
 * @module
 */
import type { Capability } from './capabilities.js'
import type { Permission } from './permissions.js'

/** Opaque ids: 128 random bits, safe in topics, file names and logs (B13). */
export const ID_PATTERN = /^[a-z0-9-]{8,64}$/
/** The slug of an organisation: a topic level and a path segment. */
export const SLUG_PATTERN = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/

export interface StationPrincipal {
  readonly kind: 'station'
  /** The station's id: user name and client id alike. */
  readonly id: string
  readonly org: string
  /** The id of the key or the serial number of the certificate with which it came, for cutting by it. */
  readonly credentialId: string
  /** E14: what its token was for. */
  readonly capabilities: readonly Capability[]
  /** Epoch ms at which its certificate ends, and the connection with it (B18); a key has no such end. */
  readonly until?: number
}

export interface UserPrincipal {
  readonly kind: 'user'
  readonly id: string
  readonly org: string
  readonly sessionId: string
  readonly permissions: readonly Permission[]
  /** Epoch ms at which the session ends; the connection ends with it (B18). */
  readonly until: number
}

export interface ServicePrincipal {
  readonly kind: 'service'
  /** `svc_director` (E21). */
  readonly id: 'svc_director'
  readonly credentialId: string
}

export type Principal = StationPrincipal | UserPrincipal | ServicePrincipal
export type PrincipalKind = Principal['kind']
