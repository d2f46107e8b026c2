import t from 'tap'
import { DIRECTOR, ORG, onlineState, STATION, startWorld, telemetry, topicOf } from '../support/broker.js'
import {
  DISCONNECT,
  PINGREQ,
  packet,
  publishPacket,
  readPublish,
  subscribePacket,
  TYPE,
  u16,
} from '../support/raw-mqtt.js'

const ROT = topicOf(STATION, 'telemetry/rot')
const STATE = topicOf(STATION, 'state')

t.test('messages of one publisher arrive in order, whatever their QoS', async (t) => {
  const world = await startWorld(t)
  const director = await world.as(DIRECTOR)
  t.same(await director.subscribe([`talos/+/gs/+/state`, `talos/+/gs/+/telemetry/+`], 1), [1, 1])
  const station = await world.as(STATION)
  const sent = Array.from({ length: 40 }, (_, i) => i)
  station.send(
    ...sent.map((i) =>
      i % 2 === 0
        ? publishPacket(ROT, telemetry(i))
        : publishPacket(STATE, onlineState({ seq: i }), { qos: 1, id: i }),
    ),
  )
  const got: number[] = []
  const ids: number[] = []
  while (got.length < sent.length) {
    const received = await director.nextOf(TYPE.publish)
    if (received === null) throw new Error('closed')
    const { payload, qos } = readPublish(received)
    const seq = JSON.parse(payload).seq
    t.equal(qos, seq % 2, 'QoS')
    if (qos === 1) ids.push(received.body.readUInt16BE(2 + received.body.readUInt16BE(0)))
    got.push(seq)
  }
  t.same(got, sent)
  t.same(
    ids,
    ids.map((_, i) => i + 1),
    '[MQTT-2.3.1-1] each with an identifier of its own',
  )
  for (const i of sent.filter((i) => i % 2 === 1))
    t.same((await station.nextOf(TYPE.puback))?.body, u16(i), 'and each was acknowledged')
})

t.test('[MQTT-3.8.4-6] a subscription with QoS 0 is sent QoS 0, with a wildcard too', async (t) => {
  const world = await startWorld(t)
  const person = await world.as('ticket')
  await person.subscribe([`talos/${ORG}/gs/+/state`], 0)
  const station = await world.as(STATION)
  station.send(publishPacket(STATE, onlineState(), { qos: 1, id: 7 }))
  t.match(await person.nextPublish(), { topic: STATE, qos: 0, retain: false })
})

t.test('an acknowledgement that was not asked for harms nobody', async (t) => {
  const world = await startWorld(t)
  const station = await world.as(STATION)
  station.send(packet(0x40, u16(9)))
  t.ok(await station.ping())
})

t.test('P29: what lies behind a DISCONNECT is not heard', async (t) => {
  const world = await startWorld(t)
  const station = await world.as(STATION)
  station.send(DISCONNECT, publishPacket(STATE, onlineState()), PINGREQ)
  await station.closed
  t.same(world.messages, [])
})

t.test('who closes its half right behind a message still gets the acknowledgement', async (t) => {
  const world = await startWorld(t)
  for (let seq = 1; seq <= 30; seq++) {
    const station = await world.as(STATION)
    station.socket.end(publishPacket(STATE, onlineState({ seq }), { qos: 1, id: seq }))
    t.same((await station.nextOf(TYPE.puback))?.body, u16(seq))
    await station.closed
  }
})

t.test('what comes behind a packet that ends the connection is not heard', async (t) => {
  const world = await startWorld(t)
  const station = await world.as(STATION)
  const foreign = publishPacket(topicOf(STATION, 'cmd/rot'), '{}')
  station.send(foreign, publishPacket(STATE, onlineState()))
  await station.closed
  t.same(world.messages, [])
  t.same(
    world.refusals.map(({ code }) => code),
    ['publish_denied'],
  )
})

t.test('a packet is heard when its last byte is there, however it was cut', async (t) => {
  const world = await startWorld(t)
  const station = await world.as(STATION)
  const bytes = Buffer.concat([publishPacket(STATE, onlineState(), { qos: 1, id: 1 }), PINGREQ])
  for (const byte of bytes) station.send(Buffer.from([byte]))
  t.same((await station.nextOf(TYPE.puback))?.body, u16(1))
  t.ok(await station.nextOf(TYPE.pingresp))
  t.equal(world.messages.length, 1)
})

t.test('a message that breaks its schema is acknowledged and said to nobody', async (t) => {
  const world = await startWorld(t)
  const person = await world.as('ticket')
  await person.subscribe([`talos/${ORG}/gs/+/state`], 1)
  const station = await world.as(STATION)
  station.send(publishPacket(STATE, '{}', { qos: 1, id: 1 }))
  station.send(publishPacket(STATE, onlineState({ seq: 2 }), { qos: 1, id: 2 }))
  t.same((await station.nextOf(TYPE.puback))?.body, u16(1))
  t.same((await station.nextOf(TYPE.puback))?.body, u16(2))
  t.match(await person.nextPublish(), { payload: /"seq":2/ })
})

t.test('a SUBSCRIBE holds for what is said behind it in the same segment', async (t) => {
  const world = await startWorld(t)
  const director = await world.as(DIRECTOR)
  const station = await world.as(STATION)
  director.send(subscribePacket([`talos/+/gs/+/state`], 1), PINGREQ)
  await director.nextOf(TYPE.pingresp)
  station.send(publishPacket(STATE, onlineState()))
  t.match(await director.nextPublish(), { topic: STATE })
})

t.test('how long a message takes is measured from its read to its write', async (t) => {
  const world = await startWorld(t)
  const station = await world.as(STATION)
  for (let i = 0; i < 32; i++) {
    station.send(publishPacket(STATE, onlineState({ seq: i }), { qos: 1, id: i + 1 }))
    await station.nextOf(TYPE.puback)
  }
  await station.ping()
  const { count, sumS } = world.broker.counts().latency
  t.ok(count >= 1 && count <= 3, 'one read of sixteen')
  t.ok(sumS > 0)
})
