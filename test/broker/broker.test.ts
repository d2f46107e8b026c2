import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import mqtt from 'mqtt'
import t from 'tap'
import { createWebSocketStream, WebSocketServer } from 'ws'
import { contactMessageSchema } from '../../shared/api/contacts.js'
import { SYSTEM_REFRESH } from '../../shared/topics.js'
import {
  ack,
  BOOT,
  DIRECTOR,
  keyOf,
  NEIGHBOUR,
  ORG,
  offlineState,
  onlineState,
  SESSION,
  STATION,
  startWorld,
  telemetry,
  topicOf,
  user,
} from '../support/broker.js'
import { makeContact } from '../support/contact.js'
import { publishPacket, TYPE, unsubscribePacket } from '../support/raw-mqtt.js'

const state = topicOf(STATION, 'state')
const will = { topic: state, payload: offlineState(), qos: 1, retain: true }

t.test('what a station says reaches people and director, and core in-process, parsed', async (t) => {
  const world = await startWorld(t)
  const [me, person, plans] = [await world.as(STATION), await world.as('ticket'), await world.as(DIRECTOR)]
  t.same(await person.subscribe([`talos/${ORG}/gs/+/telemetry/+`]), [0])
  t.same(await plans.subscribe(['talos/+/gs/+/ack/+'], 1), [1])
  me.send(
    publishPacket(topicOf(STATION, 'telemetry/rot'), telemetry(7)),
    publishPacket(topicOf(STATION, 'ack/command-0001'), ack('command-0001'), { qos: 1, id: 9 }),
  )
  t.match(await person.nextPublish(), { topic: topicOf(STATION, 'telemetry/rot'), qos: 0, retain: false })
  t.match(await plans.nextPublish(), { topic: topicOf(STATION, 'ack/command-0001'), qos: 1 })
  t.same((await me.nextOf(TYPE.puback))?.body, Buffer.from([0, 9]))
  t.match(world.messages, [
    {
      kind: 'telemetry',
      topic: { sid: STATION, channel: 'rot' },
      message: { seq: 7 },
      principal: { id: STATION },
    },
    { kind: 'ack', topic: { jti: 'command-0001' }, message: { result: 'accepted' } },
  ])
  t.type(world.messages[0]?.receivedAt, 'number')
})

t.test('core says commands, refresh and contacts; each reaches whom it is for', async (t) => {
  const world = await startWorld(t)
  const [me, neighbour, person] = [
    await world.as(STATION),
    await world.as(NEIGHBOUR),
    await world.as('ticket'),
  ]
  for (const [client, sid] of [
    [me, STATION],
    [neighbour, NEIGHBOUR],
  ] as const)
    t.same(await client.subscribe([topicOf(sid, 'cmd/#'), SYSTEM_REFRESH], 1), [1, 1])
  t.same(await person.subscribe([`talos/${ORG}/contact/+`], 1), [1])
  world.broker.publish(topicOf(STATION, 'cmd/rot'), 'a.b.c')
  world.broker.publish(SYSTEM_REFRESH, JSON.stringify({ ts: '2026-01-01T00:00:00.000Z', what: 'keys' }))
  const contact = makeContact({ id: 'contact-0001', org: ORG, stationId: STATION })
  const body = JSON.stringify(contactMessageSchema.parse({ ts: '2026-01-01T00:00:00.000Z', contact }))
  world.broker.publish(`talos/${ORG}/contact/contact-0001`, body)
  t.match(await me.nextPublish(), { topic: topicOf(STATION, 'cmd/rot'), payload: 'a.b.c', qos: 0 })
  t.match(
    await neighbour.nextPublish(),
    { topic: SYSTEM_REFRESH, qos: 1 },
    'not the command of its neighbour',
  )
  t.match(await person.nextPublish(), { topic: `talos/${ORG}/contact/contact-0001`, qos: 1 })
  t.throws(() => world.broker.publish(`talos/${ORG}/contact/contact-0002`, body), { code: 'malformed' })
})

t.test('B22 B23 B26: core cannot retain, queue or say what its readers would refuse', async (t) => {
  const { broker } = await startWorld(t)
  const rot = topicOf(STATION, 'cmd/rot')
  t.throws(() => broker.publish(rot, 'a.b.c', { retain: true }), { code: 'publish_denied' })
  t.throws(() => broker.publish(rot, 'a.b.c', { qos: 1 }), { code: 'publish_denied' })
  t.throws(() => broker.publish(rot, '{"az":1}'), { code: 'malformed' })
  t.throws(() => broker.publish(state, onlineState()), { code: 'publish_denied' })
  t.throws(() => broker.publish('$SYS/x', 'x'), { code: 'publish_denied' })
  t.throws(() => broker.publish(topicOf('+', 'cmd/rot'), 'a.b.c'), { code: 'publish_denied' })
})

