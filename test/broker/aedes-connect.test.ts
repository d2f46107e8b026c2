import { duplexPair } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { Aedes } from 'aedes'
import t, { type Test } from 'tap'
import { AedesClients } from '../../broker/aedes-connect.js'
import type { AedesClient } from '../../broker/aedes-internals.js'
import { connectPacket, DISCONNECT, PINGREQ, publishPacket, subscribePacket } from '../support/raw-mqtt.js'

const inside = (client: AedesClient) => client as unknown as Record<string, unknown>

async function world(t: Test) {
  const aedes = await Aedes.createBroker()
  const clients = new AedesClients(aedes)
  const streams: { destroy(): void }[] = []
  t.teardown(() => {
    for (const stream of streams) stream.destroy()
    return new Promise<void>((resolve) => aedes.close(resolve))
  })
  const open = (more: { keepaliveS?: number; onSilent?: () => void } = {}) => {
    const [near, far] = duplexPair()
    near.on('error', () => {})
    far.on('error', () => {})
    streams.push(near)
    const received: number[] = []
    far.on('data', (chunk: Buffer) => received.push(...chunk))
    const connected = () => {
      const client = clients.connected(near, { handle: 'c1', keepaliveS: 60, onSilent: () => {}, ...more })
      near.once('close', () => clients.close(client))
      return client
    }
    return { near, far, received, connected }
  }
  return { aedes, open }
}

/** Turns of the loop until it holds; a test that never gets there runs into its own limit. */
async function until(condition: () => boolean) {
  while (!condition()) await turn()
}

t.test('a client is what the CONNECT handler of Aedes would have made of it', async (t) => {
  const { aedes, open } = await world(t)
  const theirs = open()
  const real = aedes.handle(theirs.near)
  theirs.far.write(connectPacket({ clientId: 'c1', keepalive: 60 }))
  await until(() => inside(real)['connackSent'] === true)
  await turn()
  const made = open().connected()
  // Of a client that was paused while it was asked for its name.
  const fields = Object.keys(inside(real)).filter((field) => field !== '_paused')
  t.strictSame(Object.keys(inside(made)).sort(), fields.sort(), 'the same fields')
  for (const field of [
    'id',
    'clean',
    'version',
    'connected',
    'connackSent',
    'closed',
    '_authorized',
    '_connectTimer',
  ])
    t.equal(inside(made)[field], inside(real)[field], field)
  t.equal(inside(made)['_keepaliveInterval'], 90_000)
})

t.test('it speaks and hears at once', async (t) => {
  const { open } = await world(t)
  const { near, far, received, connected } = open()
  const client = connected()
  far.write(subscribePacket(['a/b'], 1, 7))
  await until(() => received.includes(0x90))
  far.write(Buffer.concat([publishPacket('a/b', 'x', { qos: 1, id: 3 }), PINGREQ]))
  await until(() => received.includes(0xd0) && received.includes(0x32))
  const closed = new Promise((resolve) => near.once('close', resolve))
  far.write(DISCONNECT)
  await closed
  await until(() => Object.keys(inside(client)['subscriptions'] as object).length === 0)
})

t.test('P9: the table of Aedes, which keeps lost clients, does not know it', async (t) => {
  const { aedes, open } = await world(t)
  open().connected()
  t.same(Object.keys((aedes as unknown as { clients: object }).clients), [])
})

t.test('P13: nothing that is older than the last message is taken for a duplicate', async (t) => {
  const { aedes, open } = await world(t)
  const duplicates = inside(open().connected())['duplicates'] as Record<string, number>
  duplicates[aedes.id] = 99
  t.equal(duplicates[aedes.id], 0)
})

t.test('[MQTT-3.1.2-24] silence for longer than one and a half of the keepalive is told', async (t) => {
  const { open } = await world(t)
  const silent = new Promise<void>((resolve) => {
    open({ keepaliveS: 0.01, onSilent: resolve }).connected()
  })
  await silent
  t.pass()
})

t.test('a second CONNECT closes the stream', async (t) => {
  const { open } = await world(t)
  const { near, far, connected } = open()
  const closed = new Promise((resolve) => near.once('close', resolve))
  connected()
  far.write(connectPacket({ clientId: 'c1' }))
  await closed
  t.pass()
})
