/**
 * The broker: Aedes behind a door of our own. It knows no HTTP and no database; its owner tells it who is who
 * (`authenticate`) and hears what happened.
 * @module
 */
import type { Duplex } from 'node:stream'
import { Aedes } from 'aedes'
import { TalosError } from '../shared/errors.js'
import type { Principal, StationPrincipal } from '../shared/principal.js'
import { parseTopic, topics } from '../shared/topics.js'
import { ConnectRefused, fitsCut } from './admission.js'
import {
  type AedesClient,
  containParser,
  decouplePublishers,
  forgetDuplicates,
  pauseReading,
} from './aedes-internals.js'
import { CleanPersistence } from './clean-persistence.js'
import { CONNACK, encodeConnect } from './connect-packet.js'
import { Connection } from './connection.js'
import type {
  BrokerMetrics,
  BrokerOptions,
  ConnectionInfo,
  ConnectionMeta,
  CutMatch,
  EndReason,
  PresenceEvent,
  StationMessage,
} from './contracts.js'
import { Counters } from './counters.js'
import { type Admitted, Door } from './door.js'
import { Feed } from './feed.js'
import { assertCoreMessage } from './judge-message.js'
import { LastStates } from './last-states.js'
import { DEFAULT_LIMITS, type Limits } from './limits.js'
import { Lockout } from './lockout.js'
import { limitPackets } from './packet-limit.js'
import { Refusals } from './refusals.js'
import { Registry } from './registry.js'
import { RetainedMessages } from './retained.js'
import { TokenBucket } from './token-bucket.js'
import { type PublishPacket, Traffic } from './traffic.js'

/** Where dropped messages go: nobody may subscribe to it, and the emitter does not carry it. */
const SINK = '$dropped'
/** Longest delay of setTimeout. */
const MAX_DELAY_MS = 2 ** 31 - 1
/** B21. */
const TOPIC_LEVELS = 8
/** How long a packet of a cut connection can still be under way inside Aedes, ms: a few turns of the event loop. */
const SILENCE_MS = 1000

export class Broker {
  readonly #limits: Limits
  readonly #counters = new Counters()
  readonly #registry = new Registry()
  readonly #retained: RetainedMessages
  readonly #lastStates = new LastStates()
  readonly #messages: Feed<StationMessage>
  readonly #presence: Feed<PresenceEvent>
  readonly #door: Door
  readonly #traffic: Traffic
  readonly #byStream = new WeakMap<object, Connection>()
  /** Kept over reconnects, or each would bring a new burst. */
  readonly #buckets = new Map<string, TokenBucket>()
  #aedes: Aedes | null = null

