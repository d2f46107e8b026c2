/**
 * Stands between Eclipse Paho's suite and our broker: gives its clients a name and a key, maps its topics, and answers for
 * QoS 2, which is not served, by QoS 1. Everything else passes as it is, the answers of the broker above all.
 * @module
 */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import type { Rights } from '../../../broker/authorize.js'
import { Broker } from '../../../broker/broker.js'
import { TcpListener } from '../../../broker/listeners.js'
import { systemClock } from '../../../shared/time.js'
import { parseTopic } from '../../../shared/topics.js'
import { ORG, offlineState, station, topicOf } from '../broker.js'
import {
  connectPacket,
  field,
  packet,
  publishPacket,
  RawClient,
  type Received,
  readPublish,
  TYPE,
  u16,
} from '../raw-mqtt.js'
import { ourFilter, ourTopic, Payloads, stationOfWill, theirTopic } from './suite-topics.js'

/** All of one organisation: what no principal of ours has. */
const WIDE: Rights = {
  publish: (topic) => ['info', 'state', 'telemetry'].includes(parseTopic(topic)?.kind ?? ''),
  retain: (topic) => ['info', 'state'].includes(parseTopic(topic)?.kind ?? ''),
  subscribe: [`talos/${ORG}/gs/#`],
  will: null,
}
const PUBREC = 5
const PUBREL = 6
const MANY = 1e9
/** Set in the id of a message that the edge sends for one with QoS 2: its PUBACK is the edge's own. */
const OWN_ID = 0x8000

/** Walks over the fields of a packet of the suite. */
class Fields {
  #at = 0

  constructor(readonly body: Buffer) {}

  get done(): boolean {
    return this.#at >= this.body.length
  }

  bytes(length: number): Buffer {
    this.#at += length
    return this.body.subarray(this.#at - length, this.#at)
  }

  field(): Buffer {
    return this.bytes(this.bytes(2).readUInt16BE(0))
  }
}

/** One client of the suite and its connection to the broker. */
class Link {
  #isConnected = false

  constructor(
    readonly suite: RawClient,
    readonly broker: RawClient,
    readonly payloads: Payloads,
  ) {}

  async up(): Promise<void> {
    for (let said = await this.suite.next(); said !== null; said = await this.suite.next()) {
      const { type, first, body } = said
      if (type === TYPE.connect) this.#connect(said)
      else if (type === TYPE.publish) this.#publish(said)
      else if (type === PUBREL) this.suite.send(packet(0x70, body))
      else if (type === TYPE.subscribe) this.broker.send(packet(first, ...ourSubscriptions(body)))
      else if (type === TYPE.unsubscribe) this.broker.send(packet(first, ...ourUnsubscriptions(body)))
      else this.broker.send(packet(first, body))
    }
    this.broker.socket.end()
  }

  async down(): Promise<void> {
    for (let said = await this.broker.next(); said !== null; said = await this.broker.next()) {
      const { type, first, body } = said
      if (type === TYPE.puback && body.readUInt16BE(0) >= OWN_ID) continue
      if (type !== TYPE.publish) {
        this.suite.send(packet(first, body))
        continue
      }
      const { topic, payload, qos } = readPublish(said)
      const theirs = theirTopic(topic)
      if (theirs === null) continue
      const id = qos > 0 ? [body.subarray(2 + body.readUInt16BE(0)).subarray(0, 2)] : []
      this.suite.send(packet(first, field(theirs), ...id, this.payloads.unwrap(payload)))
    }
    this.suite.socket.end()
  }

  #connect({ first, body }: Received): void {
    const fields = new Fields(body)
    const name = fields.field().toString()
    const [level = 0, flags = 0] = fields.bytes(2)
    const keepalive = fields.bytes(2).readUInt16BE(0)
    const clientId = fields.field().toString('hex')
    if (this.#isConnected || name !== 'MQTT') {
      this.broker.send(packet(first, body))
      return
    }
    this.#isConnected = true
    const theirs = (flags & 4) === 0 ? null : { topic: fields.field().toString(), payload: fields.field() }
    const id = theirs === null ? `station-${clientId}` : stationOfWill(theirs.topic)
    const will =
      theirs === null
        ? {}
        : {
            will: {
              ...{ topic: topicOf(id, 'state'), payload: offlineState(this.payloads.keep(theirs.payload)) },
              ...{ qos: Math.min((flags >> 3) & 3, 1), retain: (flags & 32) !== 0 },
            },
          }
    this.broker.send(
      connectPacket({
        ...{ name, level, clean: (flags & 2) !== 0, username: id, password: 'any', ...will },
        clientId: clientId === '' ? '' : id,
        keepalive: keepalive === 0 ? 300 : keepalive,
      }),
    )
  }

  #publish(said: Received): void {
    const { topic, qos, retain, dup } = readPublish(said)
    const { body } = said
    const start = 2 + body.readUInt16BE(0)
    const id = qos > 0 ? body.readUInt16BE(start) : 0
    const payload = body.subarray(start + (qos > 0 ? 2 : 0))
    const ours = ourTopic(topic)
    // An empty retained message means «forget it», and has no other form.
    const message = retain && payload.length === 0 ? '' : this.payloads.wrap(ours, payload)
    if (qos === 2) this.suite.send(packet(PUBREC << 4, u16(id)))
    this.broker.send(
      publishPacket(ours, message, { qos: Math.min(qos, 1), retain, dup, id: qos === 2 ? id | OWN_ID : id }),
    )
  }
}

function ourSubscriptions(body: Buffer): Buffer[] {
  const fields = new Fields(body)
  const out = [fields.bytes(2)]
  while (!fields.done) {
    out.push(field(ourFilter(fields.field().toString())))
    out.push(Buffer.from([Math.min(fields.bytes(1)[0] ?? 0, 1)]))
  }
  return out
}

function ourUnsubscriptions(body: Buffer): Buffer[] {
  const fields = new Fields(body)
  const out = [fields.bytes(2)]
  while (!fields.done) out.push(field(ourFilter(fields.field().toString())))
  return out
}

export interface Running {
  readonly port: number
  readonly stop: () => Promise<void>
}

/** Our broker behind the edge. */
export async function startEdge(): Promise<Running> {
  const nothing = () => {}
  const broker = new Broker({
    authenticate: async ({ username }) => station(username, ORG),
    rights: (principal) => ({ ...WIDE, will: topicOf(principal.id, 'state') }),
    clock: systemClock,
    log: { info: nothing, warn: nothing, error: nothing },
    onRefusal: nothing,
    limits: { connectsPerMinute: MANY, penaltyStrikes: MANY, keepaliveMinS: 1 },
  })
  const listener = new TcpListener(broker, { host: '127.0.0.1', port: 0 })
  await broker.start()
  await listener.start()
  const { port } = listener.address()
  const payloads = new Payloads()
  const edge = await listening((socket) => void join(socket, port, payloads))
  return {
    port: (edge.address() as AddressInfo).port,
    stop: async () => {
      edge.close()
      await listener.stop()
      await broker.stop()
    },
  }
}

async function join(socket: Socket, port: number, payloads: Payloads): Promise<void> {
  const suite = new RawClient(socket)
  const link = new Link(suite, await RawClient.open(port), payloads)
  await Promise.all([link.up(), link.down()])
}

/** A TCP server on a port of its own. */
export async function listening(onSocket: (socket: Socket) => void): Promise<Server> {
  const server = createServer({ noDelay: true }, onSocket)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}
