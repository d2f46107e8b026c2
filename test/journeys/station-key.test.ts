import { randomUUID } from 'node:crypto'
import t from 'tap'
import type { StationGrant } from '../../shared/api/fleet.js'
import { verifyCommand } from '../../shared/signed.js'
import { ORG, testCore } from '../support/core.js'
import { dashboardOf, directorOf } from './bus-watch.js'
import { EXIT, type Login, publish, subackOf, subscribe, withoutMosquitto } from './debian-mqtt.js'
import { issueToken, join, RIVAL, redeem, signInMember } from './joined.js'
import { ack, health, info, rig, rot, state, will } from './station-messages.js'

t.setTimeout(120_000)

const skip = withoutMosquitto()
const core = await testCore(t)
const { owner } = core
const rival = await signInMember(core, 'owner', RIVAL)
const port = Number(new URL(core.mqttUrl).port)

const at = ({ org, stationId }: StationGrant, end: string) => `talos/${org}/gs/${stationId}/${end}`
/** What an agent with this grant presents. */
const loginOf = ({ stationId, key }: StationGrant): Login => ({
  ...{ port, clientId: stationId, username: stationId, password: key },
})

t.test('B2 B3: with its key a station says its own info, state, telemetry and acks', { skip }, async (t) => {
  const token = await issueToken(owner, ORG, { name: 'Svalbard', capabilities: ['rotator', 'rig'] })
  const grant: StationGrant = (await redeem(core, token, 'Svalbard')).body.grant
  const login = loginOf(grant)
  const dashboard = await dashboardOf(t, core, owner, ORG)
  const director = await directorOf(t, core)
  const jti = randomUUID()
  const said: [string, string, string[]][] = [
    ['info', info(), ['-r']],
    ['state', state(), ['-r']],
    ['telemetry/rot', rot(1), []],
    ['telemetry/rot', rot(2), ['-q', '0']],
    ['telemetry/rig', rig(), []],
    ['telemetry/health', health(), []],
    [`ack/${jti}`, ack(jti), []],
  ]
  for (const [end, payload, more] of said) {
    const { code, stderr } = await publish(t, login, at(grant, end), payload, more)
    t.equal(code, EXIT.ok, `${end} ${stderr}`)
    const isIt = (m: { topic: string; payload: string }) =>
      m.topic === at(grant, end) && m.payload === payload
    await director.until(isIt)
    if (!end.startsWith('ack')) await dashboard.until(isIt)
  }
  t.notOk(
    dashboard.topics.some((topic) => topic.includes('/ack/')),
    'a dashboard hears no acks',
  )
  const late = await dashboardOf(t, core, owner, ORG)
  await late.until(({ topic, retain }) => retain && topic === at(grant, 'info'))
  t.match(await owner.api('GET', `/orgs/${ORG}/stations/${grant.stationId}`), {
    body: { driver: 'simulated: none', agentVersion: '0.1.0' },
  })
  const foreign = await dashboardOf(t, core, rival, RIVAL)
  t.same(foreign.heard, [], 'B27: the other organisation hears nothing, retained messages included')
})

t.test('B3: it hears its own commands and the refresh, and a command is answered', { skip }, async (t) => {
  const grant = await join(core, owner, 'Tromsø', ORG)
  const sub = subscribe(t, loginOf(grant), [at(grant, 'cmd/#'), at(grant, 'plan/#'), 'talos/system/refresh'])
  await sub.until('Subscribed (mid: 1): 0, 0, 0')
  const answer = owner.api('POST', `/orgs/${ORG}/stations/${grant.stationId}/commands`, { op: 'stop' })
  await sub.until(`\n${at(grant, 'cmd/stop')} `)
  const jws = new RegExp(`${at(grant, 'cmd/stop')} (\\S+)`).exec(sub.stdout)?.[1] ?? ''
  const command = await verifyCommand(jws, grant.signingKeys)
  t.match(command, { op: 'stop', aud: grant.stationId })
  await join(core, owner, 'Bodø', ORG)
  await sub.until('\ntalos/system/refresh ')
  sub.child.kill()
  await sub.ended
  t.equal(
    (await publish(t, loginOf(grant), at(grant, `ack/${command.jti}`), ack(command.jti, 'stop'))).code,
    0,
  )
  t.match(await answer, { status: 200, body: { op: 'stop', result: 'accepted' } })
})

