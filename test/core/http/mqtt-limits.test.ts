/** The limits of MQTT over WebSocket: the same as over TCP, by the address that a declared proxy tells. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { WebSocket } from 'ws'
import type { Limits } from '../../../broker/limits.js'
import { serveMqtt } from '../../../core/http/mqtt-socket.js'
import { PACKET_BYTES } from '../../../shared/messages.js'
import { keyOf, NEIGHBOUR, onlineState, STATION, startWorld, topicOf } from '../../support/broker.js'
import { connectPacket, lengthOf, publishPacket } from '../../support/raw-mqtt.js'

/** A broker behind a WebSocket, and how to dial it from some address. */
async function serve(t: Test, limits: Partial<Limits>) {
  const world = await startWorld(t, { limits })
  const app = Fastify({ trustProxy: true })
  const nobody = { authenticate: () => Promise.reject(new Error('nobody is asked')) }
  await serveMqtt(app, world.broker, nobody, () => new Set())
  await app.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(() => app.close())
  const { port } = app.server.address() as AddressInfo
  const dial = async (address: string) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/mqtt`, ['mqtt'], {
      headers: { 'x-forwarded-for': address },
    })
    socket.on('error', () => undefined)
    t.teardown(() => socket.terminate())
    await once(socket, 'open')
    return socket
  }
  /** The code of the CONNACK. */
  const connect = async (socket: WebSocket, name: string): Promise<number | undefined> => {
    const answer = once(socket, 'message')
    socket.send(connectPacket({ clientId: name, username: name, password: keyOf(name) }))
    const [bytes] = await answer
    return (bytes as Buffer)[3]
  }
  return { world, dial, connect }
}

t.test('B21: an address has so many connections, whatever it comes over', async (t) => {
  const { world, dial, connect } = await serve(t, { connectionsPerAddress: 1 })
  t.equal(await connect(await dial('203.0.113.7'), STATION), 0)
  t.equal(await connect(await dial('203.0.113.7'), NEIGHBOUR), 3)
  t.equal(await connect(await dial('203.0.113.8'), NEIGHBOUR), 0)
  t.equal(world.counter('limited.connections_per_address'), 1)
})

t.test('P12: a CONNECT of more than 4 KiB is let go, in one message or in many', async (t) => {
  const { world, dial } = await serve(t, {})
  for (const send of [
    (socket: WebSocket) =>
      socket.send(Buffer.concat([Buffer.from([0x10]), lengthOf(5000), Buffer.alloc(5000)])),
    (socket: WebSocket) => {
      for (const part of [Buffer.from([0x10]), lengthOf(5000)]) socket.send(part)
    },
  ]) {
    const socket = await dial('203.0.113.7')
    const closed = once(socket, 'close')
    send(socket)
    await closed
  }
  t.equal(world.counter('limited.connect_bytes'), 2)
})

t.test(
  'P12: a packet of 64 KiB comes through; a message beyond it ends the connection and is counted',
  async (t) => {
    const { world, dial, connect } = await serve(t, {})
    const socket = await dial('203.0.113.7')
    t.equal(await connect(socket, STATION), 0)
    const topic = topicOf(STATION, 'state')
    const fixed = topic.length + 2
    const state = onlineState()
    socket.send(publishPacket(topic, state + ' '.repeat(PACKET_BYTES - fixed - state.length)))
    await world.until(() => world.messages.length === 1)
    const closed = once(socket, 'close')
    socket.send(Buffer.alloc(PACKET_BYTES + 6, 0x30))
    await closed
    await world.until(() => world.presence.at(-1)?.kind === 'disconnected')
    t.equal(world.counter('ended.too_large'), 1)
    t.equal(world.counter('limited.packet_bytes'), 1)
  },
)

t.test('a packet in many messages, and many packets in one, are read alike', async (t) => {
  const { world, dial, connect } = await serve(t, {})
  const socket = await dial('203.0.113.7')
  t.equal(await connect(socket, STATION), 0)
  const said = publishPacket(topicOf(STATION, 'state'), onlineState())
  for (const byte of said) socket.send(Buffer.from([byte]))
  socket.send(Buffer.concat([said, said]))
  await world.until(() => world.messages.length === 3)
  t.equal(world.counter('messagesIn.state'), 3)
})
