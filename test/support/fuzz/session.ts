/**
 * One hostile connection: a CONNECT, some packets, and an end that need not be one.
 * @module
 */
import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import type { Pick } from '../random.js'
import { connectPacket, DISCONNECT } from '../raw-mqtt.js'
import { openWebSocket } from '../raw-websocket.js'
import { frames, mutated, segments } from './mutations.js'
import { type Actor, ANYONE, UNLAWFUL } from './seeds.js'

export interface Door {
  readonly transport: 'tcp' | 'websocket'
  readonly port: number
}

interface Tried {
  readonly bytes: Buffer
  readonly isMutated: boolean
}

/** `odds`: one packet in so many is mutated. Mostly lawful ones live long enough to do harm. */
function packetsOf({ connect, lawful }: Actor, odds: number, pick: Pick): Tried[] {
  const seeds = Array.from({ length: 1 + pick(16) }, () => {
    const from = pick(12) === 0 ? UNLAWFUL : pick(4) === 0 ? ANYONE : lawful
    return { seed: from[pick(from.length)] ?? DISCONNECT, odds }
  })
  // A CONNECT that fails ends the session before it has begun.
  const all = [{ seed: connectPacket(connect), odds: 10 }, ...seeds]
  return all.map(({ seed, odds }) => {
    const isMutated = pick(odds) === 0
    return { bytes: isMutated ? mutated(seed, pick) : seed, isMutated }
  })
}

async function open({ transport, port }: Door): Promise<Socket> {
  if (transport === 'websocket') {
    const socket = await openWebSocket(port)
    if (typeof socket === 'string') throw new Error(`the handshake was answered ${socket}`)
    return socket
  }
  const socket = connectTcp({ host: '127.0.0.1', port, noDelay: true })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** Beyond all deadlines of the broker and of its WebSockets, ms. */
const FOR_EVER_MS = 60_000

/** Returns how many packets were tried, how many of them were mutated, and whether the other side never let go. */
export async function session(
  door: Door,
  actor: Actor,
  pick: Pick,
): Promise<{ packets: number; mutations: number; isHeld: boolean }> {
  const socket = await open(door)
  const closed = new Promise<void>((resolve) => {
    // It may be over before anybody could listen.
    if (socket.closed) resolve()
    else socket.once('close', () => resolve())
  })
  // What comes back is read and forgotten, now and then too late.
  const isDeaf = pick(20) === 0
  if (!isDeaf) socket.resume()
  const packets = packetsOf(actor, pick(2) === 0 ? 2 : 8, pick)
  // Out of order, now and then: a packet before its CONNECT.
  if (pick(20) === 0) packets.reverse()
  for (const part of segments(Buffer.concat(packets.map(({ bytes }) => bytes)), pick)) {
    if (socket.destroyed) break
    socket.write(door.transport === 'websocket' ? frames(part, pick) : part)
    if (pick(3) === 0) await new Promise(setImmediate)
  }
  // A mutated length may leave the broker waiting for more, and rightly; so the session ends here.
  switch (pick(8)) {
    case 0:
      socket.destroy()
      break
    case 1:
      socket.resetAndDestroy()
      break
    default:
      socket.end(door.transport === 'websocket' ? frames(DISCONNECT, pick) : DISCONNECT)
      socket.resume()
  }
  let isHeld = false
  const late = setTimeout(() => {
    isHeld = true
    socket.destroy()
  }, FOR_EVER_MS)
  await closed
  clearTimeout(late)
  const mutations = packets.filter(({ isMutated }) => isMutated).length
  return { packets: packets.length, mutations, isHeld }
}
