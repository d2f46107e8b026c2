import t from 'tap'
import { TalosError } from '../../../shared/errors.js'
import type { Principal } from '../../../shared/principal.js'
import {
  ack,
  DIRECTOR,
  FakeClock,
  keyOf,
  NEIGHBOUR,
  STATION,
  startWorld,
  telemetry,
  topicOf,
} from '../../support/broker.js'
import {
  type ConnectOptions,
  connectPacket,
  packet,
  publishPacket,
  subscribePacket,
  TYPE,
} from '../../support/raw-mqtt.js'

const good: ConnectOptions = { clientId: STATION, username: STATION, password: keyOf(STATION) }
const bad: ConnectOptions = { ...good, password: 'wrong' }
const rot = topicOf(STATION, 'telemetry/rot')

/** An authenticate that answers when the test says so. */
function gate() {
  let open: (answer: Principal | Error) => void = () => {}
  let called: () => void = () => {}
  const asked = new Promise<void>((resolve) => {
    called = resolve
  })
  const answer = new Promise<Principal>((resolve, reject) => {
    open = (value) => (value instanceof Error ? reject(value) : resolve(value))
  })
  return {
    asked,
    open: (value: Principal | Error) => open(value),
    authenticate: () => {
      called()
      return answer
    },
  }
}

t.test('P2: packets sent while a bad password is being judged do nothing', async (t) => {
  const world = await startWorld(t)
  const slow = gate()
  const judged = await startWorld(t, { authenticate: slow.authenticate })
  const attacker = await judged.open()
  attacker.send(connectPacket(bad))
  await slow.asked
  attacker.send(publishPacket(rot, telemetry()), subscribePacket([topicOf(STATION, 'cmd/#')]))
  await world.as(STATION) // a round trip elsewhere, so that the bytes above have arrived
  slow.open(new TalosError('bad_credentials', 'no'))
  t.equal(await attacker.connack(), 4)
  await attacker.closed
  t.same(judged.messages, [])
  t.same(
    attacker.received.map(({ type }) => type),
    [TYPE.connack],
    'no SUBACK',
  )
  t.same(
    judged.refusals.map(({ kind }) => kind),
    ['connect'],
  )
})

t.test('P2: packets pipelined behind a good CONNECT are handled after its CONNACK, in order', async (t) => {
  const world = await startWorld(t)
  const client = await world.open()
  const jtis = Array.from({ length: 60 }, (_, i) => `command-${1000 + i}`)
  const acks = jtis.map((jti, i) =>
    publishPacket(topicOf(STATION, `ack/${jti}`), ack(jti), { qos: 1, id: i + 1 }),
  )
  client.send(connectPacket(good), ...acks, subscribePacket([topicOf(STATION, 'cmd/#')], 0, 9))
  t.ok((await client.nextOf(TYPE.suback)) !== null)
  t.same(
    client.received.map(({ type }) => type),
    [TYPE.connack, ...acks.map(() => TYPE.puback), TYPE.suback],
  )
  t.same(
    world.messages.map(({ topic }) => ('jti' in topic ? topic.jti : '')),
    jtis,
  )
})

t.test('P2: presence is told before the first message', async (t) => {
  const world = await startWorld(t)
  const order: string[] = []
  world.broker.onPresence(({ kind }) => order.push(kind))
  world.broker.onMessage(({ kind }) => order.push(kind))
  const client = await world.open()
  client.send(connectPacket(good), publishPacket(rot, telemetry()))
  t.ok(await client.ping())
  t.same(order, ['connected', 'telemetry'])
})

t.test('P2 P12: a CONNECT padded to 64 KiB, or to 5 KiB, is closed without an answer', async (t) => {
  const world = await startWorld(t)
  for (const length of [5 * 1024, 64 * 1024 - 50]) {
    const client = await world.open()
    client.send(connectPacket({ ...good, password: 'x'.repeat(length) }), publishPacket(rot, telemetry()))
    t.equal(await client.connack(), null)
  }
  t.same(world.messages, [])
  t.equal(world.counter('refused.connect.payload_too_large'), 2)
})

t.test('P12 F3: a stranger that announces 256 MB is closed at the announcement', async (t) => {
  const world = await startWorld(t)
  for (const first of [0x10, 0x30]) {
    const client = await world.open()
    client.send(Buffer.from([first, 0xff, 0xff, 0xff, 0x7f]), Buffer.alloc(1024 * 1024))
    await client.closed
  }
  t.equal(world.broker.metrics().pending, 0)
})

t.test('no packet but CONNECT opens a conversation', async (t) => {
  const world = await startWorld(t)
  for (const bytes of [
    publishPacket(rot, telemetry()),
    subscribePacket(['#']),
    packet(0xc0),
    packet(0xe0),
    packet(0x20, Buffer.from([0, 0])),
    Buffer.from('GET /mqtt HTTP/1.1\r\nHost: x\r\n\r\n'),
    Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]),
  ]) {
    const client = await world.open()
    client.send(bytes)
    await client.closed
    t.same(client.received, [])
  }
  t.equal(world.counter('refused.connect.malformed'), 7)
})

