/**
 * MQTT 3.1.1 as far as it is served: what Eclipse Paho's suite tries, with the topics and rights of design section 4, and
 * what of it is refused by design.
 */
import t from 'tap'
import {
  ack,
  DIRECTOR,
  keyOf,
  ORG,
  offlineState,
  onlineState,
  STATION,
  startWorld,
  telemetry,
  topicOf,
} from '../../support/broker.js'
import {
  DISCONNECT,
  publishPacket,
  type RawClient,
  readPublish,
  subscribePacket,
  TYPE,
  u16,
  unsubscribePacket,
} from '../../support/raw-mqtt.js'

const state = topicOf(STATION, 'state')
const rot = topicOf(STATION, 'telemetry/rot')
const states = `talos/${ORG}/gs/+/state`
const telemetries = `talos/${ORG}/gs/+/telemetry/+`
const me = { clientId: STATION, username: STATION, password: keyOf(STATION) }

const heard = (client: RawClient) =>
  client.received.filter(({ type }) => type === TYPE.publish).map((packet) => readPublish(packet))

t.test(
  'what is said with QoS 0 and 1 is heard at the lower of both QoS, in order [MQTT-3.8.4-6]',
  async (t) => {
    const world = await startWorld(t)
    const [speaker, at0, at1] = [await world.as(STATION), await world.as('ticket'), await world.as(DIRECTOR)]
    t.same(await at0.subscribe([telemetries, states], 0), [0, 0])
    t.same(await at1.subscribe(['talos/+/gs/+/telemetry/+', 'talos/+/gs/+/state'], 1), [1, 1])
    const said = Array.from({ length: 40 }, (_, i) => ({ qos: i % 2, seq: i + 1 }))
    for (const { qos, seq } of said) speaker.send(publishPacket(rot, telemetry(seq), { qos, id: seq }))
    t.ok(await speaker.ping())
    t.same(
      speaker.received.filter(({ type }) => type === TYPE.puback).map(({ body }) => body.readUInt16BE(0)),
      said.filter(({ qos }) => qos === 1).map(({ seq }) => seq),
      'a PUBACK for each, with its id, in order [MQTT-4.6.0-2]',
    )
    for (const [reader, most] of [
      [at0, 0],
      [at1, 1],
    ] as const) {
      t.ok(await reader.ping())
      const got = heard(reader).map(({ qos, payload, dup, retain }) => {
        const { seq } = JSON.parse(payload)
        return { seq, qos, dup, retain }
      })
      // In order for each QoS with which it was said [MQTT-4.6.0-6].
      for (const qos of [0, 1])
        t.same(
          got.filter(({ seq }) => (seq - 1) % 2 === qos),
          said
            .filter((one) => one.qos === qos)
            .map(({ seq }) => ({ seq, qos: Math.min(qos, most), dup: false, retain: false })),
        )
    }
  },
)

t.test('retained: the last one, with the flag, to newcomers only [MQTT-3.3.1-6, -8, -9]', async (t) => {
  const world = await startWorld(t)
  const [speaker, early] = [await world.as(STATION), await world.as('ticket')]
  await early.subscribe([states], 1)
  for (const seq of [1, 2]) {
    speaker.send(publishPacket(state, onlineState({ seq }), { qos: 1, retain: true, id: seq }))
    t.match(await early.nextPublish(), { retain: false, qos: 1 }, 'to those who are there it is news')
  }
  speaker.send(publishPacket(state, onlineState({ seq: 3 }), { qos: 1, id: 3 }))
  t.match(await early.nextPublish(), { retain: false })
  const late = await world.as(DIRECTOR)
  await late.subscribe(['talos/+/gs/+/state'], 1)
  t.ok(await late.ping())
  t.match(heard(late), [{ retain: true, qos: 1 }])
  t.equal(JSON.parse(heard(late)[0]?.payload ?? '').seq, 2, 'what is not retained replaces nothing')
  await late.subscribe(['talos/+/gs/+/state'], 0)
  t.ok(await late.ping())
  t.match(heard(late)[1], { retain: true, qos: 0 }, 'and to whom asks again [MQTT-3.8.4-3]')
})

t.test('B22: an empty retained message forgets nothing: it is no state', async (t) => {
  const world = await startWorld(t)
  const speaker = await world.as(STATION)
  speaker.send(
    publishPacket(state, onlineState(), { retain: true }),
    publishPacket(state, '', { retain: true }),
  )
  t.ok(await speaker.ping())
  t.equal(world.broker.metrics().retained, 1)
})

t.test('a will is said when the socket dies, not after a DISCONNECT [MQTT-3.1.2-8, -10]', async (t) => {
  const world = await startWorld(t)
  const will = { topic: state, payload: offlineState(), qos: 1, retain: true }
  const reader = await world.as('ticket')
  await reader.subscribe([states], 1)
  const polite = await world.as(STATION, { will })
  polite.send(DISCONNECT)
  await polite.closed
  await world.until(() => world.presence.at(-1)?.reason === 'goodbye')
  t.ok(await reader.ping())
  t.same(heard(reader), [])
  const lost = await world.as(STATION, { will })
  lost.socket.resetAndDestroy()
  t.match(JSON.parse((await reader.nextPublish())?.payload ?? ''), { link: 'offline' })
})

