/**
 * The judgements of a CONNECT (design section 3), each pure. A refusal is a TalosError together with its CONNACK code.
 * @module
 */
import { TalosError } from '../shared/errors.js'
import { offlineStateSchema, type StationState } from '../shared/messages.js'
import { ID_PATTERN, type Principal, SLUG_PATTERN } from '../shared/principal.js'
import type { Rights } from './authorize.js'
import { CONNACK, type ConnackCode, type ConnectPacket, type Will } from './connect-packet.js'
import type { CutMatch } from './contracts.js'
import { decodeJson } from './judge-message.js'
import type { LimitName, Limits } from './limits.js'

export type OfflineState = Extract<StationState, { link: 'offline' }>

/** What is thrown when a client is not let in. `connack` null: the socket is closed without an answer. */
export class ConnectRefused extends Error {
  override readonly name = 'ConnectRefused'

  constructor(
    readonly connack: ConnackCode | null,
    readonly error: TalosError,
    readonly principal: Principal | null = null,
    /** The limit that it broke, if it did. */
    readonly limit: LimitName | null = null,
  ) {
    super(error.message)
  }
}

const refuse = (connack: ConnackCode, error: TalosError, limit: LimitName | null = null): never => {
  throw new ConnectRefused(connack, error, null, limit)
}

/** P15: neither can forge a log line, a level or a wildcard. */
const CLIENT_ID = /^[A-Za-z0-9_:-]{1,160}$/
const USERNAME = /^[A-Za-z0-9_-]{1,64}$/

/**
 * What can be said before anyone is asked: names, secrets, keepalive.
 * @param hasCertificate the client has shown a certificate: it needs no password, and one that it sends is not looked at
 */
export function judgeForm(
  connect: ConnectPacket | 'version',
  limits: Limits,
  hasCertificate = false,
): ConnectPacket & { readonly username: string; readonly password: string } {
  if (connect === 'version')
    return refuse(
      CONNACK.protocolVersion,
      new TalosError('malformed', 'CONNECT: only MQTT 3.1.1 is spoken here.'),
    )
  const { clientId, username, keepaliveS } = connect
  const password = hasCertificate ? '' : connect.password
  // B1: nobody is anonymous.
  if (username === null || password === null || (password === '' && !hasCertificate))
    return refuse(
      CONNACK.credentials,
      new TalosError('bad_credentials', 'CONNECT: user name and password are needed.'),
    )
  if (!USERNAME.test(username))
    return refuse(
      CONNACK.credentials,
      new TalosError('bad_credentials', 'CONNECT: this is not a user name of ours.'),
    )
  if (!CLIENT_ID.test(clientId))
    return refuse(
      CONNACK.clientId,
      new TalosError('client_id_refused', 'CONNECT: this is not a client id of ours.'),
    )
  // P17: a connection without keepalive is never found dead.
  if (keepaliveS < limits.keepaliveMinS || keepaliveS > limits.keepaliveMaxS)
    return refuse(
      CONNACK.notAuthorized,
      new TalosError(
        'malformed',
        `CONNECT: keepalive ${keepaliveS} s is outside ${limits.keepaliveMinS} to ${limits.keepaliveMaxS} s.`,
      ),
      'keepalive',
    )
  return { ...connect, username, password }
}

/** CONNACK for what `authenticate` threw. B19: what is not a plain no is «ask again later», never «wrong password». */
export function connackOf(error: unknown): ConnackCode {
  if (!(error instanceof TalosError)) return CONNACK.unavailable
  switch (error.code) {
    case 'bad_credentials':
    case 'certificate_untrusted':
    case 'certificate_expired':
    case 'certificate_revoked':
    case 'credential_not_accepted':
      return CONNACK.credentials
    case 'principal_revoked':
    case 'station_locked':
      return CONNACK.notAuthorized
    case 'client_id_refused':
      return CONNACK.clientId
    default:
      return CONNACK.unavailable
  }
}

/** Are the ids of a principal such that they can stand in a topic? A bug elsewhere must not become a wildcard here. */
export function isSoundPrincipal(principal: Principal): boolean {
  switch (principal.kind) {
    case 'station':
      return ID_PATTERN.test(principal.id) && SLUG_PATTERN.test(principal.org)
    case 'user':
      return ID_PATTERN.test(principal.sessionId) && SLUG_PATTERN.test(principal.org)
    case 'service':
      return principal.id === 'svc_director'
  }
}

const COUNTER = /^[0-9]{1,9}$/

/** B9: whose client id is this? Another principal's would take over its connection (F2, P16). */
export function ownsClientId(principal: Principal, clientId: string): boolean {
  switch (principal.kind) {
    case 'station':
      return clientId === principal.id
    case 'user': {
      const prefix = `user:${principal.sessionId}:`
      return clientId.startsWith(prefix) && COUNTER.test(clientId.slice(prefix.length))
    }
    case 'service': {
      const prefix = `${principal.id}:`
      return clientId.startsWith(prefix) && COUNTER.test(clientId.slice(prefix.length))
    }
  }
}

/**
 * B22, P4: a will is judged now and not when the socket dies. Only a station has one, only on its own state, only to
 * say that it is offline.
 * @throws ConnectRefused
 */
export function judgeWill(
  principal: Principal,
  rights: Rights,
  will: Will | null,
  limits: Limits,
): OfflineState | null {
  if (will === null) return null
  const no = (
    code: 'publish_denied' | 'malformed',
    detail: string,
    limit: LimitName | null = null,
  ): never => {
    throw new ConnectRefused(
      CONNACK.notAuthorized,
      new TalosError(code, `CONNECT: ${detail}`),
      principal,
      limit,
    )
  }
  if (rights.will === null || will.topic !== rights.will)
    return no('publish_denied', 'a will may only name the own state.')
  if (will.qos > 1) return no('publish_denied', 'a will with QoS 2 is not served.')
  if (will.payload.length > limits.willBytes)
    return no(
      'malformed',
      `${will.payload.length} bytes of will; ${limits.willBytes} are the limit.`,
      'will_bytes',
    )
  const state = offlineStateSchema.safeParse(decodeJson(will.payload))
  return state.success ? state.data : no('malformed', 'the will is not an offline state.')
}

/** Does a principal fit every field that is given? None given fits nobody. */
export function fitsCut(match: CutMatch, principal: Principal): boolean {
  const { stationId, sessionId, credentialId, userId, serviceId, org } = match
  const wanted: [string | undefined, string | null][] = [
    [stationId, principal.kind === 'station' ? principal.id : null],
    [sessionId, principal.kind === 'user' ? principal.sessionId : null],
    [credentialId, principal.kind === 'user' ? null : principal.credentialId],
    [userId, principal.kind === 'user' ? principal.id : null],
    [serviceId, principal.kind === 'service' ? principal.id : null],
    [org, principal.kind === 'service' ? null : principal.org],
  ]
  const given = wanted.filter(([want]) => want !== undefined)
  return given.length > 0 && given.every(([want, have]) => want === have)
}
