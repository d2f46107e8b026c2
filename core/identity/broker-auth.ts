/**
 * Who may connect to the broker (design section 3). What goes wrong inside, such as the database, is thrown as it is: the
 * broker answers CONNACK 3, never «allowed», never «bad password» (B19).
 * @module
 */
import type { ClientCertificate } from '../../broker/client-certificate.js'
import type { Authenticate, Credentials } from '../../broker/contracts.js'
import { TalosError } from '../../shared/errors.js'
import type { Principal } from '../../shared/principal.js'
import { capabilitiesOf } from './capabilities.js'
import type { ClientCertificates } from './client-certificates.js'
import type { KeySuccession } from './key-succession.js'
import type { MachineKeys } from './machine-keys.js'
import type { MqttTickets } from './mqtt-tickets.js'
import type { Sessions } from './sessions.js'

/** The user name of a browser; its password is a ticket. */
export const TICKET_USER = 'ticket'
const DIRECTOR = 'svc_director'
const DIRECTOR_CLIENT = /^svc_director:[A-Za-z0-9-]{1,40}$/

/** What the HTTP upgrade proved: the session whose cookie opened the socket. */
export interface Upgrade {
  readonly sessionId: string
}

const isUpgrade = (value: unknown): value is Upgrade =>
  typeof value === 'object' && value !== null && 'sessionId' in value && typeof value.sessionId === 'string'

// B16: one answer for unknown, wrong and another purpose's.
const bad = () => new TalosError('bad_credentials', 'The user name or the password is wrong.')
const wrongClientId = (clientId: string) =>
  new TalosError('client_id_refused', `The client id ${clientId} does not belong to this credential.`)

export interface BrokerAuthParts {
  readonly keys: MachineKeys
  readonly succession: KeySuccession
  readonly certificates: ClientCertificates
  readonly tickets: MqttTickets
  readonly sessions: Sessions
}

/** The broker's `authenticate`. */
export function brokerAuthenticate(parts: BrokerAuthParts): Authenticate {
  return (credentials) => {
    if (credentials.certificate !== undefined)
      return byCertificate(parts, credentials, credentials.certificate)
    return credentials.username === TICKET_USER ? byTicket(parts, credentials) : byKey(parts, credentials)
  }
}

/** B15: whoever shows a certificate is judged by it alone; a password beside it is not looked at. */
async function byCertificate(
  { certificates }: BrokerAuthParts,
  { username, clientId, remoteAddress }: Credentials,
  presented: ClientCertificate,
): Promise<Principal> {
  const station = await certificates.prove(presented, username, clientId, remoteAddress)
  const { id, org, serial: credentialId, notAfter: until } = station
  const capabilities = capabilitiesOf(station.capabilities)
  return Object.freeze({ kind: 'station', id, org, credentialId, capabilities, until })
}

async function byKey({ keys, succession }: BrokerAuthParts, credentials: Credentials): Promise<Principal> {
  const { username, password, clientId, remoteAddress, upgrade } = credentials
  // A socket that a session opened is for its tickets: a page has no business with the key of a machine.
  if (isUpgrade(upgrade)) throw bad()
  const key = await keys.prove(password)
  if (key === null) throw bad()
  const principal = key.kind === 'service' ? DIRECTOR : key.row.station.id
  if (principal !== username) throw bad()
  const refusal = keys.refusalOf(key)
  if (refusal !== null) {
    if (key.kind === 'station' && refusal.code === 'bad_credentials') succession.reused(key, remoteAddress)
    throw refusal
  }
  // B9.
  if (key.kind === 'service' ? !DIRECTOR_CLIENT.test(clientId) : clientId !== username)
    throw wrongClientId(clientId)
  if (key.kind === 'station' && key.row.provenAt === null && !(await succession.firstUse(key, remoteAddress)))
    throw bad()
  // Behind the proof, so that also a station which connects with a certificate alone can replace the key that it uses
  // over HTTP.
  if (key.kind === 'station' && key.row.station.credential === 'certificate')
    throw new TalosError('credential_not_accepted', `The station ${username} signs in with its certificate.`)
  keys.used(key)
  const credentialId = key.row.keyId
  if (key.kind === 'service') return Object.freeze({ kind: 'service', id: DIRECTOR, credentialId })
  const { id, org } = key.row.station
  const capabilities = capabilitiesOf(key.row.station.capabilities)
  return Object.freeze({ kind: 'station', id, org: org.slug, credentialId, capabilities })
}

async function byTicket(
  { tickets, sessions }: BrokerAuthParts,
  { password, clientId, upgrade }: Credentials,
): Promise<Principal> {
  // A stolen ticket alone opens nothing: the cookie of the same session must have opened the socket.
  if (!isUpgrade(upgrade)) throw bad()
  const claims = await tickets.redeem(password)
  if (claims === null || claims.sid !== upgrade.sessionId) throw bad()
  if (claims.cid !== clientId) throw wrongClientId(clientId)
  const user = await sessions.byId(claims.sid)
  if (user === null || user.id !== claims.sub || user.sessionEndsAt === null)
    throw new TalosError('principal_revoked', 'The session has ended. Sign in again.')
  return Object.freeze({
    kind: 'user',
    id: user.id,
    org: claims.org,
    sessionId: claims.sid,
    permissions: [...user.permissionsIn(claims.org)],
    until: user.sessionEndsAt,
  })
}