  constructor(readonly options: BrokerOptions) {
    const { authenticate, clock, log, onRefusal } = options
    const limits = Object.freeze({ ...DEFAULT_LIMITS, ...options.limits })
    const counters = this.#counters
    this.#limits = limits
    this.#retained = new RetainedMessages(limits.retained)
    this.#messages = new Feed('messages', log)
    this.#presence = new Feed('presence', log)
    const refusals = new Refusals(onRefusal, limits, clock, log, counters)
    const lockout = new Lockout(limits, clock)
    this.#door = new Door({
      ...{ authenticate, clock, log, limits, lockout, refusals, counters },
      enter: (admitted) => this.#enter(admitted),
    })
    this.#traffic = new Traffic({
      ...{ limits, clock, counters, refusals },
      retained: this.#retained,
      lastStates: this.#lastStates,
      accepted: (message) => this.#messages.emit(message),
      end: (connection, reason) => this.#end(connection, reason),
    })
  }

  async start(): Promise<void> {
    const { log } = this.options
    const aedes = new Aedes({
      // P11: 0 is no limit, so that no reader holds one of a few slots.
      concurrency: 0,
      drainTimeout: this.#limits.drainMs,
      maxTopicLevels: TOPIC_LEVELS,
      maxInflightInbound: 1,
      persistence: new CleanPersistence(this.#retained),
      preConnect: (client, _packet, done) => {
        pauseReading(client)
        done(null, this.#of(client) !== null)
      },
      authenticate: (client, _username, _password, done) => done(null, this.#of(client) !== null),
      authorizePublish: (client, packet, done) => done(this.#authorizePublish(client, packet)),
      authorizeSubscribe: (client, subscription, done) =>
        // P20: an Error would drop the connection; null is SUBACK 128.
        done(null, this.#authorizeSubscribe(client, subscription) ? subscription : null),
      authorizeForward: (client, packet) => (this.#authorizeForward(client, packet) ? packet : null),
    })
    decouplePublishers(aedes)
    // P4e, F11: an 'error' without a listener ends the process.
    aedes.on(
      'error' as 'closed',
      ((error: unknown) => {
        log.error({ err: error }, 'the broker reported an error')
      }) as () => void,
    )
    aedes.on('clientReady', (client) => this.#announce(client))
    aedes.on('clientError', (client, error) => this.#failed(client, error))
    aedes.on('unsubscribe', (filters, client) => {
      const connection = this.#byStream.get(client.conn)
      for (const filter of filters) connection?.subscriptions.delete(filter)
    })
    await aedes.listen()
    this.#aedes = aedes
  }

  /** Ends every connection without a will: a deployment is no outage of the fleet (P31). */
  async stop(): Promise<void> {
    const aedes = this.#aedes
    this.#aedes = null
    this.#door.close()
    for (const connection of this.#registry.all()) this.#end(connection, 'stopped')
    if (aedes !== null) await new Promise<void>((resolve) => aedes.close(resolve))
  }

  /** Takes a fresh stream of MQTT: a socket, or `createWebSocketStream(ws)`. The broker owns it from here. */
  handle(stream: Duplex, meta: ConnectionMeta): void {
    stream.on('error', () => {})
    if (this.#aedes === null) {
      stream.destroy()
      return
    }
    void this.#door.admit(stream, meta)
  }

  /**
   * Says something as core: commands, contacts, refresh. In-process only, and only what its reader's schema takes (B26).
   * Commands go out with QoS 0 and are heard at once or never (B23).
   * @throws TalosError `publish_denied`, `malformed` or `payload_too_large`: a bug of the caller.
   */
  publish(topic: string, payload: string | Buffer, options: { retain?: boolean; qos?: 0 | 1 } = {}): void {
    const parsed = parseTopic(topic)
    if (parsed === null) throw new TalosError('publish_denied', `${topic} is no topic of Talos.`)
    // B22: of what core says nothing is kept.
    if (options.retain === true) throw new TalosError('publish_denied', `${topic} is never retained.`)
    if (parsed.kind === 'command' && options.qos === 1)
      throw new TalosError('publish_denied', `${topic}: commands are QoS 0.`)
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload
    assertCoreMessage(parsed, bytes)
    this.#deliver(topic, bytes, options.qos ?? (parsed.kind === 'command' ? 0 : 1))
  }

  /** Hears every accepted message of a station. Returns what stops it. */
  onMessage(listener: (message: StationMessage) => unknown): () => void {
    return this.#messages.add(listener)
  }

  /** Hears stations come and go. A takeover is one `connected` more and no `disconnected`. Returns what stops it. */
  onPresence(listener: (event: PresenceEvent) => unknown): () => void {
    return this.#presence.add(listener)
  }

  isOnline(stationId: string): boolean {
    return this.#registry.byClientId(stationId)?.announced === true
  }

  /**
   * B18: ends every connection that fits, now; whatever they had under way is not heard any more. For a station an
   * offline state is published in place of its will. `purge` also forgets what is retained of it, online or not.
   * @returns how many connections were ended
   */
  cut(match: CutMatch, reason: string, options: { purge?: boolean } = {}): number {
    this.#door.noteCut(match)
    const cut = this.#registry.all().filter(({ principal }) => fitsCut(match, principal))
    for (const connection of cut) this.#end(connection, 'cut')
    if (options.purge === true) {
      for (const { principal } of cut)
        if (principal.kind === 'station') this.#purge(principal.org, principal.id)
      const { stationId } = match
      for (const org of stationId === undefined ? [] : this.#retained.orgsOf(stationId))
        if (stationId !== undefined && (match.org ?? org) === org) this.#purge(org, stationId)
    }
    this.options.log.info({ match, reason, count: cut.length }, 'connections were cut')
    return cut.length
  }

  connections(): ConnectionInfo[] {
    return this.#registry.all().map((connection) => connection.info())
  }

  metrics(): BrokerMetrics {
    const connections = { station: 0, user: 0, service: 0 }
    for (const { principal } of this.#registry.all()) connections[principal.kind]++
    return {
      connections,
      pending: this.#door.pending,
      retained: this.#retained.size,
      counters: this.#counters.snapshot(),
    }
  }

  /** Takes over the old connection, registers the new one, and only then wakes Aedes. */
  #enter(admitted: Admitted): void {
    const { stream, meta, principal, rights, clientId, keepaliveS, will, until } = admitted
    const { clock } = this.options
    const aedes = this.#aedes
    if (aedes === null) throw unavailable('the broker stops', principal)
    const old = this.#registry.byClientId(clientId)
    if (old !== undefined) this.#end(old, 'taken_over')
    if (!this.#registry.hasRoom(principal, this.#limits)) throw unavailable('too many connections', principal)
    const connection = new Connection({
      ...{ principal, rights, clientId, will, stream, meta },
      connectedAt: clock.now(),
      bucket: principal.kind === 'station' ? this.#bucketOf(principal.id) : null,
      maxSubscriptions:
        this.#limits[
          (
            {
              station: 'subscriptionsPerStation',
              user: 'subscriptionsPerUser',
              service: 'subscriptionsPerService',
            } as const
          )[principal.kind]
        ],
    })
    this.#registry.add(connection)
    this.#byStream.set(stream, connection)
    this.#expireAt(connection, until)
    stream.once('close', () => this.#end(connection, 'lost'))
    const connect = encodeConnect(connection.handle, keepaliveS)
    const packets = new TokenBucket(
      this.#limits.packetsPerSecond,
      this.#limits.packetBurst,
      clock.monotonic(),
    )
    limitPackets(stream, connect.length, {
      maxBytes: principal.kind === 'service' ? this.#limits.planPacketBytes : this.#limits.packetBytes,
      allow: () => principal.kind === 'service' || packets.take(clock.monotonic()),
      onDisconnect: () => {
        connection.saidGoodbye = true
      },
      onFault: (fault) => this.#end(connection, fault),
    })
    stream.unshift(connect)
    const client = aedes.handle(stream)
    forgetDuplicates(client, aedes.id)
    containParser(client, (error) => {
      this.options.log.error({ err: error }, 'a packet could not be handled')
      this.#end(connection, 'protocol_error')
    })
    this.#counters.add(`connect_accepted.${principal.kind}`)
  }

  /** The one place where a connection ends; the first reason holds. */
  #end(connection: Connection, because: EndReason): void {
    if (connection.ended !== null) return
    const reason = because === 'lost' && connection.saidGoodbye ? 'goodbye' : because
    connection.ended = reason
    this.#registry.remove(connection)
    if (connection.expiry !== null) clearTimeout(connection.expiry)
    this.#counters.add(`ended.${reason}`)
    if (reason !== 'goodbye' && reason !== 'lost') this.#silence(connection)
    connection.stream.destroy()
    const { principal, will, meta } = connection.options
    if (principal.kind !== 'station') return
    this.#sayOffline(principal, will, reason)
    if (!connection.announced || reason === 'taken_over') return
    const { remoteAddress, transport } = meta
    this.#presence.emit({
      ...{ kind: 'disconnected', principal, remoteAddress, transport, reason },
      at: this.options.clock.now(),
    })
  }

  #sayOffline(principal: StationPrincipal, will: Connection['options']['will'], reason: EndReason): void {
    const now = this.options.clock.now()
    const state = this.#lastStates.offline(principal.id, will, reason, now)
    if (state === null) return
    const topic = { kind: 'state', org: principal.org, sid: principal.id } as const
    const payload = Buffer.from(JSON.stringify(state))
    this.#lastStates.saw(principal.id, state)
    this.#retained.set(topic, payload, 1)
    this.#deliver(topics.state(principal.org, principal.id), payload, 1)
    this.#messages.emit({ kind: 'state', topic, message: state, receivedAt: now, principal })
  }

  #purge(org: string, stationId: string): void {
    this.#retained.purge(org, stationId)
    this.#lastStates.forget(stationId)
    this.#buckets.delete(stationId)
  }

  #silence(connection: Connection): void {
    this.#traffic.silenced.add(connection.handle)
    setTimeout(() => this.#traffic.silenced.delete(connection.handle), SILENCE_MS).unref()
  }

  #deliver(topic: string, payload: Buffer, qos: 0 | 1): void {
    this.#aedes?.publish({ cmd: 'publish', topic, payload, qos, retain: false, dup: false }, (error) => {
      if (error) this.options.log.error({ err: error, topic }, 'a message could not be published')
    })
  }

  #expireAt(connection: Connection, until: number): void {
    if (until === Number.POSITIVE_INFINITY) return
    const left = until - this.options.clock.now()
    const expire = () =>
      left > MAX_DELAY_MS ? this.#expireAt(connection, until) : this.#end(connection, 'expired')
    connection.expiry = setTimeout(expire, Math.min(Math.max(left, 0), MAX_DELAY_MS))
  }

  #bucketOf(stationId: string): TokenBucket {
    const { messagesPerSecond, messageBurst } = this.#limits
    const bucket =
      this.#buckets.get(stationId) ??
      new TokenBucket(messagesPerSecond, messageBurst, this.options.clock.monotonic())
    this.#buckets.set(stationId, bucket)
    return bucket
  }

  /** The live connection behind a client of Aedes, or null: every hook denies then. */
  #of(client: AedesClient | null): Connection | null {
    const connection = client === null ? undefined : this.#byStream.get(client.conn)
    return connection === undefined || connection.ended !== null ? null : connection
  }

  #authorizePublish(client: AedesClient | null, packet: PublishPacket): Error | null {
    const connection = this.#of(client)
    if (connection === null) return new Error('no such connection')
    try {
      const verdict = this.#traffic.publish(connection, packet)
      if (verdict === 'close') return new Error('refused')
      if (verdict === 'drop') Object.assign(packet, { topic: SINK, payload: Buffer.alloc(0), retain: false })
      return null
    } catch (error) {
      this.#hookFailed(connection, error)
      return new Error('refused')
    }
  }

  #authorizeSubscribe(client: AedesClient, { topic, qos }: { topic: string; qos: number }): boolean {
    const connection = this.#of(client)
    try {
      return connection !== null && this.#traffic.subscribe(connection, topic, qos)
    } catch (error) {
      if (connection !== null) this.#hookFailed(connection, error)
      return false
    }
  }

  #authorizeForward(client: AedesClient, packet: PublishPacket): boolean {
    const connection = this.#of(client)
    try {
      return connection !== null && this.#traffic.forward(connection, packet)
    } catch (error) {
      if (connection !== null) this.#hookFailed(connection, error)
      return false
    }
  }

  /** P10: an exception in a hook would end the process. */
  #hookFailed(connection: Connection, error: unknown): void {
    this.options.log.error({ err: error }, 'a hook of the broker threw')
    this.#end(connection, 'protocol_error')
  }

  #announce(client: AedesClient): void {
    const connection = this.#of(client)
    if (connection === null) return
    connection.announced = true
    const { principal, meta } = connection.options
    if (principal.kind !== 'station') return
    const { remoteAddress, transport } = meta
    this.#presence.emit({
      ...{ kind: 'connected', principal, remoteAddress, transport },
      at: this.options.clock.now(),
    })
  }

  #failed(client: AedesClient, error: Error): void {
    const connection = this.#of(client)
    if (connection === null) return
    const isSystem = 'code' in error
    if (error.message === 'drain timeout') this.#end(connection, 'slow_reader')
    else this.#end(connection, isSystem || error.message === 'keep alive timeout' ? 'lost' : 'protocol_error')
  }
}

const unavailable = (why: string, principal: Principal) =>
  new ConnectRefused(
    CONNACK.unavailable,
    new TalosError('unavailable', `CONNECT: ${why}; try again later.`),
    principal,
  )