t.test('SUBACK has a code for each filter, in order [MQTT-3.8.4-5]', async (t) => {
  const world = await startWorld(t)
  const client = await world.as('ticket')
  t.same(await client.subscribe([states, '#', telemetries, '$SYS/#'], 1), [1, 128, 1, 128])
  t.ok(await client.ping(), 'a refused filter ends nothing')
})

t.test(
  'UNSUBACK for what was asked for and what was not; nothing comes after it [MQTT-3.10.4]',
  async (t) => {
    const world = await startWorld(t)
    const [speaker, reader] = [await world.as(STATION), await world.as('ticket')]
    await reader.subscribe([states, telemetries])
    reader.send(unsubscribePacket([telemetries, 'never/asked'], 77))
    t.same((await reader.nextOf(TYPE.unsuback))?.body, u16(77))
    speaker.send(publishPacket(rot, telemetry()), publishPacket(state, onlineState()))
    t.match(await reader.nextPublish(), { topic: state })
    t.same(
      heard(reader).map(({ topic }) => topic),
      [state],
    )
  },
)

t.test('overlapping filters: one copy or one for each, and none is lost [MQTT-3.3.5-1]', async (t) => {
  const world = await startWorld(t)
  const [speaker, reader] = [await world.as(STATION), await world.as('ticket')]
  t.same(await reader.subscribe([telemetries, rot], 1), [1, 1])
  for (const seq of [1, 2, 3]) speaker.send(publishPacket(rot, telemetry(seq), { qos: 1, id: seq }))
  t.ok(await speaker.ping())
  t.ok(await reader.ping())
  const seqs = heard(reader).map(({ payload }) => JSON.parse(payload).seq)
  t.same([...new Set(seqs)], [1, 2, 3])
  t.ok(seqs.length === 3 || seqs.length === 6, `${seqs.length} copies`)
  t.same([...new Set(heard(reader).map(({ qos }) => qos))], [1])
})

t.test(
  'B23: a clean session whatever is asked for: none is present, nothing was queued, nothing comes again',
  async (t) => {
    const world = await startWorld(t)
    const plans = await world.as(DIRECTOR)
    const first = await world.as(STATION, { clean: false })
    await first.subscribe([topicOf(STATION, 'plan/#')], 1)
    plans.send(publishPacket(topicOf(STATION, 'plan/contact-0001'), 'a.b.c', { qos: 1 }))
    t.match(await first.nextPublish(), { qos: 1 }, 'heard, and never acknowledged')
    first.end()
    await world.until(() => world.presence.at(-1)?.kind === 'disconnected')
    plans.send(publishPacket(topicOf(STATION, 'plan/contact-0002'), 'd.e.f', { qos: 1, id: 2 }))
    t.ok(await plans.ping())
    const again = await world.as(STATION, { clean: false })
    t.equal(again.received[0]?.body[0], 0, 'session present 0 [MQTT-3.2.2-3]')
    t.ok(await again.ping())
    t.same(heard(again), [])
  },
)

t.test(
  'B9: a client id is a name: an empty one is CONNACK 2, clean session or not [MQTT-3.1.3-8]',
  async (t) => {
    const world = await startWorld(t)
    for (const clean of [true, false]) t.equal(await world.codeOf({ ...me, clientId: '', clean }), 2)
  },
)

t.test(
  'P22: PUBACK says that a message was read; whether it was taken, an ack of its own says',
  async (t) => {
    const world = await startWorld(t)
    const [speaker, director] = [await world.as(STATION), await world.as(DIRECTOR)]
    await director.subscribe(['talos/+/gs/+/ack/+'], 1)
    speaker.send(publishPacket(topicOf(STATION, 'ack/command-0001'), 'no JSON', { qos: 1, id: 7 }))
    t.same((await speaker.nextOf(TYPE.puback))?.body, u16(7))
    speaker.send(publishPacket(topicOf(STATION, 'ack/command-0002'), ack('command-0002'), { qos: 1, id: 8 }))
    t.match(await director.nextPublish(), { topic: topicOf(STATION, 'ack/command-0002') })
  },
)

t.test('the same packet id may be used again at once, and 65,535 too [MQTT-2.3.1-2]', async (t) => {
  const world = await startWorld(t)
  const speaker = await world.as(STATION)
  const ids = [1, 1, 65_535, 1]
  speaker.send(...ids.map((id) => publishPacket(rot, telemetry(id), { qos: 1, id })))
  t.ok(await speaker.ping())
  const pubacks = speaker.received.filter(({ type }) => type === TYPE.puback)
  t.same(
    pubacks.map(({ body }) => body.readUInt16BE(0)),
    ids,
  )
})

t.test('a SUBSCRIBE behind a retained PUBLISH in one segment is shown it once', async (t) => {
  const world = await startWorld(t)
  const [speaker, reader] = [await world.as(STATION), await world.as('ticket')]
  speaker.send(publishPacket(state, onlineState(), { qos: 1, retain: true }))
  t.ok(await speaker.ping())
  reader.send(subscribePacket([states], 1))
  t.match(await reader.nextPublish(), { retain: true })
  t.ok(await reader.ping())
  t.equal(heard(reader).length, 1)
})
