import { once } from 'node:events'
import mqtt from 'mqtt'
import t from 'tap'
import type { CutMatch } from '../../../broker/contracts.js'
import type { Principal } from '../../../shared/principal.js'
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
  STRANGER,
  startWorld,
  station,
  telemetry,
  topicOf,
  user,
} from '../../support/broker.js'
import { connectPacket, publishPacket, TYPE } from '../../support/raw-mqtt.js'

const state = topicOf(STATION, 'state')
const will = { topic: state, payload: offlineState(), qos: 1, retain: true }

t.test('B18 P21: every kind of cut closes its connections in under a second, and only those', async (t) => {
  const cases: [CutMatch, string[]][] = [
    [{ stationId: STATION }, [STATION]],
    [{ credentialId: `credential-${STATION}` }, [STATION]],
    [{ sessionId: SESSION }, ['ticket']],
    [{ userId: 'user-aaaa-0001' }, ['ticket']],
    [{ serviceId: DIRECTOR }, [DIRECTOR]],
    [{ org: ORG }, [STATION, NEIGHBOUR, 'ticket']],
    [{ org: ORG, stationId: STRANGER }, []],
    [{}, []],
  ]
  const all = [STATION, NEIGHBOUR, STRANGER, 'ticket', DIRECTOR]
  for (const [match, expected] of cases) {
    const world = await startWorld(t)
    const clients = new Map<string, Awaited<ReturnType<typeof world.as>>>()
    for (const name of all) clients.set(name, await world.as(name))
    const started = performance.now()
    t.equal(world.broker.cut(match, 'test'), expected.length, JSON.stringify(match))
    for (const name of expected) await clients.get(name)?.closed
    t.ok(performance.now() - started < 1000)
    for (const name of all.filter((n) => !expected.includes(n))) t.ok(await clients.get(name)?.ping(), name)
  }
})

t.test('P4c B18: a cut publishes the offline state in place of the will, at once and once', async (t) => {
  const world = await startWorld(t)
  const [me, person] = [await world.as(STATION, { will }), await world.as('ticket')]
  await person.subscribe([state, topicOf(NEIGHBOUR, 'state')], 1)
  me.send(publishPacket(state, onlineState({ bootId: 'boot-bbbb-0001' }), { qos: 1, retain: true }))
  t.match(JSON.parse((await person.nextPublish())?.payload ?? ''), { link: 'online' })
  world.broker.cut({ stationId: STATION }, 'test')
  t.match(JSON.parse((await person.nextPublish())?.payload ?? ''), { link: 'offline', bootId: BOOT })
  await me.closed
  const neighbour = await world.as(NEIGHBOUR)
  neighbour.send(publishPacket(topicOf(NEIGHBOUR, 'state'), onlineState(), { qos: 1 }))
  t.match(await person.nextPublish(), { topic: topicOf(NEIGHBOUR, 'state') })
  t.match(world.presence.filter(({ principal }) => principal.id === STATION).at(-1), {
    kind: 'disconnected',
    reason: 'cut',
  })
})

t.test('what was retained of a revoked station is forgotten, connected or not', async (t) => {
  for (const connected of [true, false]) {
    const world = await startWorld(t)
    const me = await world.as(STATION, { will })
    me.send(publishPacket(state, onlineState(), { qos: 1, retain: true }))
    t.ok(await me.ping())
    if (!connected) {
      me.end()
      await world.until(() => world.presence.at(-1)?.kind === 'disconnected')
    }
    t.equal(world.broker.cut({ stationId: STATION }, 'revoked', { purge: true }), connected ? 1 : 0)
    t.equal(world.broker.metrics().retained, 0)
    const person = await world.as('ticket')
    await person.subscribe([`talos/${ORG}/gs/+/state`], 1)
    t.ok(await person.ping())
    t.equal(person.received.filter(({ type }) => type === TYPE.publish).length, 0)
  }
})

t.test('a purge of an organisation forgets all of it and nothing else', async (t) => {
  const world = await startWorld(t)
  for (const [name, org] of [
    [STATION, ORG],
    [NEIGHBOUR, ORG],
    [STRANGER, 'rival'],
  ] as const) {
    const client = await world.as(name)
    client.send(publishPacket(topicOf(name, 'state', org), onlineState(), { retain: true }))
    t.ok(await client.ping())
  }
  t.equal(world.broker.cut({ org: ORG }, 'removed', { purge: true }), 2)
  t.equal(world.broker.metrics().retained, 1)
})

