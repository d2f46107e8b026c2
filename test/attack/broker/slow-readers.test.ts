import t from 'tap'
import {
  ack,
  DIRECTOR,
  NEIGHBOUR,
  ORG,
  onlineState,
  SESSION,
  STATION,
  startWorld,
  station,
  telemetry,
  topicOf,
} from '../../support/broker.js'
import { publishPacket, subscribePacket, TYPE } from '../../support/raw-mqtt.js'

const fast = {
  ...{ messageBurst: 1e6, messagesPerSecond: 1e6, byteBurst: 1e9, bytesPerSecond: 1e9 },
  ...{ packetBurst: 1e6, packetsPerSecond: 1e6 },
}
/** A telemetry message near its limit of 4 KiB, so that a frozen reader fills its socket soon. */
const wide = (seq: number) => telemetry(seq) + ' '.repeat(3500)

t.test('P11: a reader that stops reading silences nobody and is given up', async (t) => {
  const world = await startWorld(t, { limits: { ...fast, drainMs: 1500 } })
  const [me, frozen] = [await world.as(STATION), await world.as('ticket')]
  const live = await world.as('ticket', { clientId: `user:${SESSION}:2` })
  for (const reader of [frozen, live]) await reader.subscribe([`talos/${ORG}/gs/+/telemetry/+`])
  frozen.socket.pause()
  let slowest = 0
  let lost = 0
  let largest = 0
  let seq = 0
  while (world.counter('ended.slow_reader') === 0) {
    const started = performance.now()
    for (let i = 0; i < 20; i++) me.send(publishPacket(topicOf(STATION, 'telemetry/rot'), wide(++seq)))
    for (let i = 0; i < 20; i++) if ((await live.nextPublish()) === null) lost++
    slowest = Math.max(slowest, performance.now() - started)
    const backlog = world.broker.connections().find(({ clientId }) => clientId.endsWith(':1'))?.backlog ?? 0
    largest = Math.max(largest, backlog)
  }
  t.equal(lost, 0)
  t.ok(largest < 200 * 1024, `${largest} bytes waited for the frozen reader`)
  // A publisher that waited for the frozen reader would wait as long as the reader may take to drain.
  t.ok(slowest < 1500, `${Math.round(slowest)} ms for 20 messages at worst`)
  t.ok(world.counter('dropped.slow_reader') > 0)
  t.ok(await live.ping())
  t.same(world.errors, [])
})

t.test('P11: a frozen reader of states, which are not dropped, is cut at its limit', async (t) => {
  const world = await startWorld(t, { limits: { ...fast, backlogKillBytes: 200 * 1024 } })
  const [me, frozen] = [await world.as(STATION), await world.as('ticket')]
  await frozen.subscribe([`talos/${ORG}/gs/+/state`], 1)
  frozen.socket.pause()
  const state = onlineState() + ' '.repeat(30_000)
  for (let id = 1; world.counter('ended.slow_reader') === 0; id++) {
    me.send(publishPacket(topicOf(STATION, 'state'), state, { qos: 1, id }))
    await me.nextOf(TYPE.puback)
  }
  t.ok(await me.ping(), 'the station noticed nothing')
})

t.test('P11c: releasing thousands of messages at once does not overflow the stack', async (t) => {
  const world = await startWorld(t, { limits: { ...fast, drainMs: 200 } })
  const [me, frozen] = [await world.as(STATION), await world.as('ticket')]
  await frozen.subscribe([topicOf(STATION, 'telemetry/rot')])
  frozen.socket.pause()
  for (let block = 0; block < 10; block++) {
    me.send(
      ...Array.from({ length: 2000 }, (_, i) =>
        publishPacket(topicOf(STATION, 'telemetry/rot'), telemetry(i)),
      ),
    )
    t.ok(await me.ping())
  }
  frozen.end()
  t.ok(await me.ping())
  t.equal(world.messages.length, 20_000)
})

t.test('P11: a reader that is lost while it is shown retained messages takes nobody with it', async (t) => {
  const world = await startWorld(t, { limits: { ...fast, subscribeBurst: 1e6, subscribesPerSecond: 1e6 } })
  const [me, reader] = [await world.as(STATION), await world.as('ticket')]
  const state = onlineState() + ' '.repeat(30_000)
  me.send(publishPacket(topicOf(STATION, 'state'), state, { retain: true }))
  t.ok(await me.ping())
  reader.socket.pause()
  const backlog = () =>
    world.broker.connections().find(({ principal }) => principal.kind === 'user')?.backlog ?? 0
  // Until it holds up what is retained for it.
  while (backlog() < 100_000) {
    reader.send(subscribePacket([`talos/${ORG}/gs/+/state`]))
    await new Promise(setImmediate)
  }
  reader.socket.resetAndDestroy()
  while (world.counter('ended.lost') === 0) await new Promise(setImmediate)
  t.ok(await me.ping(), 'the broker is still there')
  t.same(world.errors, [])
})

t.test('P13: alarms with QoS 1 among telemetry with QoS 0 arrive, every one', async (t) => {
  const world = await startWorld(t, { limits: fast })
  const plans = await world.as(DIRECTOR)
  await plans.subscribe(['talos/+/gs/+/ack/+', 'talos/+/gs/+/telemetry/+'], 1)
  const stations = [STATION, NEIGHBOUR, 'station-cccc-0001']
  world.principals.set('station-cccc-0001', station('station-cccc-0001', ORG))
  const clients = await Promise.all(stations.map((name) => world.as(name)))
  const expected = new Set<string>()
  for (let i = 1; i <= 100; i++)
    for (const [n, client] of clients.entries()) {
      const sid = stations[n] ?? ''
      const jti = `command-${sid}-${i}`
      expected.add(topicOf(sid, `ack/${jti}`))
      client.send(
        publishPacket(topicOf(sid, 'telemetry/rot'), telemetry(i)),
        publishPacket(topicOf(sid, `ack/${jti}`), ack(jti), { qos: 1, id: i }),
        publishPacket(topicOf(sid, 'telemetry/rot'), telemetry(i)),
      )
    }
  let telemetries = 0
  while (expected.size > 0 || telemetries < 600) {
    const said = await plans.nextPublish()
    if (said === null) break
    if (said.topic.includes('/telemetry/')) telemetries++
    else expected.delete(said.topic)
  }
  t.equal(expected.size, 0)
  t.equal(telemetries, 600)
})

t.test('P13: overlapping filters do not cost a message', async (t) => {
  const world = await startWorld(t)
  const [me, person] = [await world.as(STATION), await world.as('ticket')]
  await person.subscribe([`talos/${ORG}/gs/+/telemetry/+`, topicOf(STATION, 'telemetry/rot')])
  me.send(publishPacket(topicOf(STATION, 'telemetry/rot'), telemetry(1)))
  me.send(
    publishPacket(
      topicOf(STATION, 'telemetry/rig'),
      JSON.stringify({
        ...{ ts: '2026-01-01T00:00:00.000Z', seq: 2, downlinkHz: 1, uplinkHz: null },
        ...{ mode: 'FM', dialHz: 0, rprt: 0 },
      }),
    ),
  )
  const topics = new Set<string | undefined>()
  while (topics.size < 2) topics.add((await person.nextPublish())?.topic)
  t.ok(topics.has(topicOf(STATION, 'telemetry/rig')))
})
