import { duplexPair } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { Aedes } from 'aedes'
import t, { type Test } from 'tap'
import { AedesClients } from '../../broker/aedes-connect.js'
import { keepAlive, takeDelivery, takeReading, waitForDrain } from '../../broker/aedes-internals.js'
import { PINGREQ, subscribePacket } from '../support/raw-mqtt.js'

/** A connected client of Aedes; an upgrade that moves the private fields fails here first. */
async function world(t: Test, onSilent = () => {}, keepaliveS = 60) {
  const aedes = await Aedes.createBroker({ drainTimeout: 20 })
  const [near, far] = duplexPair()
  near.on('error', () => {})
  t.teardown(() => {
    near.destroy()
    return new Promise<void>((resolve) => aedes.close(resolve))
  })
  const clients = new AedesClients(aedes)
  const client = clients.connected(near, { handle: 'c1', keepaliveS, onSilent })
  near.once('close', () => clients.close(client))
  const received: number[] = []
  far.on('data', (chunk: Buffer) => received.push(chunk[0] ?? 0))
  return { aedes, client, near, far, received }
}

t.test('Aedes reads no more by itself, and takes the packets that it is given', async (t) => {
  const { client, near, far, received } = await world(t)
  const pass = takeReading(client, near)
  t.equal(near.listenerCount('readable'), 0)
  far.write(PINGREQ)
  await turn()
  await turn()
  t.same(received, [], 'nobody has read it')
  pass(PINGREQ)
  while (received.length === 0) await turn()
  pass(PINGREQ)
  while (received.length === 1) await turn()
  t.same(received, [0xd0, 0xd0])
  t.equal(near.readableLength, 2, 'nor after it was done with a packet of ours')
})

t.test(
  'what Aedes would send comes to us: with the QoS that was asked for, and retained with QoS 1',
  async (t) => {
    const { client, near, aedes } = await world(t)
    const pass = takeReading(client, near)
    const delivered: unknown[] = []
    takeDelivery(client, (packet, qos, done) => {
      const { topic, retain } = packet as { topic: string; retain: boolean }
      delivered.push([topic, qos, retain])
      done()
    })
    const say = (topic: string, retain = false) =>
      new Promise<void>((resolve) => {
        aedes.publish({ cmd: 'publish', topic, payload: 'x', qos: 1, retain, dup: false }, () => resolve())
      })
    await say('a/kept', true)
    pass(subscribePacket(['a/+'], 0))
    while (delivered.length < 1) await turn()
    pass(subscribePacket(['b/+'], 1))
    await say('a/1')
    await say('b/1')
    t.same(delivered, [
      ['a/kept', 1, true],
      ['a/1', 0, false],
      ['b/1', 1, false],
    ])
  },
)

t.test('B21: a reader that does not drain in time is ended', async (t) => {
  const { client, near, far, aedes } = await world(t)
  far.pause()
  const told = new Promise((resolve) => aedes.once('clientError', (_client, error) => resolve(error.message)))
  while (near.write(Buffer.alloc(65_536)));
  waitForDrain(client, () => t.fail('P11: it did not drain'))
  t.equal(await told, 'drain timeout')
  t.ok(near.destroyed)
  await turn()
  await turn()
})

t.test('one that drains is told so', async (t) => {
  const { client, near, far } = await world(t)
  far.pause()
  while (near.write(Buffer.alloc(65_536)));
  const drained = new Promise<void>((resolve) => waitForDrain(client, resolve))
  far.resume()
  await drained
  t.notOk(near.destroyed)
})

t.test('[MQTT-3.1.2-24] being heard of puts off the end of the keepalive', async (t) => {
  let silentAt = 0
  const { client, near } = await world(t, () => (silentAt = performance.now()), 0.1)
  takeReading(client, near)
  const until = performance.now() + 400
  let last = 0
  while (performance.now() < until && silentAt === 0) {
    last = performance.now()
    keepAlive(client)
    await turn()
  }
  // A machine that stood still for longer than the keepalive proves nothing.
  while (silentAt === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  t.ok(silentAt - last >= 140, 'it counts from the last time')
})
