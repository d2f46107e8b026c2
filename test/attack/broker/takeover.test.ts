import t from 'tap'
import type { Principal } from '../../../shared/principal.js'
import {
  keyOf,
  NEIGHBOUR,
  ORG,
  SESSION,
  STATION,
  startWorld,
  station,
  telemetry,
  topicOf,
} from '../../support/broker.js'
import { connectPacket, publishPacket } from '../../support/raw-mqtt.js'

const me = { clientId: STATION, username: STATION, password: keyOf(STATION) }

t.test('one connection a station: the new one wins, the old one is closed', async (t) => {
  const world = await startWorld(t)
  const old = await world.as(STATION)
  const young = await world.as(STATION)
  await old.closed
  t.ok(await young.ping())
  t.equal(world.broker.connections().length, 1)
  t.equal(world.counter('ended.taken_over'), 1)
})

t.test('P9: CONNECTs that race with one id leave one live connection, and a cut finds it', async (t) => {
  const answers: ((principal: Principal) => void)[] = []
  const world = await startWorld(t, {
    authenticate: () =>
      new Promise((resolve) => {
        answers.push(resolve)
      }),
  })
  const clients = []
  for (let i = 0; i < 8; i++) {
    const client = await world.open()
    client.send(connectPacket(me))
    clients.push(client)
  }
  while (answers.length < 8) await new Promise(setImmediate)
  for (const answer of answers.reverse()) answer(station(STATION, ORG))
  const codes = await Promise.all(clients.map((client) => client.connack()))
  const alive = (await Promise.all(clients.map((client) => client.ping()))).filter(Boolean)
  t.equal(alive.length, 1, `CONNACKs ${codes}`)
  t.equal(world.broker.connections().length, 1)
  t.equal(world.broker.cut({ stationId: STATION }, 'test'), 1)
  await Promise.all(clients.map((client) => client.closed))
  t.equal(world.broker.connections().length, 0)
})

t.test('P9: the end of an old connection does not take the new one off the books', async (t) => {
  const world = await startWorld(t)
  for (let i = 0; i < 10; i++) await world.as(STATION)
  await world.until(() => world.counter('ended.taken_over') === 9)
  t.ok(world.broker.isOnline(STATION))
  t.same(world.broker.metrics().connections.station, { tcp: 1, tls: 0, websocket: 0 })
})

t.test('what the old connection had sent is not heard after the new one is there', async (t) => {
  const world = await startWorld(t)
  const old = await world.as(STATION)
  const young = await world.as(STATION)
  old.send(publishPacket(topicOf(STATION, 'telemetry/rot'), telemetry(1)))
  young.send(publishPacket(topicOf(STATION, 'telemetry/rot'), telemetry(2)))
  t.ok(await young.ping())
  t.match(world.messages, [{ message: { seq: 2 } }])
})

t.test('B21: two holders of one key do not spin for ever', async (t) => {
  const world = await startWorld(t, { limits: { connectsPerMinute: 5 } })
  const codes = []
  for (let i = 0; i < 8; i++) codes.push(await world.codeOf(me))
  t.same(codes, [0, 0, 0, 0, 0, 3, 3, 3])
  t.ok(world.broker.isOnline(STATION), 'the last that came stays')
  t.equal(await world.codeOf({ clientId: NEIGHBOUR, username: NEIGHBOUR, password: keyOf(NEIGHBOUR) }), 0)
})

t.test('B21: the broker has a last place', async (t) => {
  const world = await startWorld(t, { limits: { connections: 2 } })
  const first = await world.as(STATION)
  await world.as(NEIGHBOUR)
  const person = { clientId: `user:${SESSION}:1`, username: 'ticket', password: keyOf('ticket') }
  t.equal(await world.codeOf(person), 3)
  t.equal(await world.codeOf(me), 0, 'a takeover needs no place')
  await first.closed
})