t.test('B1 B2 B9 B22: nobody comes in without the very credentials', { skip }, async (t) => {
  const grant = await join(core, owner, 'Kiruna', ORG)
  const neighbour = await join(core, owner, 'Esrange', ORG)
  const mine = loginOf(grant)
  const { stationId, key } = grant
  const token = await issueToken(owner, ORG, { name: 'x' })
  const api = await owner.api('POST', '/auth/api-tokens', { name: 'x' })
  const ticket = await owner.api('POST', '/auth/mqtt-ticket', { org: ORG })
  const willTo = (topic: string, payload = will()) => ['--will-topic', topic, '--will-payload', payload]
  const cases: [string, Login, number, string[]?][] = [
    ['anonymous', { port, clientId: stationId }, EXIT.credentials],
    ['no password', { port, clientId: stationId, username: stationId }, EXIT.credentials],
    [
      'a wrong key',
      { ...mine, password: `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}` },
      EXIT.credentials,
    ],
    ["the neighbour's key", { ...mine, password: neighbour.key }, EXIT.credentials],
    ["the neighbour's name", { ...mine, username: neighbour.stationId }, EXIT.credentials],
    ['another client id', { ...mine, clientId: neighbour.stationId }, EXIT.clientId],
    ["a dashboard's client id", { ...mine, clientId: 'user:aaaa-0001:1' }, EXIT.clientId],
    ['B17: an enrollment token', { ...mine, password: token }, EXIT.credentials],
    ['B17: an API token', { ...mine, password: api.body.token }, EXIT.credentials],
    ['B17: a ticket', { ...mine, password: ticket.body.ticket }, EXIT.credentials],
    [
      'B11: a ticket over TCP',
      { port, clientId: ticket.body.clientId, username: 'ticket', password: ticket.body.ticket },
      EXIT.credentials,
    ],
    ["a will on the neighbour's state", mine, EXIT.notAuthorized, willTo(at(neighbour, 'state'))],
    ['a will on its info', mine, EXIT.notAuthorized, willTo(at(grant, 'info'))],
    ['a will that says online', mine, EXIT.notAuthorized, willTo(at(grant, 'state'), state())],
    ['a will with QoS 2', mine, EXIT.notAuthorized, [...willTo(at(grant, 'state')), '--will-qos', '2']],
    ['MQTT 3.1', mine, EXIT.protocolVersion, ['-V', 'mqttv31']],
  ]
  for (const [name, login, expected, more = []] of cases) {
    const { code, stderr } = await publish(t, login, at(grant, 'telemetry/rot'), rot(1), more)
    t.equal(code, expected, `${name}: ${stderr.split('\n')[0]}`)
  }
  const own = [...willTo(at(grant, 'state')), '--will-retain', '--will-qos', '1']
  t.equal((await publish(t, mine, at(grant, 'telemetry/rot'), rot(1), own)).code, EXIT.ok, 'its own will')
})

