/**
 * What the broker asks of its owner and what it tells: the seam between `broker/` and core, which knows HTTP and the
 * database.
 * @module
 */

import type { ErrorCode } from '../shared/errors.js'
import type { Ack, Info, StationState } from '../shared/messages.js'
import type { Principal, StationPrincipal } from '../shared/principal.js'
import type { Clock } from '../shared/time.js'
import type { ParsedTopic } from '../shared/topics.js'
import type { Rights } from './authorize.js'
import type { ClientCertificate } from './client-certificate.js'
import type { LimitName, Limits } from './limits.js'

export type Transport = 'tcp' | 'tls' | 'websocket'

/** What is known of a connection before its first byte. */
export interface ConnectionMeta {
  readonly remoteAddress: string
  readonly transport: Transport
  /** Whatever the HTTP upgrade brought; handed to `authenticate` as it is. */
  readonly upgrade?: unknown
  /** What the client showed in its TLS handshake; absent when it showed none. */
  readonly certificate?: ClientCertificate
  /** Epoch ms at which the connection must end, whatever the credential says. */
  readonly until?: number
  /** The socket below, which counts its bytes. */
  readonly wire?: { readonly bytesRead: number; readonly bytesWritten: number }
}

/** The credentials of a CONNECT. User name and client id have passed a whitelist (P15); nothing else is checked yet. */
export interface Credentials {
  readonly username: string
  /** Empty where a certificate takes its place. */
  readonly password: string
  readonly clientId: string
  readonly remoteAddress: string
  readonly transport: Transport
  readonly upgrade?: unknown
  /** Who shows one is judged by it and by nothing else. */
  readonly certificate?: ClientCertificate
}

/**
 * Swaps credentials for a principal. It throws TalosError `bad_credentials`, `certificate_untrusted`, `_expired` or
 * `_revoked`, or `credential_not_accepted` (CONNACK 4), `principal_revoked` or `station_locked` (5), or `client_id_refused`
 * (2). Anything else that it throws, such as a database failure, is CONNACK 3 (B19).
 */
export type Authenticate = (credentials: Credentials) => Promise<Principal>

/** As much of pino as the broker uses. */
export interface Logger {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Something was refused. Made for the audit trail; a flood arrives as one event with a count (B24). */
export interface RefusalEvent {
  readonly kind: 'connect' | 'publish' | 'subscribe' | 'message'
  readonly code: ErrorCode
  readonly detail: string
  readonly remoteAddress: string
  readonly principalId?: string
  readonly principalKind?: Principal['kind']
  readonly org?: string
  /** Topic or filter as it came, shortened, with control characters escaped. */
  readonly topic?: string
  /** Epoch ms. */
  readonly at: number
  /** How many refusals of the same source were left out since the last event. */
  readonly suppressed: number
}

type TopicOf<K extends ParsedTopic['kind']> = K extends 'info' | 'state'
  ? { readonly kind: K; readonly org: string; readonly sid: string }
  : Extract<ParsedTopic, { kind: K }>

interface Accepted<K extends ParsedTopic['kind'], M> {
  readonly kind: K
  readonly topic: TopicOf<K>
  readonly message: M
  /** Epoch ms by the broker's clock. */
  readonly receivedAt: number
  readonly principal: StationPrincipal
}

/** A message of a station that has passed its schema; the offline state that the broker says for a lost one too. */
export type StationMessage =
  | Accepted<'info', Info>
  | Accepted<'state', StationState>
  | Accepted<'ack', Ack>
  | Accepted<'telemetry', unknown>

export interface PresenceEvent {
  readonly kind: 'connected' | 'disconnected'
  readonly principal: StationPrincipal
  readonly remoteAddress: string
  readonly transport: Transport
  /** Why it ended; absent when it connected. */
  readonly reason?: EndReason
  /** Epoch ms. */
  readonly at: number
}

/**
 * Why a connection ended: a DISCONNECT, a lost socket, a newer connection of the same client, `cut`, `until`, a
 * forbidden packet, too many or too large packets, a reader that does not read, a protocol error, or `stop`.
 */
export type EndReason =
  | 'goodbye'
  | 'lost'
  | 'taken_over'
  | 'cut'
  | 'expired'
  | 'denied'
  | 'rate_limited'
  | 'too_large'
  | 'slow_reader'
  | 'protocol_error'
  | 'stopped'

/** Which connections to cut: those that fit every field given. No field fits nothing. */
export interface CutMatch {
  readonly stationId?: string
  readonly sessionId?: string
  readonly credentialId?: string
  readonly userId?: string
  readonly serviceId?: string
  readonly org?: string
}

export interface ConnectionInfo {
  readonly principal: Principal
  readonly clientId: string
  readonly remoteAddress: string
  readonly transport: Transport
  /** Epoch ms. */
  readonly connectedAt: number
  readonly subscriptions: readonly string[]
  /** Bytes that wait for this reader. */
  readonly backlog: number
}

export interface BrokerOptions {
  readonly authenticate: Authenticate
  readonly clock: Clock
  readonly log: Logger
  readonly onRefusal: (event: RefusalEvent) => void
  /** What differs from `DEFAULT_LIMITS`. */
  readonly limits?: Partial<Limits>
  /** Default: `rightsOf`, design section 4. Suites of others, which know no topic of ours, bring their own. */
  readonly rights?: (principal: Principal) => Rights
  /** Does this address stand for many clients? No limit per address holds for it then. Default: loopback does. */
  readonly isShared?: (remoteAddress: string) => boolean
  /** Which limit of the machine keeps newcomers out just now, or null. Default: none. */
  readonly overload?: () => LimitName | null
}
