import t from 'tap'
import {
  DIRECTOR,
  keyOf,
  NEIGHBOUR,
  ORG,
  offlineState,
  onlineState,
  SESSION,
  STATION,
  startWorld,
  topicOf,
} from '../../support/broker.js'
import { type ConnectOptions, publishPacket, TYPE } from '../../support/raw-mqtt.js'

const state = topicOf(STATION, 'state')
const will = { topic: state, payload: offlineState(), qos: 1, retain: true }
const me: ConnectOptions = { clientId: STATION, username: STATION, password: keyOf(STATION) }

t.test('P4a B22: a will on a topic that is not the own state is refused at CONNECT', async (t) => {
  const world = await startWorld(t, { limits: { connectsPerMinute: 1000 } })
  for (const topic of [
    ...[
      topicOf(NEIGHBOUR, 'state'),
      topicOf(STATION, 'info'),
      topicOf(STATION, 'cmd/rot'),
      'talos/system/refresh',
    ],
    ...[
      topicOf(STATION, 'telemetry/rot'),
      topicOf(STATION, 'plan/contact-0001'),
      '$SYS/x/new/clients',
      'x',
      '',
    ],
  ])
    t.equal(await world.codeOf({ ...me, will: { ...will, topic } }), 5, topic)
  t.match(world.refusals[0], { kind: 'connect', code: 'publish_denied', principalId: STATION })
})

t.test('P4b: wills on filters are neither taken nor kept', async (t) => {
  const world = await startWorld(t)
  for (const topic of ['#', topicOf('+', 'state'), `${state}/#`, `talos/${ORG}/gs/#`])
    t.equal(await world.codeOf({ ...me, will: { ...will, topic } }), 5, topic)
  t.equal(world.broker.metrics().retained, 0)
})

t.test('P4: a will says that the station is offline, briefly, and nothing else', async (t) => {
  const world = await startWorld(t)
  for (const payload of [onlineState(), 'offline', '', offlineState().replace('}', ',"stationId":"x"}')])
    t.equal(await world.codeOf({ ...me, will: { ...will, payload } }), 5, payload)
  t.equal(await world.codeOf({ ...me, will: { ...will, payload: offlineState() + ' '.repeat(513) } }), 5)
  t.equal(await world.codeOf({ ...me, will: { ...will, qos: 2 } }), 5)
})

t.test('B4 B22: people and the director have no will', async (t) => {
  const world = await startWorld(t)
  for (const topic of [state, topicOf(STATION, 'plan/contact-0001'), `talos/${ORG}/contact/contact-0001`]) {
    t.equal(
      await world.codeOf({
        ...{ clientId: `user:${SESSION}:1`, username: 'ticket', password: keyOf('ticket') },
        will: { ...will, topic },
      }),
      5,
    )
    t.equal(
      await world.codeOf({
        ...{ clientId: `${DIRECTOR}:1`, username: DIRECTOR, password: keyOf(DIRECTOR) },
        will: { ...will, topic },
      }),
      5,
    )
  }
})

t.test('P4c: a takeover does not publish the will of the old connection over the new one', async (t) => {
  const world = await startWorld(t)
  const person = await world.as('ticket')
  await person.subscribe([state], 1)
  const old = await world.as(STATION, { will })
  old.send(publishPacket(state, onlineState({ seq: 1 }), { qos: 1, retain: true }))
  t.match(JSON.parse((await person.nextPublish())?.payload ?? ''), { seq: 1 })
  const young = await world.as(STATION, { will })
  await old.closed
  young.send(publishPacket(state, onlineState({ seq: 2 }), { qos: 1, retain: true }))
  t.match(
    JSON.parse((await person.nextPublish())?.payload ?? ''),
    { link: 'online', seq: 2 },
    'nothing in between',
  )
  t.same(
    world.messages.map(({ message }) => (message as { link: string }).link),
    ['online', 'online'],
  )
})

t.test('P4f: after a takeover the will of the new connection is still there', async (t) => {
  const world = await startWorld(t)
  const person = await world.as('ticket')
  await person.subscribe([state], 1)
  await world.as(STATION, { will })
  const young = await world.as(STATION, { will: { ...will, payload: offlineState('boot-bbbb-0002') } })
  young.end()
  t.match(JSON.parse((await person.nextPublish())?.payload ?? ''), {
    link: 'offline',
    bootId: 'boot-bbbb-0002',
  })
})

t.test('P4d P4e: no will is left to the library, so none can be orphaned', async (t) => {
  const world = await startWorld(t)
  for (let i = 0; i < 5; i++) {
    const client = await world.as(STATION, { will })
    client.end()
    await world.until(() => world.presence.filter(({ kind }) => kind === 'disconnected').length === i + 1)
  }
  const person = await world.as('ticket')
  await person.subscribe([state], 1)
  t.match(await person.nextPublish(), { retain: true })
  t.ok(await person.ping())
  t.equal(person.received.filter(({ type }) => type === TYPE.publish).length, 1)
  t.same(world.errors, [])
})

t.test('P31: a broker that stops says no will: a deployment is no outage of the fleet', async (t) => {
  const world = await startWorld(t)
  const me = await world.as(STATION, { will })
  me.send(publishPacket(state, onlineState(), { qos: 1, retain: true }))
  t.ok(await me.ping())
  await world.broker.stop()
  await me.closed
  t.same(
    world.messages.map(({ message }) => (message as { link: string }).link),
    ['online'],
  )
})
