import t from 'tap'
import type { Principal } from '../../../shared/principal.js'
import {
  DIRECTOR,
  keyOf,
  NEIGHBOUR,
  ORG,
  onlineState,
  SESSION,
  STATION,
  startWorld,
  station,
  telemetry,
  topicOf,
  user,
} from '../../support/broker.js'
import { publishPacket, TYPE } from '../../support/raw-mqtt.js'

t.test('F2 P16 B9: a valid account cannot take the client id of another, and the victim stays', async (t) => {
  const world = await startWorld(t)
  const victim = await world.as(STATION)
  await victim.subscribe([topicOf(STATION, 'cmd/#')])
  for (const clean of [true, false])
    t.equal(
      await world.codeOf({ clientId: STATION, username: NEIGHBOUR, password: keyOf(NEIGHBOUR), clean }),
      2,
    )
  t.equal(await world.codeOf({ clientId: STATION, username: 'ticket', password: keyOf('ticket') }), 2)
  t.equal(await world.codeOf({ clientId: STATION, username: DIRECTOR, password: keyOf(DIRECTOR) }), 2)
  world.broker.publish(topicOf(STATION, 'cmd/rot'), 'a.b.c')
  t.match(await victim.nextPublish(), { payload: 'a.b.c' })
  t.match(world.refusals[0], {
    code: 'client_id_refused',
    principalId: NEIGHBOUR,
    principalKind: 'station',
    org: ORG,
  })
})

t.test('a bad password with the client id of a victim leaves the victim alone', async (t) => {
  const world = await startWorld(t)
  const victim = await world.as(STATION)
  t.equal(await world.codeOf({ clientId: STATION, username: STATION, password: 'wrong' }), 4)
  t.ok(await victim.ping())
})

t.test('P15: a user name that is a wildcard reads nothing, even if somebody vouches for it', async (t) => {
  const world = await startWorld(t)
  const neighbour = await world.as(NEIGHBOUR)
  neighbour.send(publishPacket(topicOf(NEIGHBOUR, 'state'), onlineState(), { retain: true }))
  t.ok(await neighbour.ping())
  for (const name of ['+', '#', `${STATION}/#`, '$SYS', 'a\nb']) {
    world.principals.set(name, station(name, ORG))
    t.equal(
      await world.codeOf({ clientId: 'station-cccc-0001', username: name, password: keyOf(name) }),
      4,
      name,
    )
    t.equal(await world.codeOf({ clientId: name, username: STATION, password: keyOf(STATION) }), 2, name)
  }
})

t.test(
  'P15: a principal whose ids are wildcards is a fault of ours: CONNACK 3 and a line in the log',
  async (t) => {
    const world = await startWorld(t)
    const wrong: Principal[] = [
      ...[station('+', ORG), station(STATION, '+'), station('#', '#'), user([], { org: '+' })],
      ...[
        user([], { sessionId: '+' }),
        { kind: 'service', id: 'svc_x', credentialId: 'x' } as unknown as Principal,
      ],
    ]
    for (const principal of wrong) {
      world.principals.set(STATION, principal)
      t.equal(await world.codeOf({ clientId: STATION, username: STATION, password: keyOf(STATION) }), 3)
    }
    t.equal(world.errors.length, wrong.length)
  },
)

t.test('F12: ids that are names of the prototype are ids like any other', async (t) => {
  const world = await startWorld(t)
  for (const id of ['constructor', 'hasownproperty', 'tostring-0001']) {
    world.principals.set(id, station(id, ORG))
    const client = await world.as(id)
    t.ok(await client.ping(), id)
    t.ok(world.broker.isOnline(id))
  }
  for (const id of ['__proto__', 'valueOf', 'isPrototypeOf'])
    t.not(await world.codeOf({ clientId: id, username: id, password: keyOf(id) }), 0, id)
  t.notOk(world.broker.isOnline('__proto__'))
  t.notOk(world.broker.isOnline('valueOf'))
})

t.test('B9: sessions cannot borrow one another’s client ids', async (t) => {
  const world = await startWorld(t)
  const me = await world.as('ticket')
  world.principals.set(
    'ticket',
    user(['view_telemetry'], { id: 'user-bbbb-0001', sessionId: 'session-bbbb-0001' }),
  )
  t.equal(
    await world.codeOf({ clientId: `user:${SESSION}:1`, username: 'ticket', password: keyOf('ticket') }),
    2,
  )
  t.ok(await me.ping())
})

t.test('B12: a payload that names another station changes nothing of who said it', async (t) => {
  const world = await startWorld(t)
  const [me, person] = [await world.as(STATION), await world.as('ticket')]
  await person.subscribe([`talos/${ORG}/gs/+/state`, `talos/${ORG}/gs/+/telemetry/+`])
  for (const extra of [{ stationId: NEIGHBOUR }, { sid: NEIGHBOUR }, { org: 'rival' }, { principal: 'core' }])
    me.send(publishPacket(topicOf(STATION, 'state'), onlineState(extra)))
  me.send(publishPacket(topicOf(STATION, 'telemetry/rot'), telemetry()))
  t.match(await person.nextPublish(), { topic: topicOf(STATION, 'telemetry/rot') }, 'the others were dropped')
  t.ok(await me.ping(), 'and the station stays')
  t.equal(world.counter('refused.message.malformed'), 4)
  t.match(world.refusals[0], { kind: 'message', principalId: STATION, topic: topicOf(STATION, 'state') })
})

t.test('B9: the connections of a session are few', async (t) => {
  const world = await startWorld(t)
  const tabs = []
  for (let n = 1; n <= 4; n++) tabs.push(await world.as('ticket', { clientId: `user:${SESSION}:${n}` }))
  t.equal(
    await world.codeOf({ clientId: `user:${SESSION}:5`, username: 'ticket', password: keyOf('ticket') }),
    3,
  )
  t.equal(
    await world.codeOf({ clientId: `user:${SESSION}:4`, username: 'ticket', password: keyOf('ticket') }),
    0,
  )
  await tabs[3]?.closed
  t.ok(await tabs[0]?.ping())
  t.same(
    tabs[3]?.received.map(({ type }) => type),
    [TYPE.connack],
  )
})