t.test(
  'B3 B6 B7 B22: whatever else it says closes its connection and reaches nobody',
  { skip },
  async (t) => {
    const grant = await join(core, owner, 'Narvik', ORG)
    const neighbour = await join(core, owner, 'Lofoten', ORG)
    const stranger = await join(core, rival, 'Kourou', RIVAL)
    const director = await directorOf(t, core)
    const victim = subscribe(t, loginOf(neighbour), [at(neighbour, 'cmd/#'), at(neighbour, 'plan/#')])
    await victim.until('Subscribed')
    const refused: [string, string, string[]?][] = [
      ...['cmd/rot', 'cmd/stop', 'plan/contact-0001'].map((end): [string, string] => [
        at(neighbour, end),
        'a.b.c',
      ]),
      ...['cmd/rot', 'plan/contact-0001', 'status', 'telemetry/other', 'telemetry/rot/1', 'ack/ID'].map(
        (end): [string, string] => [at(grant, end), rot(1)],
      ),
      [at(neighbour, 'state'), state()],
      [at(neighbour, 'telemetry/rot'), rot(1)],
      [at(neighbour, 'ack/abcdefgh'), ack('abcdefgh')],
      [at(stranger, 'telemetry/rot'), rot(1)],
      [at({ ...grant, org: RIVAL }, 'telemetry/rot'), rot(1)],
      [`talos/${ORG}/contact/contact-0001`, '{}'],
      ['talos/system/refresh', '{}'],
      ['$SYS/broker/uptime', '1'],
      ['anything', '1'],
      [at(grant, 'telemetry/rot'), rot(1), ['-r']],
      [at(grant, 'ack/abcdefgh'), ack('abcdefgh'), ['-r']],
      [at(grant, 'telemetry/rot'), rot(1), ['-q', '2']],
    ]
    for (const [topic, payload, more = []] of refused) {
      const { code } = await publish(t, loginOf(grant), topic, payload, more)
      t.equal(code, EXIT.connectionLost, `${topic} ${more.join(' ')}`)
    }
    const misfits: [string, string][] = [
      ['telemetry/rot', '{"az":1}'],
      ['telemetry/rot', rot(1).replace('"az":10', '"az":1e999')],
      ['telemetry/rot', `${rot(1).slice(0, -1)},"stationId":"${neighbour.stationId}"}`],
      ['state', 'no JSON'],
      ['ack/abcdefgh', ack('another-jti')],
    ]
    for (const [end, payload] of misfits) await publish(t, loginOf(grant), at(grant, end), payload)
    t.equal((await publish(t, loginOf(grant), at(grant, 'telemetry/rot'), rot(999))).code, EXIT.ok)
    await director.until(({ payload }) => payload.includes('"seq":999'))
    const own = director.heard.filter(({ retain, payload }) => !retain && !payload.includes('"offline"'))
    t.same(
      own.map(({ topic }) => topic),
      [at(grant, 'telemetry/rot')],
      'the director heard the last one only',
    )
    t.notMatch(victim.stdout, 'received PUBLISH', 'the neighbour was told nothing')
    await core.context.audit.drain()
    const { body } = await owner.api(
      'GET',
      `/orgs/${ORG}/audit?action=broker.refuse&actor=${grant.stationId}`,
    )
    t.ok(body.items.length > 0, 'B24: the trail tells of it')
  },
)

t.test('B7 B8: whatever else it asks for is refused, wildcards and $share too', { skip }, async (t) => {
  const grant = await join(core, owner, 'Alta', ORG)
  const neighbour = await join(core, owner, 'Vardø', ORG)
  const login = loginOf(grant)
  t.same(
    await subackOf(t, login, [at(grant, 'cmd/rot'), at(grant, 'plan/+'), at(grant, 'cmd/+')], 1),
    [1, 1, 1],
  )
  const wide = [
    '#',
    '+',
    '+/#',
    'talos/#',
    `talos/${ORG}/#`,
    '+/+/gs/+/cmd/#',
    'talos/+/gs/+/cmd/#',
    '$SYS/#',
  ]
  t.same(
    await subackOf(t, login, wide),
    wide.map(() => 128),
    wide.join(' '),
  )
  const others = [
    ...[
      at(neighbour, 'cmd/#'),
      at(neighbour, 'plan/#'),
      at(neighbour, 'state'),
      at(neighbour, 'telemetry/+'),
    ],
    ...[at(grant, '#'), at(grant, 'telemetry/+'), at(grant, 'ack/+'), at(grant, 'info'), 'talos/system/#'],
    ...[`$share/g/${at(grant, 'cmd/#')}`, `talos/${ORG}/contact/+`, at({ ...grant, org: RIVAL }, 'cmd/#')],
  ]
  t.same(
    await subackOf(t, login, others),
    others.map(() => 128),
    others.join(' '),
  )
  t.notOk((await subackOf(t, login, [at(grant, 'cmd/#')], 2)).includes(2), 'QoS 2 is not granted')
})

t.test('B23: what is said while it is away is not kept for it', { skip }, async (t) => {
  const grant = await join(core, owner, 'Andøya', ORG)
  const filters = [at(grant, 'cmd/#'), at(grant, 'plan/#'), 'talos/system/refresh']
  const persistent = ['-c', '-q', '1']
  const before = subscribe(t, loginOf(grant), filters, persistent)
  await before.until('Subscribed')
  before.child.kill()
  await before.ended
  const director = await directorOf(t, core)
  await director.client.publishAsync(at(grant, 'plan/contact-0001'), 'a.b.c', { qos: 1 })
  const after = subscribe(t, loginOf(grant), filters, persistent)
  await after.until('Subscribed')
  await director.client.publishAsync(at(grant, 'plan/contact-0002'), 'd.e.f', { qos: 1 })
  await after.until('d.e.f')
  t.notMatch(after.stdout, 'a.b.c')
})