t.test(
  'B22: the last state and info are there for who comes later, with the QoS that was granted',
  async (t) => {
    const world = await startWorld(t)
    const me = await world.as(STATION)
    const seq = (n: number) => onlineState({ seq: n })
    me.send(publishPacket(state, seq(1), { qos: 1, retain: true, id: 1 }))
    me.send(publishPacket(state, seq(2), { qos: 1, retain: true, id: 2 }))
    t.ok(await me.ping())
    const person = await world.as('ticket')
    await person.subscribe([`talos/${ORG}/gs/+/state`], 1)
    const kept = await person.nextPublish()
    t.match(kept, { topic: state, retain: true, qos: 1 })
    t.equal(JSON.parse(kept?.payload ?? '').seq, 2)
    const other = await world.as('ticket', { clientId: `user:${SESSION}:2` })
    await other.subscribe([`talos/${ORG}/gs/+/state`], 0)
    t.match(await other.nextPublish(), { retain: true, qos: 0 }, 'MQTT-3.8.4-6')
    me.send(publishPacket(state, seq(3), { qos: 1, retain: true, id: 3 }))
    t.match(await person.nextPublish(), { retain: false, qos: 1 }, 'the live copy is not a retained one')
  },
)

t.test('a DUP flag is not passed on', async (t) => {
  const world = await startWorld(t)
  const [me, person] = [await world.as(STATION), await world.as('ticket')]
  await person.subscribe([state], 1)
  me.send(publishPacket(state, onlineState(), { qos: 1, id: 1, dup: true }))
  t.match(await person.nextPublish(), { dup: false })
})

t.test('presence: a station comes, is taken over without a gap, is lost, says goodbye', async (t) => {
  const world = await startWorld(t)
  t.notOk(world.broker.isOnline(STATION))
  await world.as(STATION, { will })
  t.ok(world.broker.isOnline(STATION))
  const second = await world.as(STATION, { will })
  second.end()
  await world.until(() => world.presence.length === 3)
  t.notOk(world.broker.isOnline(STATION))
  const third = await world.as(STATION, { will })
  third.send(Buffer.from([0xe0, 0]))
  await world.until(() => world.presence.length === 5)
  t.same(
    world.presence.map(({ kind, reason }) => [kind, reason]),
    [
      ['connected', undefined],
      ['connected', undefined],
      ['disconnected', 'lost'],
      ['connected', undefined],
      ['disconnected', 'goodbye'],
    ],
  )
  t.match(world.presence[0], { principal: { id: STATION }, transport: 'tcp', remoteAddress: '127.0.0.1' })
})

t.test('a lost station: its offline state is published, kept, and told to core', async (t) => {
  const world = await startWorld(t)
  const [me, person] = [await world.as(STATION, { will }), await world.as('ticket')]
  await person.subscribe([state], 1)
  const before = Date.now()
  me.end()
  const said = await person.nextPublish()
  t.match(said, { topic: state, qos: 1 })
  const body = JSON.parse(said?.payload ?? '')
  t.match(body, { bootId: BOOT, link: 'offline' })
  t.ok(Date.parse(body.ts) >= before, 'the time of the loss, not of the CONNECT')
  t.match(world.messages.at(-1), { kind: 'state', message: { link: 'offline' } })
  const later = await world.as('ticket', { clientId: `user:${SESSION}:2` })
  await later.subscribe([state], 1)
  t.match(await later.nextPublish(), { retain: true, payload: said?.payload })
})

t.test('a station that says it goes offline and disconnects is said to be offline once', async (t) => {
  const world = await startWorld(t)
  const [me, person] = [await world.as(STATION, { will }), await world.as('ticket')]
  await person.subscribe([state, `talos/${ORG}/gs/+/telemetry/+`], 1)
  me.send(publishPacket(state, offlineState(), { qos: 1, retain: true }), Buffer.from([0xe0, 0]))
  t.equal((await person.nextPublish())?.payload, offlineState(), 'its own words')
  await world.until(() => world.presence.at(-1)?.kind === 'disconnected')
  const neighbour = await world.as(NEIGHBOUR)
  neighbour.send(publishPacket(topicOf(NEIGHBOUR, 'telemetry/rot'), telemetry()))
  t.match(await person.nextPublish(), { topic: topicOf(NEIGHBOUR, 'telemetry/rot') }, 'nothing in between')
})

