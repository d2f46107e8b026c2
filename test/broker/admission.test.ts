import t from 'tap'
import {
  ConnectRefused,
  connackOf,
  fitsCut,
  isSoundPrincipal,
  judgeForm,
  judgeWill,
  ownsClientId,
} from '../../broker/admission.js'
import { rightsOf } from '../../broker/authorize.js'
import type { ConnectPacket, Will } from '../../broker/connect-packet.js'
import { DEFAULT_LIMITS } from '../../broker/limits.js'
import { ERRORS, type ErrorCode, TalosError } from '../../shared/errors.js'
import type { Principal } from '../../shared/principal.js'
import {
  DIRECTOR,
  director,
  NEIGHBOUR,
  ORG,
  OTHER_ORG,
  offlineState,
  onlineState,
  SESSION,
  STATION,
  station,
  topicOf,
  user,
} from '../support/broker.js'

const good: ConnectPacket = {
  ...{ clientId: STATION, username: STATION, password: 'key', keepaliveS: 60, will: null },
}
const codeOf = (act: () => unknown) => {
  try {
    act()
    return 0
  } catch (error) {
    return error instanceof ConnectRefused ? error.connack : error
  }
}
const formCode = (more: Partial<ConnectPacket>) =>
  codeOf(() => judgeForm({ ...good, ...more }, DEFAULT_LIMITS))

t.test('B1: nobody is anonymous', async (t) => {
  t.equal(formCode({}), 0)
  t.equal(formCode({ username: null }), 4)
  t.equal(formCode({ password: null }), 4)
  t.equal(formCode({ password: '' }), 4)
  t.equal(formCode({ username: null, password: null }), 4)
})

t.test('B15: beside a certificate a password is neither needed nor looked at; a name is', async (t) => {
  for (const password of [null, '', 'whatever'])
    t.equal(judgeForm({ ...good, password }, DEFAULT_LIMITS, true).password, '')
  t.equal(
    codeOf(() => judgeForm({ ...good, username: null }, DEFAULT_LIMITS, true)),
    4,
  )
})

t.test('P15: names that could forge a level, a wildcard or a line of the log are refused', async (t) => {
  for (const name of ['+', '#', 'a/b', 'a\nb', 'ä', '', '$SYS', 'a b', 'x'.repeat(65)])
    t.equal(formCode({ username: name }), 4, JSON.stringify(name))
  for (const id of ['+', '#', 'a/b', 'a\nb', '', 'a b', 'x'.repeat(161)])
    t.equal(formCode({ clientId: id }), 2, JSON.stringify(id))
})

t.test('P17: a keepalive of never, or of hours, is refused', async (t) => {
  for (const keepaliveS of [0, 9, 301, 65_535]) t.equal(formCode({ keepaliveS }), 5, `${keepaliveS}`)
  for (const keepaliveS of [10, 30, 300]) t.equal(formCode({ keepaliveS }), 0, `${keepaliveS}`)
})

t.test('P25: another protocol version is CONNACK 1', async (t) => {
  t.equal(
    codeOf(() => judgeForm('version', DEFAULT_LIMITS)),
    1,
  )
})

t.test('B19: a no is one of a few answers of authenticate; all else is «later»', async (t) => {
  const codes: Partial<Record<ErrorCode, number>> = {
    ...{ bad_credentials: 4, certificate_untrusted: 4, certificate_expired: 4, certificate_revoked: 4 },
    credential_not_accepted: 4,
    ...{ principal_revoked: 5, station_locked: 5, client_id_refused: 2 },
  }
  for (const code of Object.keys(ERRORS) as ErrorCode[])
    t.equal(connackOf(new TalosError(code, 'x')), codes[code] ?? 3, code)
  for (const error of [new Error('connection refused'), null, undefined, 'text']) t.equal(connackOf(error), 3)
})