t.test('P21: what a connection sends in the very turn in which it is cut is not heard', async (t) => {
  const world = await startWorld(t)
  const [me, plans] = [await world.as(STATION, { will }), await world.as(DIRECTOR)]
  await plans.subscribe(['talos/+/gs/+/ack/+', 'talos/+/gs/+/state'], 1)
  world.broker.onMessage(({ kind }) => {
    if (kind === 'telemetry') world.broker.cut({ stationId: STATION }, 'test', { purge: true })
  })
  me.send(
    publishPacket(topicOf(STATION, 'ack/command-0001'), ack('command-0001'), { qos: 1, id: 1 }),
    publishPacket(state, onlineState(), { qos: 1, id: 2, retain: true }),
    publishPacket(topicOf(STATION, 'telemetry/rot'), telemetry()),
    publishPacket(topicOf(STATION, 'ack/command-0002'), ack('command-0002'), { qos: 1, id: 3 }),
    publishPacket(state, onlineState(), { qos: 1, id: 4, retain: true }),
  )
  await me.closed
  const neighbour = await world.as(NEIGHBOUR)
  neighbour.send(publishPacket(topicOf(NEIGHBOUR, 'ack/command-0009'), ack('command-0009'), { qos: 1 }))
  const heard: string[] = []
  for (let said = await plans.nextPublish(); said !== null; said = await plans.nextPublish()) {
    const topic = said.topic.split('/').slice(3).join('/')
    heard.push(said.topic === state ? `${topic} ${JSON.parse(said.payload).link}` : topic)
    if (said.topic.startsWith(topicOf(NEIGHBOUR, ''))) break
  }
  t.same(
    heard,
    [`${STATION}/ack/command-0001`, `${STATION}/state online`, `${STATION}/state offline`].concat(
      `${NEIGHBOUR}/ack/command-0009`,
    ),
    'what was said before the cut, its end, and nothing of it behind',
  )
  t.same(
    world.messages.filter(({ principal }) => principal.id === STATION).map(({ kind }) => kind),
    ['ack', 'state', 'telemetry', 'state'],
  )
  t.equal(world.broker.metrics().retained, 0, 'nothing came back after the purge')
})

t.test('B18: a right that ends while its credential is being judged does not slip in', async (t) => {
  const answers: ((principal: Principal) => void)[] = []
  const world = await startWorld(t, {
    authenticate: () =>
      new Promise((resolve) => {
        answers.push(resolve)
      }),
  })
  const client = await world.open()
  client.send(connectPacket({ clientId: STATION, username: STATION, password: 'x' }))
  while (answers.length === 0) await new Promise(setImmediate)
  t.equal(world.broker.cut({ stationId: STATION }, 'revoked'), 0, 'not connected yet')
  answers[0]?.(station(STATION, ORG))
  t.equal(await client.connack(), 3, 'ask again')
  t.notOk(world.broker.isOnline(STATION))
  const other = await world.open()
  other.send(connectPacket({ clientId: NEIGHBOUR, username: NEIGHBOUR, password: 'x' }))
  while (answers.length === 1) await new Promise(setImmediate)
  world.broker.cut({ stationId: STATION }, 'revoked')
  answers[1]?.(station(NEIGHBOUR, ORG))
  t.equal(await other.connack(), 0, 'a cut of another does not hold it up')
})

t.test('a reader that is cut hears nothing more, not even what was on its way', async (t) => {
  const world = await startWorld(t)
  const [me, person] = [await world.as(STATION), await world.as('ticket')]
  await person.subscribe([`talos/${ORG}/gs/+/telemetry/+`])
  world.broker.onMessage(() => {
    world.broker.cut({ sessionId: SESSION }, 'test')
  })
  for (let i = 0; i < 20; i++) me.send(publishPacket(topicOf(STATION, 'telemetry/rot'), telemetry(i)))
  await person.closed
  t.equal(person.received.filter(({ type }) => type === TYPE.publish).length, 0)
})

t.test('a station that is cut at the very moment of its CONNACK is cut', async (t) => {
  const world = await startWorld(t)
  world.broker.onPresence(({ kind }) => {
    if (kind === 'connected') world.broker.cut({ stationId: STATION }, 'test')
  })
  const me = await world.open()
  me.send(
    connectPacket({ clientId: STATION, username: STATION, password: keyOf(STATION), will }),
    publishPacket(state, onlineState(), { qos: 1, retain: true }),
  )
  await me.closed
  t.notOk(world.broker.isOnline(STATION))
  t.same(
    world.messages.map(({ message }) => (message as { link: string }).link),
    ['offline'],
  )
  t.same(world.errors, [])
})

t.test('a revoked key is refused again and again, and then paced', async (t) => {
  const world = await startWorld(t, { limits: { failures: 4 } })
  world.principals.delete(STATION)
  const me = { clientId: STATION, username: STATION, password: keyOf(STATION) }
  for (let i = 0; i < 4; i++) t.equal(await world.codeOf(me), 4)
  t.equal(await world.codeOf(me), 3)
})

t.test('B18: mqtt.js sees the cut within a second and comes back only with a right', async (t) => {
  const world = await startWorld(t)
  const client = await mqtt.connectAsync({
    ...{ host: '127.0.0.1', port: world.port, protocolVersion: 4 as const, reconnectPeriod: 20 },
    ...{ clientId: `user:${SESSION}:1`, username: 'ticket', password: keyOf('ticket') },
  })
  t.teardown(() => client.end(true))
  world.principals.set('ticket', user([], { until: Date.now() - 1 }))
  const refused = once(client as unknown as NodeJS.EventEmitter, 'error')
  const started = performance.now()
  world.broker.cut({ userId: 'user-aaaa-0001' }, 'signed out')
  const [error] = await refused
  t.ok(performance.now() - started < 1000)
  t.equal((error as { code?: number }).code, 5)
})
