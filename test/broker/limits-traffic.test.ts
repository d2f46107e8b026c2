/** Each limit of who was let in, tried over a real socket: what the client sees, and that it is counted under its name. */
import { DEFAULT_LIMITS, type Limits } from '../../broker/limits.js'
import { DIRECTOR, FakeClock, ORG, onlineState, STATION, telemetry, topicOf } from '../support/broker.js'
import { limit } from '../support/limit-case.js'
import { lengthOf, PINGREQ, publishPacket, subscribePacket, TYPE } from '../support/raw-mqtt.js'

const rot = topicOf(STATION, 'telemetry/rot')
const state = topicOf(STATION, 'state')

limit(['packet_bytes'], 'a packet that announces too much closes the connection', {}, async (t, world) => {
  const client = await world.as(STATION)
  client.send(Buffer.from([0x30]), lengthOf(DEFAULT_LIMITS.packetBytes + 1))
  await client.closed
  t.equal(world.counter('ended.too_large'), 1)
  const plans = await world.as(DIRECTOR)
  const plan = `${'a'.repeat(DEFAULT_LIMITS.packetBytes)}.b.c`
  plans.send(publishPacket(topicOf(STATION, 'plan/contact-0001'), plan, { qos: 1 }))
  t.ok(await plans.nextOf(TYPE.puback), 'a plan may be larger')
})

limit(
  ['topic_levels'],
  'a topic or filter of too many levels closes the connection',
  {},
  async (t, world) => {
    const deep = Array.from({ length: DEFAULT_LIMITS.topicLevels + 1 }, () => 'a').join('/')
    for (const said of [publishPacket(deep, 'x'), subscribePacket([deep])]) {
      const client = await world.as(STATION)
      client.send(said)
      await client.closed
    }
    t.equal(world.counter('ended.protocol_error'), 2)
  },
)

limit(
  ['subscriptions'],
  'filters beyond those that one may hold are 128',
  { limits: { subscriptionsPerStation: 1 } },
  async (t, world) => {
    const client = await world.as(STATION)
    t.same(await client.subscribe([topicOf(STATION, 'cmd/#'), topicOf(STATION, 'plan/#')]), [0, 128])
    t.ok(await client.ping())
  },
)

limit(['filters'], 'a SUBSCRIBE of too many filters closes the connection', {}, async (t, world) => {
  const filters = (count: number) => Array.from({ length: count }, (_, i) => topicOf(STATION, `cmd/${i}`))
  const client = await world.as(STATION)
  t.equal((await client.subscribe(filters(DEFAULT_LIMITS.filtersPerSubscribe)))?.length, 16)
  t.equal(await client.subscribe(filters(DEFAULT_LIMITS.filtersPerSubscribe + 1)), null)
})

limit(
  ['subscribes'],
  'too many SUBSCRIBEs close the connection',
  { clock: new FakeClock(), limits: { subscribeBurst: 2 } },
  async (t, world) => {
    const client = await world.as(STATION)
    for (let i = 0; i < 2; i++) t.same(await client.subscribe([topicOf(STATION, 'cmd/#')]), [0])
    t.equal(await client.subscribe([topicOf(STATION, 'cmd/#')]), null)
    t.equal(world.counter('ended.rate_limited'), 1)
  },
)

limit(
  ['packets'],
  'too many packets close the connection',
  { clock: new FakeClock(), limits: { packetBurst: 2 } },
  async (t, world) => {
    const client = await world.as(STATION)
    client.send(PINGREQ, PINGREQ, PINGREQ)
    await client.closed
    t.equal(world.counter('ended.rate_limited'), 1)
  },
)

limit(
  ['messages'],
  'over its rate a station loses telemetry, can still say its state, and is cut when it says that too often',
  { clock: new FakeClock(), limits: { messageBurst: 10 } },
  async (t, world) => {
    const client = await world.as(STATION)
    for (let seq = 0; seq < 20; seq++)
      client.send(publishPacket(rot, telemetry(seq), { qos: seq % 2, id: 7 }))
    t.ok(await client.ping())
    t.equal(
      client.received.filter(({ type }) => type === TYPE.puback).length,
      10,
      'what is dropped is acknowledged',
    )
    t.equal(world.messages.length, 8)
    for (let id = 1; id < 3; id++) client.send(publishPacket(state, onlineState(), { qos: 1, id }))
    t.ok(await client.ping())
    t.equal(world.messages.length, 10)
    client.send(publishPacket(state, onlineState(), { qos: 1, id: 3 }))
    await client.closed
    t.equal(world.counter('ended.rate_limited'), 1)
    t.match(world.refusals.at(-1), { kind: 'publish', code: 'rate_limited', principalId: STATION })
  },
)

