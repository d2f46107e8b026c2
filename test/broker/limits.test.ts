/** Each limit of the way in, tried over a real socket: what the client sees, and that it is counted under its name. */
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { connect as connectTcp } from 'node:net'
import { join, resolve } from 'node:path'
import t, { type Test } from 'tap'
import { AddressSet } from '../../broker/address-set.js'
import { DEFAULT_LIMITS, LIMIT_NAMES, type LimitName } from '../../broker/limits.js'
import { TlsListener } from '../../broker/listeners.js'
import { MINUTE } from '../../shared/time.js'
import {
  DIRECTOR,
  FakeClock,
  keyOf,
  NEIGHBOUR,
  offlineState,
  onlineState,
  SESSION,
  STATION,
  startWorld,
  topicOf,
  type World,
} from '../support/broker.js'
import { certificate } from '../support/certificate.js'
import { limit, me, neighbour } from '../support/limit-case.js'
import { lengthOf, publishPacket } from '../support/raw-mqtt.js'

const files = certificate(t)
const withoutTls = files === null ? 'openssl is not installed' : false
const page = (n: number) => ({
  clientId: `user:${SESSION}:${n}`,
  username: 'ticket',
  password: keyOf('ticket'),
})
const state = topicOf(STATION, 'state')

limit(['connect_time'], 'who says nothing is let go', { limits: { connectMs: 50 } }, async (_, world) => {
  const silent = await world.open()
  await silent.closed
})

limit(
  ['connect_bytes'],
  'a CONNECT that announces too much is let go before it comes',
  {},
  async (_, world) => {
    const client = await world.open()
    client.send(Buffer.from([0x10]), lengthOf(DEFAULT_LIMITS.connectBytes + 1))
    await client.closed
  },
)

limit(
  ['authenticate_time'],
  'a judge that takes too long is CONNACK 3',
  { limits: { authenticateMs: 50 }, authenticate: () => new Promise(() => {}) },
  async (t, world) => {
    t.equal(await world.codeOf(me), 3)
  },
)

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
/** Opens sockets that say nothing until the limit bites. */
const crowd = (name: LimitName) => async (t: Test, world: World) => {
  while (world.counter(`limited.${name}`) === 0) await world.open()
  t.ok(world.clients.length >= 2, 'and not before')
  await Promise.race(world.clients.map(({ closed }) => closed))
}
const oneTurn = { connectsPerSecond: 1, connectBurst: 1 }
limit(
  ['pending_per_address'],
  'so many sockets of one address may be at the door',
  { limits: { pendingPerAddress: 1 } },
  crowd('pending_per_address'),
)
limit(
  ['waiting'],
  'so many sockets may wait for their turn',
  { limits: { ...oneTurn, waiting: 1 } },
  crowd('waiting'),
)
limit(
  ['waiting_per_address'],
  'so many sockets of one address may wait for their turn',
  { limits: { ...oneTurn, waitingPerAddress: 1 } },
  crowd('waiting_per_address'),
)

const doorClock = new FakeClock()
limit(
  ['pending'],
  'when the door is full, who says nothing gives its place to one who waits',
  { clock: doorClock, limits: { pending: 1 } },
  async (t, world) => {
    const silent = await world.open()
    while (world.broker.metrics().pending < 1) await turn()
    const code = world.codeOf(me)
    while (world.broker.metrics().pending < 2) await turn()
    doorClock.ms += MINUTE
    await silent.closed
    t.equal(await code, 0)
  },
)

limit(['keepalive'], 'no keepalive, or one that is too long, is CONNACK 5', {}, async (t, world) => {
  t.equal(await world.codeOf({ ...me, keepalive: 0 }), 5)
  t.equal(await world.codeOf({ ...me, keepalive: DEFAULT_LIMITS.keepaliveMaxS + 1 }), 5)
  t.equal(await world.codeOf({ ...me, keepalive: DEFAULT_LIMITS.keepaliveMaxS }), 0)
})

limit(['will_bytes'], 'a will that is too large is CONNACK 5', {}, async (t, world) => {
  const payload = offlineState() + ' '.repeat(DEFAULT_LIMITS.willBytes)
  t.equal(await world.codeOf({ ...me, will: { topic: state, payload } }), 5)
})

limit(['connections'], 'the broker is full: CONNACK 3', { limits: { connections: 1 } }, async (t, world) => {
  t.equal(await world.codeOf(me), 0)
  t.equal(await world.codeOf(neighbour), 3)
  t.equal(await world.codeOf(me), 0, 'a takeover needs no place')
})

limit(
  ['connections_per_address'],
  'an address is full: CONNACK 3',
  { limits: { connectionsPerAddress: 1 } },
  async (t, world) => {
    t.equal(await world.codeOf(me), 0)
    t.equal(await world.codeOf(neighbour), 3)
  },
)

