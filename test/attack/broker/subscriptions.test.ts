import t from 'tap'
import { maySubscribe } from '../../../broker/authorize.js'
import type { Principal } from '../../../shared/principal.js'
import {
  DIRECTOR,
  director,
  NEIGHBOUR,
  ORG,
  OTHER_ORG,
  SESSION,
  STATION,
  STRANGER,
  startWorld,
  station,
  telemetry,
  topicOf,
  user,
} from '../../support/broker.js'
import { publishPacket, subscribePacket, TYPE } from '../../support/raw-mqtt.js'

/** What attackers ask for. */
const FILTERS = [
  ...['#', '+/#', '+', '+/+', 'talos/#', `talos/${ORG}/#`, `talos/${ORG}/gs/#`, `talos/+/gs/+/cmd/#`],
  ...[`talos/${ORG}/gs/+/cmd/#`, `talos/${ORG}/gs/+/cmd/rot`, `talos/${ORG}/gs/+/+`, `talos/${ORG}/gs/+/+/+`],
  ...[topicOf(NEIGHBOUR, 'cmd/#'), topicOf(NEIGHBOUR, 'plan/#'), topicOf(NEIGHBOUR, 'state')],
  ...[topicOf(STATION, '#'), topicOf(STATION, '+'), topicOf(STATION, 'ack/+'), topicOf(STATION, 'cmd/#')],
  ...[topicOf(STATION, 'plan/#'), topicOf(STATION, 'state'), topicOf(STATION, 'cmd/config')],
  ...[topicOf(STRANGER, 'state', OTHER_ORG), `talos/${OTHER_ORG}/gs/+/state`, `talos/+/gs/+/state`],
  ...[`talos/${ORG}/gs/+/state`, `talos/${ORG}/gs/+/telemetry/+`, `talos/${ORG}/gs/+/telemetry/#`],
  ...[
    `talos/${ORG}/contact/+`,
    `talos/${ORG}/contact/#`,
    'talos/+/contact/+',
    'talos/system/refresh',
    'talos/system/#',
  ],
  ...['talos/+/gs/+/telemetry/+', 'talos/+/gs/+/ack/+', 'talos/+/gs/+/plan/+', `talos/${ORG}/gs/+/ack/+`],
  ...[
    '$SYS/#',
    '$SYS/+/new/clients',
    '+/+/new/clients',
    '$share/g/talos/#',
    `$share/g/${topicOf(STATION, 'cmd/#')}`,
  ],
]
const PRINCIPALS: readonly (readonly [string, string, Principal])[] = [
  [STATION, 'a station', station(STATION, ORG)],
  ['ticket', 'a person', user()],
  [DIRECTOR, 'the director', director],
]

for (const [name, what, principal] of PRINCIPALS)
  t.test(`P3 P6 B3 B7 B8 F5: ${what} is granted over the wire exactly its rights`, async (t) => {
    const world = await startWorld(t, { limits: { subscribeBurst: 1000 } })
    const client = await world.as(name)
    for (const filter of FILTERS)
      t.same(await client.subscribe([filter]), [maySubscribe(principal, filter) ? 0 : 128], filter)
    t.ok(await client.ping(), 'P20: a refused filter does not end the connection')
  })

t.test(
  'B27: a person without view_telemetry, or of another organisation, is granted nothing of this one',
  async (t) => {
    const world = await startWorld(t, { limits: { subscribeBurst: 1000 } })
    world.principals.set('ticket', user(['view_stations', 'command_stations']))
    const blind = await world.as('ticket')
    for (const filter of FILTERS) t.same(await blind.subscribe([filter]), [128], filter)
    const foreign = { sessionId: 'session-bbbb-0001', org: OTHER_ORG }
    world.principals.set('ticket', user(['view_telemetry'], foreign))
    const stranger = await world.as('ticket', { clientId: 'user:session-bbbb-0001:1' })
    for (const filter of FILTERS.filter((f) => f.includes(`/${ORG}/`)))
      t.same(await stranger.subscribe([filter]), [128], filter)
  },
)