limit(
  ['bytes'],
  'a few large messages spend the budget as many small ones do',
  { clock: new FakeClock(), limits: { byteBurst: 10_000 } },
  async (t, world) => {
    const client = await world.as(STATION)
    const wide = telemetry() + ' '.repeat(3800)
    for (let i = 0; i < 4; i++) client.send(publishPacket(rot, wide))
    t.ok(await client.ping())
    t.equal(world.messages.length, 2)
    client.send(publishPacket(state, onlineState() + ' '.repeat(9000), { qos: 1 }))
    await client.closed
    t.equal(world.counter('ended.rate_limited'), 1)
  },
)

const untired: Partial<Limits> = { messageBurst: 1e6, byteBurst: 1e12, packetBurst: 1e6 }

limit(
  ['slow_telemetry'],
  'a page that does not read misses telemetry, and nobody waits for it',
  { limits: untired },
  async (t, world) => {
    const client = await world.as(STATION)
    const frozen = await world.as('ticket')
    await frozen.subscribe([`talos/${ORG}/gs/+/telemetry/+`])
    frozen.socket.pause()
    const wide = telemetry() + ' '.repeat(3500)
    while (world.counter('limited.slow_telemetry') === 0) {
      client.send(...Array.from({ length: 50 }, () => publishPacket(rot, wide)))
      t.ok(await client.ping())
    }
    t.equal(world.counter('ended.slow_reader'), 0)
  },
)

limit(
  ['slow_plans', 'slow_reader'],
  'a station that does not read misses plans; who misses what may not be left out is cut',
  { limits: { ...untired, backlogKillBytes: 700 * 1024 } },
  async (t, world) => {
    const [client, plans, frozen] = [
      await world.as(STATION),
      await world.as(DIRECTOR),
      await world.as('ticket'),
    ]
    await client.subscribe([topicOf(STATION, 'plan/#')], 1)
    await frozen.subscribe([state], 1)
    client.socket.pause()
    const plan = publishPacket(topicOf(STATION, 'plan/contact-0001'), `${'a'.repeat(200_000)}.b.c`, {
      qos: 1,
      id: 1,
    })
    while (world.counter('limited.slow_plans') === 0) {
      plans.send(plan)
      t.ok(await plans.nextOf(TYPE.puback))
    }
    t.equal(world.counter('ended.slow_reader'), 0, 'plans alone cut nobody')
    client.socket.resume()
    frozen.socket.pause()
    for (let id = 1; world.counter('ended.slow_reader') === 0; id = (id % 60_000) + 1) {
      client.send(publishPacket(state, onlineState() + ' '.repeat(30_000), { qos: 1, id }))
      t.ok(await client.nextOf(TYPE.puback))
    }
  },
)

limit(
  ['retained'],
  'what there is no room for is said and not kept',
  { limits: { retainedBytesPerStation: 1000 } },
  async (t, world) => {
    const [client, person] = [await world.as(STATION), await world.as('ticket')]
    await person.subscribe([state], 1)
    for (const [id, padding] of [
      [1, 0],
      [2, 1000],
    ] as const) {
      client.send(
        publishPacket(state, onlineState({ seq: id }) + ' '.repeat(padding), { qos: 1, retain: true, id }),
      )
      t.equal(JSON.parse((await person.nextPublish())?.payload ?? '').seq, id)
    }
    t.equal(world.broker.metrics().retained, 0, 'nor is what is outdated')
  },
)

limit(
  ['audit'],
  'the audit trail is told so much of one source, and how much was left out',
  { limits: { refusalsPerSource: 1 } },
  async (t, world) => {
    const client = await world.as(STATION)
    for (let i = 0; i < 3; i++) t.same(await client.subscribe(['#']), [128])
    t.equal(world.refusals.length, 1)
    t.equal(world.counter('refused.subscribe.subscribe_denied'), 3)
  },
)
