import { duplexPair } from 'node:stream'
import t, { type Test } from 'tap'
import { rightsOf } from '../../broker/authorize.js'
import { Connection } from '../../broker/connection.js'
import { Counters } from '../../broker/counters.js'
import { Engine } from '../../broker/engine.js'
import { LastStates } from '../../broker/last-states.js'
import { Latency } from '../../broker/latency.js'
import { DEFAULT_LIMITS } from '../../broker/limits.js'
import { Refusals } from '../../broker/refusals.js'
import { RetainedMessages } from '../../broker/retained.js'
import { Traffic, type TrafficOptions } from '../../broker/traffic.js'
import { FakeClock, ORG, onlineState, STATION, station, topicOf } from '../support/broker.js'
import { DISCONNECT, PINGREQ, publishPacket, subscribePacket } from '../support/raw-mqtt.js'

/** A traffic in which a bug sleeps. */
class BuggyTraffic extends Traffic {
  override publish(): never {
    throw new Error('a bug in publish')
  }
  override subscribe(): never {
    throw new Error('a bug in subscribe')
  }
  override forward(): never {
    throw new Error('a bug in forward')
  }
}

async function world(t: Test, Kind: new (options: TrafficOptions) => Traffic) {
  const errors: string[] = []
  const failed: string[] = []
  const ready: string[] = []
  const log = {
    info() {},
    warn() {},
    error: (fields: object) => errors.push(String((fields as { err: unknown }).err)),
  }
  const limits = DEFAULT_LIMITS
  const retained = new RetainedMessages(DEFAULT_LIMITS)
  const counters = new Counters()
  const clock = new FakeClock()
  const traffic = new Kind({
    ...{ limits, clock, counters, retained, lastStates: new LastStates(), accepted: () => {} },
    refusals: new Refusals(() => {}, limits, clock, log, counters),
    end: (connection, reason) => {
      connection.ended = reason
      connection.stream.destroy()
    },
  })
  const engine = new Engine({
    ...{ log, limits, retained, traffic, latency: new Latency() },
    ready: ({ handle }) => ready.push(handle),
    failed: (connection, error) => {
      failed.push((error as Error).message)
      connection.ended = 'protocol_error'
      connection.stream.destroy()
    },
  })
  await engine.start()
  t.teardown(() => engine.stop())
  const attach = (handle: string) => {
    const [near, far] = duplexPair()
    const principal = station(STATION, ORG)
    const connection = new Connection({
      ...{ principal, handle, clientId: STATION, rights: rightsOf(principal), will: null, stream: near },
      ...{
        meta: { remoteAddress: '127.0.0.1', transport: 'tcp' },
        connectedAt: 0,
        budget: null,
        maxSubscriptions: 9,
      },
    })
    const goodbyes: string[] = []
    near.on('error', () => {})
    far.on('error', () => {})
    t.teardown(() => near.destroy())
    engine.attach(near, connection, 60, {
      ...{
        maxBytes: 1e5,
        maxFilters: 10,
        allow: () => true,
        onFault: () => {},
        onDisconnect: () => goodbyes.push(handle),
      },
    })
    const packets: number[] = []
    far.on('data', (chunk: Buffer) => packets.push(chunk[0] ?? 0))
    const closed = new Promise<void>((resolve) => near.once('close', () => resolve()))
    return { near, far, connection, goodbyes, packets, closed }
  }
  return { engine, attach, errors, failed, ready }
}

t.test('a stream that was let in gets its CONNACK and is served', async (t) => {
  const { attach, ready } = await world(t, Traffic)
  const { far, closed, packets, goodbyes } = attach('c1')
  far.write(Buffer.concat([publishPacket(topicOf(STATION, 'state'), onlineState(), { qos: 1 }), PINGREQ]))
  while (!packets.includes(0xd0)) await new Promise(setImmediate)
  t.same(packets[0], 0x20)
  t.ok(packets.includes(0x40))
  t.same(ready, ['c1'])
  far.write(DISCONNECT)
  await closed
  t.same(goodbyes, ['c1'])
})

t.test('P10: an exception in a hook ends that connection and nothing else', async (t) => {
  const { attach, errors, failed } = await world(t, BuggyTraffic)
  const [one, two] = [attach('c1'), attach('c2')]
  one.far.write(publishPacket(topicOf(STATION, 'state'), onlineState()))
  await one.closed
  two.far.write(subscribePacket([topicOf(STATION, 'cmd/#')]))
  await two.closed
  t.same(errors, ['Error: a bug in publish', 'Error: a bug in subscribe'])
  t.equal(failed.length, 2)
})

t.test('P21: nothing of a connection that has ended is heard or answered', async (t) => {
  const { attach, errors, failed } = await world(t, BuggyTraffic)
  const one = attach('c1')
  while (one.packets.length === 0) await new Promise(setImmediate)
  one.connection.ended = 'cut'
  one.far.write(subscribePacket([topicOf(STATION, 'cmd/#')]))
  one.far.write(Buffer.concat([publishPacket(topicOf(STATION, 'state'), onlineState(), { qos: 1 }), PINGREQ]))
  while (one.near.readableLength > 0 || one.far.writableLength > 0) await new Promise(setImmediate)
  for (let turns = 0; turns < 5; turns++) await new Promise(setImmediate)
  t.same(one.packets, [0x20])
  t.same([errors, failed], [[], []], 'the hooks were not even asked')
})