t.test('B21 P8: who does not say CONNECT, or says it byte by byte for too long, is closed', async (t) => {
  const world = await startWorld(t, { limits: { connectMs: 200 } })
  const [silent, slow] = [await world.open(), await world.open()]
  slow.send(connectPacket(good).subarray(0, 5))
  await Promise.all([silent.closed, slow.closed])
  t.equal(world.counter('refused.connect.timeout'), 2)
})

t.test('P8: a judge that never answers is CONNACK 3, not a socket held for ever', async (t) => {
  const world = await startWorld(t, {
    limits: { authenticateMs: 100 },
    authenticate: () => new Promise(() => {}),
  })
  t.equal(await world.codeOf(good), 3)
})

t.test(
  'B19: a failing database is CONNACK 3 and an error in the log, and counts against nobody',
  async (t) => {
    let broken = true
    const world = await startWorld(t, {
      limits: { failures: 2, failuresPerAddress: 2 },
      authenticate: (credentials) =>
        broken ? Promise.reject(new Error('ECONNREFUSED 5432')) : world.authenticate(credentials),
    })
    for (let i = 0; i < 5; i++) t.equal(await world.codeOf(good), 3)
    t.equal(world.errors.length, 5)
    t.notMatch(
      JSON.stringify(world.refusals),
      /ECONNREFUSED|key-of/,
      'no inside and no secret in the audit trail',
    )
    broken = false
    t.equal(await world.codeOf(good), 0)
  },
)

t.test('B19: a judge that throws at once is CONNACK 3 too', async (t) => {
  const world = await startWorld(t, {
    authenticate: () => {
      throw new Error('a bug')
    },
  })
  t.equal(await world.codeOf(good), 3)
})

t.test('B1: no user name, no password, neither: CONNACK 4', async (t) => {
  const world = await startWorld(t)
  t.equal(await world.codeOf({ clientId: STATION }), 4)
  t.equal(await world.codeOf({ clientId: STATION, username: STATION }), 4)
  t.equal(await world.codeOf({ clientId: STATION, username: STATION, password: '' }), 4)
  t.equal(await world.codeOf({ clientId: '' }), 4)
})

t.test(
  'B2 B16: a wrong key, the key of another, and an unknown station get one and the same answer',
  async (t) => {
    const world = await startWorld(t)
    t.equal(await world.codeOf(bad), 4)
    t.equal(await world.codeOf({ ...good, password: keyOf(NEIGHBOUR) }), 4)
    t.equal(await world.codeOf({ ...good, username: 'station-none-0001', clientId: 'station-none-0001' }), 4)
    t.equal(await world.codeOf({ ...good, username: NEIGHBOUR }), 4)
  },
)

t.test('B21: so many failures lock a name out; a key that was good before still opens', async (t) => {
  const clock = new FakeClock()
  const world = await startWorld(t, { clock, limits: { failures: 3 } })
  t.equal(await world.codeOf(good), 0)
  for (let i = 0; i < 3; i++) t.equal(await world.codeOf(bad), 4)
  t.equal(await world.codeOf(bad), 3, 'locked: later, not wrong')
  t.equal(await world.codeOf(good), 0, 'the right key of before')
  t.equal(await world.codeOf({ clientId: NEIGHBOUR, username: NEIGHBOUR, password: keyOf(NEIGHBOUR) }), 0)
  clock.ms += 5 * 60_000 + 1
  t.equal(await world.codeOf(bad), 4)
})

t.test('B21: one address may not fill the door', async (t) => {
  const world = await startWorld(t, { limits: { pendingPerAddress: 3 } })
  const waiting = [await world.open(), await world.open(), await world.open()]
  await world.open().then((client) => client.closed)
  t.equal(world.counter('refused.connect.no_room'), 1)
  for (const client of waiting) client.end()
  const again = await world.open()
  let code = await again.connect(good)
  // The broker may hear of the ends after this CONNECT; then the door is still full.
  while (code === null) code = await world.codeOf(good)
  t.equal(code, 0)
})

t.test(
  'B24: refusals at the door are audited with address and without secrets, and a flood is few',
  async (t) => {
    const world = await startWorld(t, { limits: { failures: 1000, refusalsPerSource: 2 } })
    for (let i = 0; i < 20; i++) await world.codeOf(bad)
    t.equal(world.refusals.length, 2)
    t.match(world.refusals[0], { kind: 'connect', code: 'bad_credentials', remoteAddress: '127.0.0.1' })
    t.notMatch(JSON.stringify(world.refusals), /wrong/)
    t.equal(world.counter('refused.connect.bad_credentials'), 20)
  },
)

t.test('P9: clients that vanish at every point of their CONNECT leave nothing behind', async (t) => {
  const world = await startWorld(t, { limits: { connectsPerMinute: 1000 } })
  const bytes = connectPacket(good)
  for (let i = 1; i <= 50; i++) {
    const client = await world.open()
    client.send(bytes.subarray(0, Math.ceil((bytes.length * i) / 50)))
    client.end()
  }
  const director = await world.as(DIRECTOR)
  t.ok(await director.ping())
  const survivor = await world.as(STATION)
  t.ok(await survivor.ping())
  t.match(world.broker.metrics(), { pending: 0, connections: { station: { tcp: 1 }, service: { tcp: 1 } } })
  t.equal(world.broker.cut({ stationId: STATION }, 'test'), 1)
  await survivor.closed
})
