/**
 * Aedes, with every hook in our hands: each asks `Traffic`, none can throw, and none lets anything by for a stream that
 * the broker did not let in.
 * @module
 */
import type { Duplex } from 'node:stream'
import { Aedes } from 'aedes'
import { AedesClients } from './aedes-connect.js'
import type { AedesClient } from './aedes-internals.js'
import { Bus } from './bus.js'
import { CleanPersistence } from './clean-persistence.js'
import { CONNACK, encodeConnack } from './connect-packet.js'
import type { Connection } from './connection.js'
import type { Logger } from './contracts.js'
import { Encoder } from './encode-publish.js'
import type { Latency } from './latency.js'
import type { Limits } from './limits.js'
import { TurnEnd } from './outbox.js'
import type { PacketLimitOptions } from './packet-limit.js'
import type { RetainedMessages } from './retained.js'
import type { PublishPacket, Traffic } from './traffic.js'
import { Wire, type WireParts } from './wire.js'

const ACCEPTED = encodeConnack(CONNACK.accepted)

export interface EngineOptions {
  readonly log: Logger
  readonly limits: Limits
  readonly retained: RetainedMessages
  readonly traffic: Traffic
  readonly latency: Latency
  /** The CONNACK of this connection is out. */
  readonly ready: (connection: Connection) => void
  /** Aedes gave the connection up: a packet it cannot read, a lost socket, silence. */
  readonly failed: (connection: Connection, error: unknown) => void
}

export class Engine {
  readonly #byStream = new WeakMap<object, Connection>()
  readonly #aedes: Aedes
  readonly #clients: AedesClients
  readonly #bus = new Bus<PublishPacket>()
  readonly #parts: WireParts

  constructor(readonly options: EngineOptions) {
    this.#aedes = new Aedes({
      mq: this.#bus,
      concurrency: 0,
      drainTimeout: options.limits.drainMs,
      maxTopicLevels: options.limits.topicLevels,
      maxInflightInbound: 1,
      persistence: new CleanPersistence(options.retained),
      // No CONNECT comes this way.
      preConnect: (_client, _packet, done) => done(null, false),
      authenticate: (_client, _username, _password, done) => done(null, false),
      authorizePublish: (client, packet, done) => done(this.#authorizePublish(client, packet)),
      // P20: an Error would drop the connection; null is SUBACK 128.
      authorizeSubscribe: (client, asked, done) =>
        done(null, this.#authorizeSubscribe(client, asked) ? asked : null),
      // What is forwarded goes over a `Wire`.
      authorizeForward: () => null,
    })
    this.#clients = new AedesClients(this.#aedes)
    this.#parts = {
      ...{ traffic: options.traffic, latency: options.latency },
      ...{ bus: this.#bus, encoder: new Encoder(), turn: new TurnEnd() },
      threw: (connection, error) => this.#threw(connection, error),
    }
  }

  async start(): Promise<void> {
    const { log, failed } = this.options
    const aedes = this.#aedes
    // P4e, F11: an 'error' without a listener ends the process. The types of Aedes do not know the event.
    aedes.on(
      'error' as 'closed',
      ((error: unknown) => {
        log.error({ err: error }, 'the broker reported an error')
      }) as () => void,
    )
    aedes.on('clientError', (client, error) => {
      const connection = this.#of(client)
      if (connection !== null) failed(connection, error)
    })
    aedes.on('unsubscribe', (filters, client) => {
      const connection = this.#byStream.get(client.conn)
      for (const filter of filters) connection?.subscriptions.delete(filter)
    })
    await aedes.listen()
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.#aedes.close(resolve))
  }

  /** Lets a client in: Aedes hears all that it says from here, behind a guard of its packets. */
  attach(stream: Duplex, connection: Connection, keepaliveS: number, guard: PacketLimitOptions): void {
    const { failed, ready } = this.options
    this.#byStream.set(stream, connection)
    const client = this.#clients.connected(stream, {
      handle: connection.handle,
      keepaliveS,
      onSilent: () => failed(connection, new Error('keep alive timeout')),
    })
    const wire = new Wire(this.#parts, connection, client, guard)
    stream.once('close', () => this.#clients.close(client))
    stream.write(ACCEPTED)
    // Before the first packet is read, so that presence comes before the first message.
    ready(connection)
    wire.start()
  }

  /** Says something to all who may hear it. */
  deliver(topic: string, payload: Buffer, qos: 0 | 1): void {
    this.#bus.emit({ topic, payload, qos, retain: false, dup: false })
  }

  /** The live connection behind a client of Aedes, or null: every hook denies then. */
  #of(client: AedesClient | null): Connection | null {
    const connection = client === null ? undefined : this.#byStream.get(client.conn)
    return connection === undefined || connection.ended !== null ? null : connection
  }

  /** What comes this way is nothing that a client of ours says. */
  #authorizePublish(client: AedesClient | null, packet: PublishPacket): Error {
    this.#ask(this.#of(client), (c) => this.options.traffic.publish(c, packet))
    return new Error('refused')
  }

  #authorizeSubscribe(client: AedesClient, { topic, qos }: { topic: string; qos: number }): boolean {
    return this.#ask(this.#of(client), (c) => this.options.traffic.subscribe(c, topic, qos)) ?? false
  }

  /** P10: an exception in a hook would end the process. Null is «no». */
  #ask<T>(connection: Connection | null, judge: (connection: Connection) => T): T | null {
    if (connection === null) return null
    try {
      return judge(connection)
    } catch (error) {
      this.#threw(connection, error)
      return null
    }
  }

  #threw(connection: Connection, error: unknown): void {
    this.options.log.error({ err: error }, 'a packet could not be handled')
    this.options.failed(connection, new Error('the broker could not handle it'))
  }
}
