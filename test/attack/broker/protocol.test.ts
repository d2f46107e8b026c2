import t from 'tap'
import {
  DIRECTOR,
  keyOf,
  ORG,
  onlineState,
  STATION,
  startWorld,
  telemetry,
  topicOf,
} from '../../support/broker.js'
import {
  type ConnectOptions,
  connectPacket,
  DISCONNECT,
  packet,
  publishPacket,
  subscribePacket,
  TYPE,
  u16,
} from '../../support/raw-mqtt.js'

const me: ConnectOptions = { clientId: STATION, username: STATION, password: keyOf(STATION) }

t.test('P25 F1: MQTT 5 and 3.1 are CONNACK 1; other protocols are closed', async (t) => {
  const world = await startWorld(t)
  t.equal(await world.codeOf({ ...me, level: 5 }), 1)
  t.equal(await world.codeOf({ ...me, level: 3, name: 'MQIsdp' }), 1)
  t.equal(await world.codeOf({ ...me, level: 0x84 }), 1, 'bridge mode')
  t.equal(await world.codeOf({ ...me, name: 'AMQP' }), null)
})

t.test('P25: an empty client id is CONNACK 2, clean or not', async (t) => {
  const world = await startWorld(t)
  for (const clean of [true, false]) t.equal(await world.codeOf({ ...me, clientId: '', clean }), 2)
})

t.test('P17: keepalive 0 and beyond 300 s are CONNACK 5', async (t) => {
  const world = await startWorld(t)
  for (const keepalive of [0, 9, 301, 65_535])
    t.equal(await world.codeOf({ ...me, keepalive }), 5, `${keepalive}`)
})

t.test(
  'P17: a client that falls silent is found dead after 1.5 keepalives, and its station is offline',
  async (t) => {
    const world = await startWorld(t, { limits: { keepaliveMinS: 1 } })
    const client = await world.as(STATION, { keepalive: 1 })
    client.send(publishPacket(topicOf(STATION, 'state'), onlineState()))
    await client.closed
    t.equal(world.counter('ended.lost'), 1)
    t.match(world.messages.at(-1), { message: { link: 'offline' } })
  },
)

t.test('P29: packets behind a DISCONNECT in one segment do nothing', async (t) => {
  const world = await startWorld(t)
  const person = await world.as('ticket')
  await person.subscribe([`talos/${ORG}/gs/+/telemetry/+`])
  const client = await world.as(STATION)
  client.send(
    publishPacket(topicOf(STATION, 'telemetry/rot'), telemetry(1)),
    DISCONNECT,
    publishPacket(topicOf(STATION, 'telemetry/rot'), telemetry(2)),
    publishPacket('$SYS/x/new/clients', 'x'),
  )
  await client.closed
  t.match(JSON.parse((await person.nextPublish())?.payload ?? ''), { seq: 1 })
  await world.until(() => world.presence.at(-1)?.reason === 'goodbye')
  t.ok(await person.ping())
  t.equal(person.received.filter(({ type }) => type === TYPE.publish).length, 1)
  t.same(world.refusals, [])
})

t.test('a second CONNECT, and every packet that only a broker sends, ends the connection', async (t) => {
  const world = await startWorld(t, { limits: { connectsPerMinute: 1000 } })
  const wrong: [string, Buffer][] = [
    ['CONNECT', connectPacket(me)],
    ['CONNACK', packet(0x20, Buffer.from([0, 0]))],
    ['PUBREC', packet(0x50, u16(1))],
    ['PUBREL', packet(0x62, u16(1))],
    ['PUBCOMP', packet(0x70, u16(1))],
    ['SUBACK', packet(0x90, u16(1), Buffer.from([0]))],
    ['UNSUBACK', packet(0xb0, u16(1))],
    ['PINGRESP', packet(0xd0)],
    ['AUTH', packet(0xf0)],
    ['type 0', packet(0x00)],
    ['PINGREQ with flags', packet(0xc1)],
    ['SUBSCRIBE with flags 0', packet(0x80, u16(1), Buffer.from([0, 1, 97, 0]))],
    ['SUBSCRIBE without a filter', packet(0x82, u16(1))],
    ['UNSUBSCRIBE without a filter', packet(0xa2, u16(1))],
    ['PUBACK without an id', packet(0x40)],
    ['SUBSCRIBE that is cut short', packet(0x82, u16(1), Buffer.from([0, 9, 97]))],
    ['PUBLISH with QoS 3', packet(0x36, Buffer.from([0, 1, 97]), u16(1))],
    ['PUBLISH with QoS 1 and no packet id', packet(0x32, Buffer.from([0, 1, 97]))],
    ['PUBLISH with packet id 0', publishPacket(topicOf(STATION, 'state'), onlineState(), { qos: 1, id: 0 })],
    ['PUBLISH shorter than its topic', packet(0x30, Buffer.from([0, 99, 97]))],
    ['a length of five bytes', Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 0x01])],
  ]
  for (const [what, bytes] of wrong) {
    const client = await world.as(STATION)
    client.send(bytes)
    t.notOk(await client.ping(), what)
    client.end()
  }
  t.same(world.messages, [])
  t.same(world.errors, [])
})

t.test('QoS 2 is not served to anybody', async (t) => {
  const world = await startWorld(t)
  for (const [name, topic] of [
    [STATION, topicOf(STATION, 'state')],
    [DIRECTOR, topicOf(STATION, 'plan/contact-0001')],
  ] as const) {
    const client = await world.as(name)
    client.send(publishPacket(topic, onlineState(), { qos: 2 }))
    await client.closed
    t.equal(client.received.length, 1, 'the CONNACK and no PUBREC')
  }
})

t.test('one byte at a time is as good as one segment', async (t) => {
  const world = await startWorld(t)
  const client = await world.open()
  for (const byte of Buffer.concat([
    connectPacket(me),
    subscribePacket([topicOf(STATION, 'cmd/#')]),
    publishPacket(topicOf(STATION, 'telemetry/rot'), telemetry()),
  ])) {
    client.send(Buffer.from([byte]))
    await new Promise(setImmediate)
  }
  t.equal(await client.connack(), 0)
  t.ok(await client.ping())
  t.equal(world.messages.length, 1)
})