t.test('unsubscribing makes room and ends delivery', async (t) => {
  const world = await startWorld(t, { limits: { subscriptionsPerUser: 1 } })
  const [me, person] = [await world.as(STATION), await world.as('ticket')]
  t.same(await person.subscribe([topicOf(STATION, 'telemetry/rot')]), [0])
  t.same(await person.subscribe([topicOf(STATION, 'telemetry/rig')]), [128])
  person.send(unsubscribePacket([topicOf(STATION, 'telemetry/rot')]))
  await person.nextOf(TYPE.unsuback)
  t.same(await person.subscribe([topicOf(STATION, 'telemetry/health')]), [0])
  me.send(publishPacket(topicOf(STATION, 'telemetry/rot'), telemetry()))
  t.ok(await me.ping())
  t.ok(await person.ping())
  t.same(
    person.received.filter(({ type }) => type === TYPE.publish),
    [],
  )
  t.match(
    world.broker.connections().find(({ clientId }) => clientId.startsWith('user:')),
    {
      subscriptions: [topicOf(STATION, 'telemetry/health')],
      backlog: 0,
      transport: 'tcp',
    },
  )
})

t.test('B18: a connection ends when its session does', async (t) => {
  const world = await startWorld(t)
  world.principals.set('ticket', user(['view_telemetry'], { until: Date.now() + 150 }))
  const person = await world.as('ticket')
  const started = Date.now()
  await person.closed
  t.ok(Date.now() - started < 1000)
  t.equal(world.counter('ended.expired'), 1)
  t.equal(
    await world.codeOf({ clientId: `user:${SESSION}:1`, username: 'ticket', password: keyOf('ticket') }),
    5,
  )
})

t.test('B18: an end that is months away is not an end now', async (t) => {
  const world = await startWorld(t)
  world.principals.set('ticket', user(['view_telemetry'], { until: Date.now() + 2 ** 33 }))
  const person = await world.as('ticket')
  const started = performance.now()
  let pings = 0
  // A timer that overflows fires after 1 ms.
  while (performance.now() - started < 20 && (await person.ping())) pings++
  t.ok(await person.ping(), `after ${pings} round trips`)
})

t.test('metrics count connections, messages and refusals by reason', async (t) => {
  const world = await startWorld(t)
  const me = await world.as(STATION)
  await world.as('ticket')
  await world.as(DIRECTOR)
  await world.codeOf({ clientId: STATION, username: STATION, password: 'wrong' })
  me.send(publishPacket(state, onlineState(), { retain: true }))
  await me.subscribe(['#'])
  const metrics = world.broker.metrics()
  t.match(metrics, {
    connections: { station: { tcp: 1, tls: 0 }, user: { tcp: 1 }, service: { tcp: 1 } },
    retained: 1,
    retainedBytes: onlineState().length,
  })
  t.match(metrics.counts, {
    connectsAccepted: { station: 1, user: 1, service: 1 },
    refused: { connect: { bad_credentials: 1 }, subscribe: { subscribe_denied: 1 } },
    messagesIn: { state: 1 },
  })
})

t.test('stop ends everything, says no station offline, and start begins anew', async (t) => {
  const world = await startWorld(t)
  const [me, person] = [await world.as(STATION, { will }), await world.as('ticket')]
  const visitor = await world.open()
  await person.subscribe([state], 1)
  await world.broker.stop()
  await Promise.all([me.closed, person.closed, visitor.closed])
  t.same(
    person.received.filter(({ type }) => type === TYPE.publish),
    [],
  )
  t.equal(world.broker.metrics().pending, 0)
  const late = await world.open()
  await late.closed
  await world.broker.start()
  t.ok(await (await world.as(STATION)).ping())
})

t.test('mqtt.js over a WebSocket is served like any other', async (t) => {
  const world = await startWorld(t)
  const http = createServer()
  const sockets = new WebSocketServer({ server: http, handleProtocols: () => 'mqtt' })
  sockets.on('connection', (ws, request) => {
    const stream = createWebSocketStream(ws)
    world.broker.handle(stream, {
      ...{
        remoteAddress: request.socket.remoteAddress ?? '',
        transport: 'websocket',
        upgrade: { from: request.url },
      },
    })
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  t.teardown(() => {
    sockets.close()
    http.close()
  })
  const { port } = http.address() as AddressInfo
  const client = await mqtt.connectAsync(`ws://127.0.0.1:${port}/mqtt`, {
    ...{ protocolVersion: 4, clientId: `user:${SESSION}:1`, username: 'ticket', password: keyOf('ticket') },
    reconnectPeriod: 0,
  })
  await client.subscribeAsync(`talos/${ORG}/gs/+/telemetry/+`)
  const heard = new Promise<string>((resolve) => client.once('message', resolve))
  const me = await world.as(STATION)
  me.send(publishPacket(topicOf(STATION, 'telemetry/rot'), telemetry()))
  t.equal(await heard, topicOf(STATION, 'telemetry/rot'))
  const closed = new Promise((resolve) => client.once('close', () => resolve(undefined)))
  t.equal(world.broker.cut({ sessionId: SESSION }, 'test'), 1)
  await closed
  client.end(true)
})
