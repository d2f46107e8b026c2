/**
 * Principal by topic by action, over real connections, each answer compared with a second model of the rights.
 */
import t from 'tap'
import type { World } from '../../support/broker.js'
import {
  connectPacket,
  PINGREQ,
  publishPacket,
  type RawClient,
  subscribePacket,
  TYPE,
} from '../../support/raw-mqtt.js'
import { FILTERS, SIDES, type Side, TOPICS } from './matrix-cells.js'
import { Cells, printed, worldOf } from './matrix-world.js'
import { mayAsk, maySay, mayWill } from './second-model.js'

t.setTimeout(240_000)

/** Sends all of it behind a CONNECT, in one segment. Did the connection live through it? */
async function livesThrough(world: World, { connect }: Side, ...packets: Buffer[]): Promise<boolean> {
  const client = await world.open()
  client.send(connectPacket(connect), ...packets, PINGREQ)
  const lives = (await client.connack()) === 0 && (await client.nextOf(TYPE.pingresp)) !== null
  client.end()
  await client.closed
  world.clients.length = 0
  return lives
}

/** Every flag for what it may say; two that differ in all for the rest. */
const FLAGS = [0, 1, 2].flatMap((qos) => [
  { qos, retain: false },
  { qos, retain: true },
])

t.test('B3 B4 B5 B6 B7 B22 P3 P14: who may say what, with every QoS and retained', async (t) => {
  const world = await worldOf(t)
  const cells = new Cells()
  await Promise.all(
    SIDES.map(async (side) => {
      for (const topic of TOPICS) {
        const isMine = maySay(side.who, { topic, qos: 0, retain: false })
        for (const flags of isMine ? FLAGS : [FLAGS[0], FLAGS[3]]) {
          if (flags === undefined) continue
          const lives = await livesThrough(world, side, publishPacket(topic, 'no JSON', flags))
          const cell = `${side.name} says ${printed(topic)} QoS ${flags.qos}${flags.retain ? ' retained' : ''}`
          cells.add(cell, lives, maySay(side.who, { topic, ...flags }))
        }
      }
    }),
  )
  cells.end(t, 2000)
  t.same(world.messages, [])
  t.same(world.errors, [])
  t.equal(world.broker.metrics().retained, 0)
})

t.test('P4 B22: who may have which will', async (t) => {
  const world = await worldOf(t)
  const cells = new Cells()
  const payload = JSON.stringify({
    ts: '2026-01-01T00:00:00.000Z',
    bootId: 'boot-aaaa-0001',
    link: 'offline',
  })
  await Promise.all(
    SIDES.map(async (side) => {
      for (const topic of TOPICS)
        for (const qos of mayWill(side.who, topic, 0) ? [0, 1, 2] : [1]) {
          const will = { topic, payload, qos, retain: true }
          const lives = await livesThrough(world, { ...side, connect: { ...side.connect, will } })
          cells.add(`${side.name} wills ${printed(topic)} QoS ${qos}`, lives, mayWill(side.who, topic, qos))
        }
    }),
  )
  cells.end(t, 1000)
  for (const { topic, principal } of world.messages)
    t.same([topic.org, topic.sid], [principal.org, principal.id], 'no will spoke for another')
  t.same(world.errors, [])
})

/** The QoS that is granted, or 128. A connection that ends is a refusal too. */
async function ask(client: RawClient, filter: string, qos: number): Promise<number | null> {
  client.send(subscribePacket([filter], qos))
  return (await client.nextOf(TYPE.suback))?.body[2] ?? null
}

t.test('B7 B8 B27 P3 P6 P26: who may ask for what, with wildcards of every shape', async (t) => {
  const world = await worldOf(t)
  const cells = new Cells()
  await Promise.all(
    SIDES.filter(({ principal }) => principal !== null).map(async (side) => {
      let client: RawClient | null = null
      for (const filter of FILTERS)
        for (const qos of mayAsk(side.who, filter, 0) ? [0, 1, 2] : [0]) {
          if (client === null || client.isClosed) {
            client = await world.open()
            if ((await client.connect(side.connect)) !== 0) t.fail('it did not come in')
          }
          const granted = await ask(client, filter, qos)
          const cell = `${side.name} asks for ${printed(filter)} QoS ${qos}`
          cells.add(cell, granted !== null && granted !== 128, mayAsk(side.who, filter, qos))
          if (granted !== null && granted !== 128 && granted !== qos) t.fail(`${cell}: granted ${granted}`)
        }
    }),
  )
  cells.end(t, 9000)
  t.same(world.errors, [])
})
