/**
 * Who may connect to the broker (design section 3). What goes wrong inside, such as the database, is thrown as it is: the
 * broker answers CONNACK 3, never «allowed», never «bad password» (B19).
 * @module
 */
import type { Authenticate, Credentials } from '../../broker/contracts.js'
import { TalosError } from '../../shared/errors.js'
import type { Principal } from '../../shared/principal.js'
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
  readonly tickets: MqttTickets
  readonly sessions: Sessions
}

/** The broker's `authenticate`. */
export function brokerAuthenticate(parts: BrokerAuthParts): Authenticate {
  return (credentials) =>
    credentials.username === TICKET_USER ? byTicket(parts, credentials) : byKey(parts, credentials)
}

async function byKey({ keys }: BrokerAuthParts, credentials: Credentials): Promise<Principal> {
  const { username, password, clientId, upgrade } = credentials
  // A socket that a session opened is for its tickets: a page has no business with the key of a machine.
  if (isUpgrade(upgrade)) throw bad()
  const key = await keys.prove(password)
  if (key === null) throw bad()
  const principal = key.kind === 'service' ? DIRECTOR : key.row.station.id
  if (principal !== username) throw bad()
  // The holder has proved the secret: told that the station is out, its agent stops knocking (B14, G9).
  if (key.kind === 'station' && key.row.station.status !== 'approved')
    throw new TalosError('principal_revoked', `The station ${username} is ${key.row.station.status}.`)
  if (key.row.revokedAt !== null) throw bad()
  // B9.
  if (key.kind === 'service' ? !DIRECTOR_CLIENT.test(clientId) : clientId !== username)
    throw wrongClientId(clientId)
  keys.used(key)
  const credentialId = key.row.keyId
  return key.kind === 'service'
    ? Object.freeze({ kind: 'service', id: DIRECTOR, credentialId })
    : Object.freeze({ kind: 'station', id: key.row.station.id, org: key.row.station.org.slug, credentialId })
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
