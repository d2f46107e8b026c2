import t from 'tap'
import { mayPublish } from '../../../broker/authorize.js'
import type { Principal } from '../../../shared/principal.js'
import {
  DIRECTOR,
  director,
  FakeClock,
  NEIGHBOUR,
  ORG,
  OTHER_ORG,
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
import { publishPacket, TYPE } from '../../support/raw-mqtt.js'

const TOPICS = [
  ...[
    'info',
    'state',
    'telemetry/rot',
    'telemetry/other',
    'ack/command-0001',
    'ack/x',
    'cmd/rot',
    'cmd/config',
  ].map((rest) => topicOf(STATION, rest)),
  ...['info', 'state', 'telemetry/rot', 'ack/command-0001', 'cmd/stop', 'plan/contact-0001'].map((rest) =>
    topicOf(NEIGHBOUR, rest),
  ),
  ...[
    topicOf(STRANGER, 'state', OTHER_ORG),
    topicOf(STATION, 'state', OTHER_ORG),
    topicOf(STATION, 'plan/contact-0001'),
  ],
  ...[`talos/${ORG}/contact/contact-0001`, 'talos/system/refresh', 'x', `${topicOf(STATION, 'state')}/x`],
  ...['$SYS/x/heartbeat', '$SYS/x/new/clients', '$dropped', '$share/g/x'],
]
const PRINCIPALS: readonly (readonly [string, string, Principal])[] = [
  [STATION, 'a station', station(STATION, ORG)],
  ['ticket', 'a person', user(['view_telemetry', 'command_stations', 'configure_hardware'])],
  [DIRECTOR, 'the director', director],
]

for (const [name, what, principal] of PRINCIPALS)
  t.test(
    `B3 B4 B5 B6 B7 B22 F4: ${what} may say over the wire exactly its rights, else it is closed`,
    async (t) => {
      const world = await startWorld(t, {
        limits: {
          connectsPerMinute: 10_000,
          messageBurst: 10_000,
          refusalsPerSource: 10_000,
          refusalsPerMinute: 10_000,
        },
      })
      world.principals.set(name, principal)
      let refused = 0
      for (const topic of TOPICS)
        for (const [qos, retain] of [
          [0, false],
          [1, false],
          [0, true],
          [1, true],
          [2, false],
        ] as const) {
          const client = await world.as(name)
          client.send(publishPacket(topic, 'not even JSON', { qos, retain }))
          const expected = mayPublish(principal, topic, { qos, retain })
          t.equal(await client.ping(), expected, `${topic} qos ${qos} retain ${retain}`)
          if (!expected) refused++
          client.end()
        }
      t.same(world.messages, [], 'and what was allowed had no form')
      t.equal(world.broker.metrics().retained, 0)
      t.equal(world.refusals.filter(({ kind }) => kind === 'publish').length, refused, 'B24: each is audited')
    },
  )

t.test('P3: `$SYS/x/new/clients` does not kick anybody', async (t) => {
  const world = await startWorld(t)
  const victim = await world.as(NEIGHBOUR)
  const attacker = await world.as(STATION)
  attacker.send(publishPacket('$SYS/x/new/clients', NEIGHBOUR))
  await attacker.closed
  t.ok(await victim.ping())
  t.match(world.refusals[0], { kind: 'publish', code: 'publish_denied', topic: '$SYS/x/new/clients' })
})

t.test('P14: topics with NUL, newline, bad UTF-8, empty levels, wildcards end the connection', async (t) => {
  const world = await startWorld(t, { limits: { connectsPerMinute: 1000 } })
  const mine = topicOf(STATION, 'telemetry/rot')
  for (const topic of [
    ...[
      `${mine}\0`,
      `${mine}\n`,
      `${mine}/`,
      `/${mine}`,
      mine.replace('/gs/', '//gs/'),
      topicOf('+', 'state'),
    ],
    ...[topicOf(STATION, '#'), '', topicOf('__proto__', 'state'), 'x/'.repeat(200)],
    ...[Buffer.concat([Buffer.from(mine), Buffer.from([0xff])]), Buffer.from([0xed, 0xa0, 0x80])],
  ]) {
    const client = await world.as(STATION)
    client.send(publishPacket(topic, telemetry()))
    t.notOk(await client.ping(), JSON.stringify(String(topic)))
  }
  t.same(world.messages, [])
  t.same(world.errors, [])
  for (const { topic } of world.refusals) t.notMatch(topic ?? '', /[\0\n]/, 'the audit trail stays one line')
})

t.test('B22: an empty retained message does not wipe what is retained', async (t) => {
  const world = await startWorld(t)
  const me = await world.as(STATION)
  me.send(publishPacket(topicOf(STATION, 'state'), onlineState(), { retain: true, qos: 1 }))
  me.send(publishPacket(topicOf(STATION, 'state'), '', { retain: true, qos: 1, id: 2 }))
  t.ok(await me.ping())
  t.equal(world.broker.metrics().retained, 1)
  t.equal(world.counter('refused.message.malformed'), 1)
})

t.test(
  'a message that does not fit its schema is dropped, acknowledged, audited, and ends nothing',
  async (t) => {
    const world = await startWorld(t)
    const [me, person] = [await world.as(STATION), await world.as('ticket')]
    await person.subscribe([`talos/${ORG}/gs/+/telemetry/+`, `talos/${ORG}/gs/+/state`])
    me.send(
      publishPacket(topicOf(STATION, 'telemetry/rot'), telemetry().replace('"az":10', '"az":1e999')),
      publishPacket(topicOf(STATION, 'state'), '{"link":"online"}', { qos: 1, retain: true, id: 5 }),
      publishPacket(topicOf(STATION, 'telemetry/rot'), telemetry(42)),
    )
    t.same((await me.nextOf(TYPE.puback))?.body, Buffer.from([0, 5]))
    t.match(JSON.parse((await person.nextPublish())?.payload ?? ''), { seq: 42 })
    t.match(world.refusals, [{ kind: 'message' }, { kind: 'message' }])
    t.equal(world.messages.length, 1)
    t.equal(world.broker.metrics().retained, 0)
  },
)

t.test(
  'B21: telemetry beyond the rate is dropped, a state ends the connection, and a reconnect brings no new burst',
  async (t) => {
    const clock = new FakeClock()
    const world = await startWorld(t, { clock, limits: { messageBurst: 10, messagesPerSecond: 5 } })
    const me = await world.as(STATION)
    const flood = (n: number) =>
      Array.from({ length: n }, (_, i) => publishPacket(topicOf(STATION, 'telemetry/rot'), telemetry(i)))
    me.send(...flood(30))
    t.ok(await me.ping())
    t.equal(world.messages.length, 8, 'a fifth is kept for what must arrive')
    t.equal(world.counter('dropped.over_rate'), 22)
    clock.ms += 1000
    me.send(...flood(30))
    t.ok(await me.ping())
    t.equal(world.messages.length, 13)
    const again = await world.as(STATION)
    again.send(...flood(3))
    t.ok(await again.ping())
    t.equal(world.messages.length, 13, 'the bucket is the station’s')
    for (let id = 1; id <= 3; id++)
      again.send(publishPacket(topicOf(STATION, 'state'), onlineState(), { qos: 1, id }))
    await again.closed
    t.equal(world.messages.length, 16, 'two of three, and that it is offline')
    t.equal(world.counter('ended.rate_limited'), 1)
    const neighbour = await world.as(NEIGHBOUR)
    neighbour.send(publishPacket(topicOf(NEIGHBOUR, 'telemetry/rot'), telemetry()))
    t.ok(await neighbour.ping())
    t.equal(world.messages.length, 17, 'others are not slowed')
  },
)

t.test('B21: a flood of packets of any kind ends', async (t) => {
  const world = await startWorld(t, { limits: { packetBurst: 50, packetsPerSecond: 0.001 } })
  for (const name of [STATION, 'ticket']) {
    const client = await world.as(name)
    client.send(Buffer.alloc(200, Buffer.from([0xc0, 0])))
    await client.closed
  }
  t.equal(world.counter('ended.rate_limited'), 2)
})

t.test(
  'P12: a packet of 64 KiB and a byte ends the connection; the director has room for a plan',
  async (t) => {
    const world = await startWorld(t)
    for (const name of [STATION, 'ticket']) {
      const client = await world.as(name)
      client.send(publishPacket(topicOf(STATION, 'state'), Buffer.alloc(65 * 1024, 'x')))
      await client.closed
    }
    t.equal(world.counter('ended.too_large'), 2)
    const plans = await world.as(DIRECTOR)
    const me = await world.as(STATION)
    await me.subscribe([topicOf(STATION, 'plan/#')], 1)
    const plan = `a.${'b'.repeat(200 * 1024)}.c`
    plans.send(publishPacket(topicOf(STATION, 'plan/contact-0001'), plan, { qos: 1 }))
    t.equal((await me.nextPublish())?.payload, plan)
    plans.send(
      publishPacket(topicOf(STATION, 'plan/contact-0001'), `a.${'b'.repeat(300 * 1024)}.c`, { qos: 1 }),
    )
    await plans.closed
  },
)

t.test('what the director calls a plan and is none reaches no station', async (t) => {
  const world = await startWorld(t)
  const [plans, me] = [await world.as(DIRECTOR), await world.as(STATION)]
  await me.subscribe([topicOf(STATION, 'plan/#')], 1)
  for (const [i, text] of ['', '{"az":[1]}', 'a.b', 'a.b.c\n'].entries())
    plans.send(publishPacket(topicOf(STATION, 'plan/contact-0001'), text, { qos: 1, id: i + 1 }))
  plans.send(publishPacket(topicOf(STATION, 'plan/contact-0001'), 'a.b.c', { qos: 1, id: 9 }))
  t.equal((await me.nextPublish())?.payload, 'a.b.c')
  t.equal(world.counter('refused.message.malformed'), 4)
})

t.test('the organisation of another hears nothing, whatever is said', async (t) => {
  const world = await startWorld(t)
  world.principals.set('ticket', user(['view_telemetry'], { org: OTHER_ORG }))
  const foreigner = await world.as('ticket', { clientId: `user:${SESSION}:1` })
  await foreigner.subscribe([`talos/${OTHER_ORG}/gs/+/state`, `talos/${OTHER_ORG}/gs/+/telemetry/+`])
  const [me, theirs] = [await world.as(STATION), await world.as(STRANGER)]
  me.send(publishPacket(topicOf(STATION, 'state'), onlineState(), { retain: true }))
  t.ok(await me.ping())
  theirs.send(publishPacket(topicOf(STRANGER, 'state', OTHER_ORG), onlineState()))
  t.match(await foreigner.nextPublish(), { topic: topicOf(STRANGER, 'state', OTHER_ORG) })
})
