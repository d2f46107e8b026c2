/**
 * One connection's bytes. What is plain, a PUBLISH of a topic of ours and its acknowledgement, is handled here, in the
 * turn in which it was read; everything else goes to Aedes packet by packet. What a reader is sent is encoded once for
 * all readers and leaves with the turn.
 * @module
 */
import type { Duplex } from 'node:stream'
import { parseTopic } from '../shared/topics.js'
import { type AedesClient, keepAlive, takeDelivery, takeReading, waitForDrain } from './aedes-internals.js'
import type { Bus } from './bus.js'
import type { Connection } from './connection.js'
import { decodePublish, type PlainPublish } from './decode-publish.js'
import { type Encoder, idOffset } from './encode-publish.js'
import { Intake } from './intake.js'
import type { Latency } from './latency.js'
import { Outbox, type TurnEnd } from './outbox.js'
import { type PacketLimitOptions, PacketScanner } from './packet-limit.js'
import type { PublishPacket, Traffic } from './traffic.js'

const PUBLISH = 3
const PUBACK = 4
const MAX_ID = 65_535

/** What all wires of an engine share. */
export interface WireParts {
  readonly traffic: Traffic
  readonly bus: Bus<PublishPacket>
  readonly encoder: Encoder
  readonly turn: TurnEnd
  readonly latency: Latency
  /** P10: an exception ends this connection, not the process. */
  readonly threw: (connection: Connection, error: unknown) => void
}

export class Wire {
  readonly #outbox: Outbox
  readonly #scanner: PacketScanner
  readonly #intake: Intake
  /** To the parser of Aedes. */
  readonly #pass: (packet: Buffer) => void
  #id = 0

  constructor(
    readonly parts: WireParts,
    readonly connection: Connection,
    readonly client: AedesClient,
    guard: PacketLimitOptions,
  ) {
    const { stream } = connection
    this.#outbox = new Outbox(stream, parts.turn, (drained) => waitForDrain(client, drained))
    this.#scanner = new PacketScanner(guard)
    this.#intake = new Intake((...packet) => this.#packet(...packet))
    this.#pass = takeReading(client, stream)
    takeDelivery(client, (packet, qos, done) => this.#deliver(packet as PublishPacket, qos, done))
    connection.outbox = this.#outbox
  }

  /** Reads from the next turn on. */
  start(): void {
    const stream: Duplex = this.connection.stream
    stream.on('data', (chunk: Buffer) => this.#read(chunk))
    stream.resume()
  }

  #read(chunk: Buffer): void {
    const { connection, parts } = this
    if (connection.ended !== null) return
    parts.latency.read()
    try {
      const pass = this.#scanner.scan(chunk)
      if (pass === null || pass === 0) return
      keepAlive(this.client)
      this.#intake.feed(pass === chunk.length ? chunk : chunk.subarray(0, pass))
    } catch (error) {
      parts.threw(connection, error)
    }
  }

  #packet(bytes: Buffer, start: number, bodyAt: number, end: number): boolean {
    const first = bytes[start] ?? 0
    const type = first >> 4
    // A clean session keeps nothing that could be acknowledged.
    if (type !== PUBACK && !(type === PUBLISH && this.#publish(bytes, first, bodyAt, end))) {
      // Aedes writes by itself, and must not overtake what was said before.
      this.#outbox.flush()
      this.#pass(bytes.subarray(start, end))
    }
    return this.connection.ended === null
  }

  /** False: there is something strange about it, for Aedes or `Traffic` to refuse. */
  #publish(bytes: Buffer, first: number, bodyAt: number, end: number): boolean {
    const { connection, parts } = this
    const packet = decodePublish(bytes, first, bodyAt, end)
    const topic = packet === null ? null : parseTopic(packet.topic)
    if (packet === null || topic === null) return false
    const verdict = parts.traffic.publish(connection, packet, topic)
    // P21: whoever heard of it may have cut the connection.
    if (verdict === 'close' || connection.ended !== null) return true
    if (packet.qos === 1) this.#acknowledge(packet.messageId ?? 0)
    if (verdict === 'pass') this.#emit(packet)
    return true
  }

  #emit(packet: PlainPublish): void {
    const { bus, latency, turn } = this.parts
    const { payload } = packet
    latency.passed(payload)
    bus.emit(packet)
    if (latency.isMeasured(payload)) turn.whenEmpty(() => latency.handed(payload))
  }

  #acknowledge(id: number): void {
    this.#outbox.send(Buffer.from([PUBACK << 4, 2, id >> 8, id & 255]))
  }

  /** What Aedes found for this client: a message for a filter with this QoS, or a retained one. */
  #deliver(packet: PublishPacket, granted: 0 | 1, done: () => void): void {
    const { connection, parts } = this
    // Without an answer no more retained messages are brought.
    if (connection.ended !== null) return
    try {
      if (parts.traffic.forward(connection, packet)) this.#send(packet, granted)
    } catch (error) {
      parts.threw(connection, error)
    }
    // Retained messages come one by one, as fast as the reader takes them; nobody else waits for a reader (P11).
    if (packet.retain) this.#outbox.whenDrained(done)
    else done()
  }

  #send({ topic, payload, qos, retain }: PublishPacket, granted: 0 | 1): void {
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload
    const message = { topic, payload: bytes, retain, qos: qos > 0 ? granted : 0 } as const
    const packet = this.parts.encoder.encode(message)
    if (message.qos === 0) {
      this.#outbox.send(packet)
      return
    }
    this.#id = this.#id === MAX_ID ? 1 : this.#id + 1
    const own = Buffer.from(packet)
    own.writeUInt16BE(this.#id, idOffset(message))
    this.#outbox.send(own)
  }
}
