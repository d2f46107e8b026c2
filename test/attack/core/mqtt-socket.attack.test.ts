/**
 * What WebSocket adds to the ways of attack: frames that never end, that answer for themselves, that are compressed.
 */
import type { AddressInfo, Socket } from 'node:net'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { ANONYMOUS } from '../../../core/http/actor.js'
import { serveMqtt } from '../../../core/http/mqtt-socket.js'
import { DIRECTOR, keyOf, STATION, startWorld, telemetry, topicOf } from '../../support/broker.js'
import { connectPacket, publishPacket } from '../../support/raw-mqtt.js'
import { frame, OPCODE, openWebSocket } from '../../support/raw-websocket.js'

const CONNECT = connectPacket({ clientId: STATION, username: STATION, password: keyOf(STATION) })
const { ping, text, continuation } = OPCODE

/** `/mqtt` of core in front of the broker of the tests. */
async function doorOf(t: Test, limits: { connectMs?: number } = {}) {
  const world = await startWorld(t, { limits })
  const app = Fastify()
  await serveMqtt(app, world.broker, { authenticate: async () => ANONYMOUS }, () => new Set())
  await app.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(() => app.close())
  const { port } = app.server.address() as AddressInfo
  const open = async (...headers: string[]): Promise<Socket> => {
    const socket = await openWebSocket(port, headers)
    if (typeof socket === 'string') throw new Error(socket)
    t.teardown(() => socket.destroy())
    return socket
  }
  return { world, port, open }
}

const closing = (socket: Socket) =>
  socket.destroyed ? Promise.resolve() : new Promise<void>((resolve) => socket.once('close', () => resolve()))

/** Everything that comes, until the socket closes. */
async function remains(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  await closing(socket)
  return Buffer.concat(chunks)
}

t.test('a machine comes in with its key, in frames cut anywhere [MQTT-6.0.0-4]', async (t) => {
  const { world, open } = await doorOf(t)
  const socket = await open()
  const bytes = Buffer.concat([CONNECT, publishPacket(topicOf(STATION, 'telemetry/rot'), telemetry())])
  for (let at = 0; at < bytes.length; at += 7) socket.write(frame(bytes.subarray(at, at + 7)))
  await world.until(() => world.messages.length === 1)
  t.match(world.broker.connections(), [{ transport: 'websocket', principal: { id: STATION } }])
})

t.test('text frames are not MQTT, and end the connection [MQTT-6.0.0-1]', async (t) => {
  const { world, open } = await doorOf(t)
  const before = await open()
  before.write(frame(CONNECT, { opcode: text }))
  t.notOk((await remains(before)).includes(Buffer.from([0x20, 2, 0, 0])), 'no CONNACK')
  const after = await open()
  after.write(frame(CONNECT))
  await world.until(() => world.broker.isOnline(STATION))
  after.write(frame(publishPacket(topicOf(STATION, 'telemetry/rot'), telemetry()), { opcode: text }))
  await remains(after)
  t.same(world.messages, [])
})

t.test('P12: a message of more than 64 KiB, or in endless fragments, ends the connection', async (t) => {
  const { world, open } = await doorOf(t)
  const wide = await open()
  wide.write(frame(Buffer.alloc(64 * 1024 + 1)))
  await remains(wide)
  const announced = await open()
  announced.write(frame(Buffer.alloc(10), { announced: 2 ** 40 }))
  await remains(announced)
  const crumbs = await open()
  crumbs.write(frame(Buffer.from('x'), { fin: false }))
  const crumb = frame(Buffer.from('x'), { fin: false, opcode: continuation })
  crumbs.write(Buffer.concat(Array.from({ length: 65_000 }, () => crumb)))
  await remains(crumbs)
  while (world.broker.metrics().pending > 0) await new Promise(setImmediate)
  t.pass()
})

t.test('P12: a plan of the director may span messages', async (t) => {
  const { world, open } = await doorOf(t)
  const me = await world.as(STATION)
  await me.subscribe([topicOf(STATION, 'plan/#')], 1)
  const socket = await open()
  socket.resume()
  const plan = `a.${'b'.repeat(150 * 1024)}.c`
  const bytes = Buffer.concat([
    connectPacket({ clientId: `${DIRECTOR}:1`, username: DIRECTOR, password: keyOf(DIRECTOR) }),
    publishPacket(topicOf(STATION, 'plan/contact-0001'), plan, { qos: 1 }),
  ])
  for (let at = 0; at < bytes.length; at += 60_000) socket.write(frame(bytes.subarray(at, at + 60_000)))
  t.equal((await me.nextPublish())?.payload, plan)
})

t.test('compression is not agreed to, and a compressed frame ends the connection', async (t) => {
  const { open } = await doorOf(t)
  const socket = await open('Sec-WebSocket-Extensions: permessage-deflate')
  socket.write(frame(CONNECT, { reserved: 4 }))
  t.notOk((await remains(socket)).includes(Buffer.from([0x20, 2, 0, 0])))
})

t.test('who pings and never reads the answers is cut, with a name and without', async (t) => {
  const { open } = await doorOf(t, { connectMs: 60_000 })
  const pings = Buffer.concat(Array.from({ length: 1000 }, () => frame(Buffer.alloc(125), { opcode: ping })))
  for (const first of [[], [frame(CONNECT)]]) {
    const socket = await open()
    socket.pause()
    const closed = closing(socket)
    for (const bytes of first) socket.write(bytes)
    let written = 0
    while (!socket.destroyed && written < 1000) {
      written++
      if (!socket.write(pings))
        await Promise.race([closed, new Promise((done) => socket.once('drain', done))])
    }
    await closed
    t.ok(written < 1000, `cut after ${written * 131} kB of pings`)
  }
})

t.test('P8: a socket that says nothing, or half a CONNECT, or half a frame, is closed in time', async (t) => {
  const { world, open } = await doorOf(t, { connectMs: 300 })
  const silent = await open()
  const half = await open()
  half.write(frame(CONNECT.subarray(0, 9)))
  const unfinished = await open()
  unfinished.write(frame(CONNECT).subarray(0, 9))
  await Promise.all([silent, half, unfinished].map(remains))
  while (world.broker.metrics().pending > 0) await new Promise(setImmediate)
  t.pass()
})

t.test('only the subprotocol of MQTT opens a conversation', async (t) => {
  const { port } = await doorOf(t)
  const answer = await openWebSocket(port, ['Origin: https://evil.example'])
  t.match(answer, /^HTTP\/1.1 403/, 'B11: an Origin is a page, and must be ours')
  const cookie = await openWebSocket(port, ['Cookie: a=b'])
  t.match(cookie, /^HTTP\/1.1 403/)
})