t.test('this machine and declared balancers have no limit of their own', async (t) => {
  const limits = { connectionsPerAddress: 1, failuresPerAddress: 1, pendingPerAddress: 1 }
  const world = await startWorld(t, { limits, isShared: (address) => address === '127.0.0.1' })
  t.equal(await world.codeOf({ ...me, password: 'wrong' }), 4)
  t.equal(await world.codeOf(me), 0)
  t.equal(await world.codeOf(neighbour), 0)
})

limit(
  ['connections_per_session', 'connections_per_service'],
  'a session and a service have so many connections: CONNACK 3',
  { limits: { connectionsPerSession: 1, connectionsPerService: 1 } },
  async (t, world) => {
    const service = (n: number) => ({
      clientId: `${DIRECTOR}:${n}`,
      username: DIRECTOR,
      password: keyOf(DIRECTOR),
    })
    t.equal(await world.codeOf(page(1)), 0)
    t.equal(await world.codeOf(page(2)), 3)
    t.equal(await world.codeOf(service(1)), 0)
    t.equal(await world.codeOf(service(2)), 3)
  },
)

limit(
  ['connects'],
  'who connects over and over is CONNACK 3, and others are not',
  { limits: { connectsPerMinute: 2 } },
  async (t, world) => {
    t.same([await world.codeOf(me), await world.codeOf(me), await world.codeOf(me)], [0, 0, 3])
    t.equal(await world.codeOf(neighbour), 0)
  },
)

limit(
  ['failures'],
  'so many failures are CONNACK 3, whatever the key is then',
  { limits: { failures: 3 } },
  async (t, world) => {
    for (let i = 0; i < 3; i++) t.equal(await world.codeOf({ ...me, password: 'wrong' }), 4)
    t.equal(await world.codeOf(me), 3)
  },
)

const clock = new FakeClock()
limit(
  ['penalty'],
  'who is cut three times for what it says waits a minute: CONNACK 3',
  { clock, limits: { penaltyStrikes: DEFAULT_LIMITS.penaltyStrikes } },
  async (t, world) => {
    for (let i = 0; i < DEFAULT_LIMITS.penaltyStrikes; i++) {
      const client = await world.as(STATION)
      client.send(publishPacket(topicOf(NEIGHBOUR, 'state'), onlineState()))
      await client.closed
    }
    t.equal(await world.codeOf(me), 3)
    t.equal(await world.codeOf(neighbour), 0)
    clock.ms += MINUTE
    t.equal(await world.codeOf(me), 0)
  },
)

for (const name of ['loop_delay', 'memory'] as const) {
  let overload: typeof name | null = null
  limit(
    [name],
    `overloaded (${name}): newcomers are CONNACK 3, who is in is served`,
    { overload: () => overload },
    async (t, world) => {
      const client = await world.as(STATION)
      overload = name
      t.equal(await world.codeOf(neighbour), 3)
      t.ok(await client.ping())
      overload = null
      t.equal(await world.codeOf(neighbour), 0)
    },
  )
}

limit(
  ['handshakes', 'handshake_time', 'proxy_header'],
  'TLS handshakes and PROXY headers have places and an end, and the broker counts them',
  {},
  async (t, world) => {
    if (files === null) return
    const listener = new TlsListener(world.broker, {
      ...{ host: '127.0.0.1', port: 0, cert: readFileSync(files.certFile), key: readFileSync(files.keyFile) },
      balancers: AddressSet.parse('127.0.0.2') as AddressSet,
      limits: { ...DEFAULT_LIMITS, handshakes: 1, handshakeMs: 200, proxyHeaderMs: 200 },
    })
    await listener.start()
    t.teardown(() => listener.stop())
    const dial = (localAddress: string) => {
      const socket = connectTcp({ host: '127.0.0.1', port: listener.address().port, localAddress })
      socket.on('error', () => {})
      return once(socket, 'close')
    }
    await Promise.all([dial('127.0.0.1'), dial('127.0.0.1')])
    await dial('127.0.0.2')
    t.equal(world.counter('refused.connect.handshake'), 1)
    t.match(world.refusals, [{ kind: 'connect', code: 'expired', remoteAddress: '127.0.0.2' }])
  },
  withoutTls,
)

t.test('B21: every limit is tried over a real socket', async (t) => {
  const folder = resolve(import.meta.dirname, '../../../test/broker')
  const sources = readdirSync(folder)
    .filter((file) => /^(limits.*|listeners)\.test\.ts$/.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
  t.same(
    LIMIT_NAMES.filter((name) => !sources.some((source) => source.includes(`'${name}'`))),
    [],
  )
})