t.test('B9: a client id belongs to its principal, byte for byte', async (t) => {
  const cases: [Principal, string, boolean][] = [
    [station(STATION, ORG), STATION, true],
    [station(STATION, ORG), `${STATION}:1`, false],
    [station(STATION, ORG), NEIGHBOUR, false],
    [station(STATION, ORG), STATION.toUpperCase(), false],
    [user(), `user:${SESSION}:1`, true],
    [user(), `user:${SESSION}:123456789`, true],
    [user(), `user:${SESSION}:1234567890`, false],
    [user(), `user:${SESSION}:`, false],
    [user(), `user:${SESSION}:x`, false],
    [user(), `user:${SESSION}:1:1`, false],
    [user(), 'user:session-bbbb-0001:1', false],
    [user(), STATION, false],
    [director, `${DIRECTOR}:1`, true],
    [director, DIRECTOR, false],
    [director, `${DIRECTOR}:1\n`, false],
    [director, STATION, false],
  ]
  for (const [principal, clientId, expected] of cases)
    t.equal(ownsClientId(principal, clientId), expected, `${principal.kind} ${JSON.stringify(clientId)}`)
})

t.test('P15: ids that cannot stand in a topic are not let in, whoever vouches for them', async (t) => {
  for (const principal of [station(STATION, ORG), user(), director]) t.ok(isSoundPrincipal(principal))
  for (const principal of [
    ...[station('+', ORG), station(STATION, '+'), station('a/b-0000001', ORG)],
    ...[user([], { org: '#' }), user([], { sessionId: 'x:1' })],
    { ...director, id: 'svc_other' } as unknown as Principal,
  ])
    t.notOk(isSoundPrincipal(principal))
})

t.test('B22 P4: a will is judged at CONNECT: own state, offline, short', async (t) => {
  const me = station(STATION, ORG)
  const right: Will = {
    topic: topicOf(STATION, 'state'),
    payload: Buffer.from(offlineState()),
    qos: 1,
    retain: true,
  }
  const code = (will: Partial<Will>, principal: Principal = me) =>
    codeOf(() => judgeWill(principal, rightsOf(principal), { ...right, ...will }, DEFAULT_LIMITS))
  t.equal(code({}), 0)
  t.equal(code({ qos: 0, retain: false }), 0)
  for (const topic of [
    ...[topicOf(STATION, 'info'), topicOf(NEIGHBOUR, 'state'), topicOf(STATION, 'state', OTHER_ORG)],
    ...[topicOf('+', 'state'), topicOf(STATION, '#'), topicOf(STATION, 'cmd/rot'), '$SYS/x/new/clients', ''],
  ])
    t.equal(code({ topic }), 5, topic)
  t.equal(code({ qos: 2 }), 5)
  for (const payload of ['', 'offline', '{}', onlineState(), offlineState().replace('}', ',"x":1}')])
    t.equal(code({ payload: Buffer.from(payload) }), 5, payload)
  t.equal(code({ payload: Buffer.from(offlineState() + ' '.repeat(512)) }), 5, 'too long')
  t.equal(code({}, user()), 5)
  t.equal(code({}, director), 5)
  t.equal(judgeWill(user(), rightsOf(user()), null, DEFAULT_LIMITS), null)
})

t.test('B18: a cut fits what it names, all of it, and nothing when it names nothing', async (t) => {
  const me = station(STATION, ORG)
  t.ok(fitsCut({ stationId: STATION }, me))
  t.ok(fitsCut({ credentialId: me.credentialId }, me))
  t.ok(fitsCut({ org: ORG }, me))
  t.ok(fitsCut({ org: ORG, stationId: STATION }, me))
  t.notOk(fitsCut({ org: OTHER_ORG, stationId: STATION }, me))
  t.notOk(fitsCut({ stationId: NEIGHBOUR }, me))
  t.notOk(fitsCut({}, me))
  t.ok(fitsCut({ sessionId: SESSION }, user()))
  t.ok(fitsCut({ userId: 'user-aaaa-0001' }, user()))
  t.ok(fitsCut({ org: ORG }, user()))
  t.notOk(fitsCut({ sessionId: STATION }, me))
  t.notOk(fitsCut({ userId: STATION }, me))
  t.notOk(fitsCut({ stationId: 'user-aaaa-0001' }, user()))
  t.ok(fitsCut({ serviceId: DIRECTOR }, director))
  t.ok(fitsCut({ credentialId: 'credential-director' }, director))
  t.notOk(fitsCut({ org: ORG }, director))
})