t.test('P26: filters that the standard forbids are never granted', async (t) => {
  for (const filter of [
    ...[
      'a#',
      'a+',
      '+a',
      'a+/b',
      '$share/g',
      'talos/a#',
      '#/a',
      'a/#/b',
      '',
      '/',
      'a//b',
      'a\0b',
      'a\nb',
      '\ufffd',
    ],
    ...[
      `talos/${ORG}/gs/+x/state`,
      `talos/${ORG}/gs/#x`,
      'x/'.repeat(50),
      'x'.repeat(300),
      Buffer.from([0xc3, 0x28]),
    ],
  ]) {
    const world = await startWorld(t)
    const person = await world.as('ticket')
    person.send(subscribePacket([filter]))
    const suback = await person.nextOf(TYPE.suback)
    t.ok(suback === null || suback.body[2] === 128, JSON.stringify(String(filter)))
    t.same(
      world.broker.connections().flatMap(({ subscriptions }) => subscriptions),
      [],
    )
  }
})

t.test('QoS 2 is not granted and not silently lowered (P19)', async (t) => {
  const world = await startWorld(t)
  const person = await world.as('ticket')
  t.same(await person.subscribe([`talos/${ORG}/gs/+/state`], 2), [128])
})

t.test('P1: the denied half of a SUBSCRIBE is not kept for the next session', async (t) => {
  const world = await startWorld(t)
  const first = await world.as('ticket', { clean: false })
  t.same(await first.subscribe([`talos/${ORG}/gs/+/telemetry/+`, topicOf(STATION, 'cmd/#')], 1), [1, 128])
  first.end()
  world.broker.publish(topicOf(STATION, 'cmd/rot'), 'a.b.c')
  const again = await world.as('ticket', { clean: false })
  t.equal(again.received[0]?.body[0], 0, 'no session present')
  world.broker.publish(topicOf(STATION, 'cmd/rot'), 'a.b.c')
  t.ok(await again.ping())
  t.same(
    again.received.filter(({ type }) => type === TYPE.publish),
    [],
  )
})

t.test('B21 P12: one connection holds so many filters; 20,000 in a packet end it', async (t) => {
  const world = await startWorld(t)
  const me = await world.as(STATION)
  const plans = Array.from({ length: 30 }, (_, i) => topicOf(STATION, `plan/contact-${i}`))
  const granted = [await me.subscribe(plans.slice(0, 15)), await me.subscribe(plans.slice(15))]
  t.equal(granted.flat().filter((code) => code === 0).length, 16)
  t.equal(world.broker.connections()[0]?.subscriptions.length, 16)
  me.send(subscribePacket(Array.from({ length: 20_000 }, (_, i) => `a${i}`)))
  await me.closed
  t.equal(world.counter('ended.too_large'), 1)
  const again = await world.as(STATION)
  again.send(subscribePacket(plans))
  await again.closed
  t.equal(world.counter('ended.too_large'), 2, 'as do 30')
})

t.test('B21: a flood of SUBSCRIBEs, each of which would replay what is retained, ends', async (t) => {
  const world = await startWorld(t, { limits: { subscribeBurst: 20, subscribesPerSecond: 0.001 } })
  const person = await world.as('ticket')
  for (let i = 0; i < 21; i++) person.send(subscribePacket([`talos/${ORG}/gs/+/state`], 0, i + 1))
  await person.closed
  t.equal(world.counter('ended.rate_limited'), 1)
  t.match(world.refusals.at(-1), { code: 'rate_limited', principalId: 'user-aaaa-0001' })
})

t.test('P6: notices of the library are heard by nobody', async (t) => {
  const world = await startWorld(t)
  const all = [await world.as(STATION), await world.as('ticket'), await world.as(DIRECTOR)]
  await all[1]?.subscribe([`talos/${ORG}/gs/+/telemetry/+`])
  await all[2]?.subscribe(['talos/+/gs/+/state', 'talos/+/gs/+/telemetry/+'])
  const other = await world.as('ticket', { clientId: `user:${SESSION}:2` })
  await other.subscribe([`talos/${ORG}/gs/+/state`])
  other.end()
  all[0]?.send(publishPacket(topicOf(STATION, 'telemetry/rot'), telemetry()))
  t.match(await all[2]?.nextPublish(), { topic: topicOf(STATION, 'telemetry/rot') })
})
