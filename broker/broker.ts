/**
 * The broker: Aedes behind a door of our own. It knows no HTTP and no database; its owner tells it who is who
 * (`authenticate`) and hears what happened.
 * @module
 */
import type { Duplex } from 'node:stream'
import { type ErrorCode, TalosError } from '../shared/errors.js'
import { isLoopback } from '../shared/loopback.js'
import type { Principal } from '../shared/principal.js'
import { parseTopic, topics } from '../shared/topics.js'
import { ConnectRefused } from './admission.js'
import { rightsOf } from './authorize.js'
import { CONNACK } from './connect-packet.js'
import { Connection } from './connection.js'
import type {
  BrokerOptions,
  ConnectionInfo,
  ConnectionMeta,
  CutMatch,
  EndReason,
  PresenceEvent,
  StationMessage,
} from './contracts.js'
import { Counters, type DoorReason } from './counters.js'
import { type Admitted, Door } from './door.js'
import { Engine } from './engine.js'
import { Feed } from './feed.js'
import { assertCoreMessage } from './judge-message.js'
import { LastStates } from './last-states.js'
import { Latency } from './latency.js'
import { DEFAULT_LIMITS, type LimitName, type Limits, subscriptionsOf } from './limits.js'
import { Lockout } from './lockout.js'
import { type BrokerMetrics, measureConnections } from './metrics.js'
import type { PacketFault } from './packet-limit.js'
import { PenaltyBox } from './penalty-box.js'
import { PublishBudgets } from './publish-budget.js'
import { Refusals } from './refusals.js'
import { Registry } from './registry.js'
import { RetainedMessages } from './retained.js'
import { TokenBucket } from './token-bucket.js'
import { Traffic } from './traffic.js'

/** Longest delay of setTimeout. */
const MAX_DELAY_MS = 2 ** 31 - 1
const FAULT_CODES: Readonly<Record<PacketFault, ErrorCode>> = {
  too_large: 'payload_too_large',
  protocol_error: 'malformed',
  rate_limited: 'rate_limited',
}

export class Broker {
  readonly #limits: Limits
  readonly #counters = new Counters()
  readonly #latency = new Latency()
  /** What the connections that are no more have received and sent. */
  readonly #endedBytes = { received: 0, sent: 0 }
  readonly #refusals: Refusals
  readonly #registry: Registry
  readonly #retained: RetainedMessages
  readonly #lastStates = new LastStates()
  readonly #messages: Feed<StationMessage>
  readonly #presence: Feed<PresenceEvent>
  readonly #door: Door
  readonly #traffic: Traffic
  readonly #budgets: PublishBudgets
  readonly #penalties: PenaltyBox
  #engine: Engine | null = null
  #made = 0

  constructor(readonly options: BrokerOptions) {
    const { authenticate, clock, log, onRefusal, isShared = isLoopback, overload = () => null } = options
    const { rights = rightsOf } = options
    const limits = Object.freeze({ ...DEFAULT_LIMITS, ...options.limits })
    const counters = this.#counters
    const refusals = new Refusals(onRefusal, limits, clock, log, counters)
    this.#refusals = refusals
    this.#limits = limits
    this.#registry = new Registry(isShared)
    this.#budgets = new PublishBudgets(limits, clock)
    this.#penalties = new PenaltyBox(limits, clock)
    this.#retained = new RetainedMessages(limits)
    this.#messages = new Feed('messages', log)
    this.#presence = new Feed('presence', log)
    this.#door = new Door({
      ...{ authenticate, rights, clock, log, limits, refusals, counters, isShared, overload },
      lockout: new Lockout(limits, clock, isShared),
      penalties: this.#penalties,
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
    const engine = new Engine({
      log: this.options.log,
      limits: this.#limits,
      retained: this.#retained,
      traffic: this.#traffic,
      latency: this.#latency,
      ready: (connection) => this.#announce(connection),
      failed: (connection, error) => this.#failed(connection, error),
    })
    await engine.start()
    this.#engine = engine
    this.#refusals.start()
  }

  /** Ends every connection without a will: a deployment is no outage of the fleet. */
  async stop(): Promise<void> {
    const engine = this.#engine
    this.#engine = null
    this.#door.close()
    for (const connection of this.#registry.all()) this.#end(connection, 'stopped')
    await engine?.stop()
    this.#refusals.stop()
  }

  /** Takes a fresh stream of MQTT: a socket, or `createWebSocketStream(ws)`. The broker owns it from here. */
  handle(stream: Duplex, meta: ConnectionMeta): void {
    stream.on('error', () => {})
    if (this.#engine === null) {
      stream.destroy()
      return
    }
    this.#door.admit(stream, meta)
  }

  /** A listener let a socket go before there was any MQTT in it. An error is for the audit trail, a reason only counts. */
  turnedAway(why: DoorReason | TalosError, limit: LimitName | null, remoteAddress: string): void {
    if (limit !== null) this.#counters.limited[limit]++
    if (!(why instanceof TalosError)) this.#counters.refuse('connect', why)
    else this.#refusals.report({ kind: 'connect', code: why.code, detail: why.detail, remoteAddress })
  }

  /**
   * Says something as core: commands, contacts, refresh. In-process only, and only what its reader's schema takes (B26).
   * Commands go out with QoS 0 and are heard at once or never (B23); nothing is retained (B22).
   * @throws TalosError `publish_denied`, `malformed` or `payload_too_large`: a bug of the caller.
   */
  publish(topic: string, payload: string | Buffer, options: { retain?: boolean; qos?: 0 | 1 } = {}): void {
    const parsed = parseTopic(topic)
    if (parsed === null) throw new TalosError('publish_denied', `${topic} is no topic of Talos.`)
    if (options.retain === true) throw new TalosError('publish_denied', `${topic} is never retained.`)
    if (parsed.kind === 'command' && options.qos === 1)
      throw new TalosError('publish_denied', `${topic}: commands are QoS 0.`)
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload
    assertCoreMessage(parsed, bytes)
    this.#engine?.deliver(topic, bytes, options.qos ?? (parsed.kind === 'command' ? 0 : 1))
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
    return this.#registry.byClientId(stationId)?.principal.kind === 'station'
  }

  /**
   * B18: ends every connection that fits, now: nothing is heard of them any more. What was said to a station before
   * still arrives, for it may be the order to stop; whoever only reads gets no more. For a station an offline state is
   * published in place of its will. `purge` also forgets what is retained of the station or the organisation, connected
   * or not.
   * @returns how many connections were ended
   */
  cut(match: CutMatch, reason: string, options: { purge?: boolean } = {}): number {
    this.#door.noteCut(match)
    const cut = this.#registry.fitting(match)
    for (const connection of cut) this.#end(connection, 'cut')
    if (options.purge === true) {
      for (const { principal } of cut)
        if (principal.kind === 'station') this.#purge(principal.org, principal.id)
      for (const { org, sid } of this.#retained.stations(match)) this.#purge(org, sid)
    }
    this.options.log.info({ match, reason, count: cut.length }, 'connections were cut')
    return cut.length
  }

  connections(): ConnectionInfo[] {
    return Array.from(this.#registry.all(), (connection) => connection.info())
  }

  /** What was counted since the start; cheap at any number of connections. */
  counts(): Pick<BrokerMetrics, 'counts' | 'latency'> {
    return { counts: this.#counters.snapshot(), latency: this.#latency.snapshot() }
  }

  /** How it stands; walks over all connections. */
  metrics(): BrokerMetrics {
    return {
      ...measureConnections(this.#registry.all(), this.#limits, this.#endedBytes),
      pending: this.#door.pending,
      ...{ retained: this.#retained.size, retainedBytes: this.#retained.bytes },
      limits: this.#limits,
      ...this.counts(),
    }
  }

  /** Takes over the old connection, registers the new one, and only then wakes Aedes. */
  #enter(admitted: Admitted): void {
    const { stream, meta, principal, rights, clientId, keepaliveS, will, until } = admitted
    const { clock } = this.options
    const limits = this.#limits
    const engine = this.#engine
    if (engine === null) throw unavailable('the broker stops', principal, null)
    const old = this.#registry.byClientId(clientId)
    if (old !== undefined) this.#end(old, 'taken_over')
    const full = this.#registry.full(principal, meta.remoteAddress, limits)
    if (full !== null) throw unavailable('too many connections', principal, full)
    const connection = new Connection({
      ...{ principal, rights, clientId, will, stream, meta },
      handle: `c${++this.#made}`,
      connectedAt: clock.now(),
      budget: principal.kind === 'station' ? this.#budgets.of(principal.id) : null,
      maxSubscriptions: subscriptionsOf(principal.kind, limits),
    })
    this.#registry.add(connection)
    this.#expireAt(connection, until)
    stream.once('close', () => this.#end(connection, 'lost'))
    const isService = principal.kind === 'service'
    const now = clock.monotonic()
    const packets = new TokenBucket(limits.packetsPerSecond, limits.packetBurst, now)
    const subscribes = new TokenBucket(limits.subscribesPerSecond, limits.subscribeBurst, now)
    engine.attach(stream, connection, keepaliveS, {
      maxBytes: isService ? limits.planPacketBytes : limits.packetBytes,
      allow: (isSubscription) => isService || (isSubscription ? subscribes : packets).take(clock.monotonic()),
      onDisconnect: () => {
        connection.saidGoodbye = true
      },
      maxFilters: limits.filtersPerSubscribe,
      onFault: (fault, limit) =>
        this.#fault(connection, fault, `A packet was refused: ${limit ?? fault}.`, limit),
    })
    this.#counters.connectsAccepted[principal.kind]++
  }

  /** The one place where a connection ends; the first reason holds. */
  #end(connection: Connection, because: EndReason): void {
    if (connection.ended !== null) return
    const reason = because === 'lost' && connection.saidGoodbye ? 'goodbye' : because
    connection.ended = reason
    this.#registry.remove(connection)
    if (connection.expiry !== null) clearTimeout(connection.expiry)
    this.#counters.ended[reason]++
    this.#endedBytes.received += connection.options.meta.wire?.bytesRead ?? 0
    this.#endedBytes.sent += connection.options.meta.wire?.bytesWritten ?? 0
    if (reason === 'slow_reader') this.#counters.limited.slow_reader++
    this.#penalties.note(connection.principal, reason)
    const isAntenna = connection.principal.kind === 'station'
    if (reason === 'cut' && isAntenna) connection.hangUp(this.#limits.lingerMs)
    else connection.stream.destroy()
    this.#sayOffline(connection, reason)
    if (connection.announced && reason !== 'taken_over')
      this.#tellPresence(connection, { kind: 'disconnected', reason })
  }

  #sayOffline(connection: Connection, reason: EndReason): void {
    const { principal, will } = connection.options
    if (principal.kind !== 'station') return
    const { id, org } = principal
    const now = this.options.clock.now()
    const state = this.#lastStates.offline(id, will, reason, now)
    if (state === null) return
    const topic = { kind: 'state', org, sid: id } as const
    const payload = Buffer.from(JSON.stringify(state))
    this.#lastStates.saw(id, state)
    this.#retained.set(topic, payload, 1)
    this.#engine?.deliver(topics.state(org, id), payload, 1)
    this.#messages.emit({ kind: 'state', topic, message: state, receivedAt: now, principal })
  }

  #purge(org: string, stationId: string): void {
    this.#retained.purge(org, stationId)
    this.#lastStates.forget(stationId)
    this.#budgets.forget(stationId)
    this.#penalties.forget(stationId)
  }

  #expireAt(connection: Connection, until: number): void {
    if (until === Number.POSITIVE_INFINITY) return
    const left = until - this.options.clock.now()
    const expire = () =>
      left > MAX_DELAY_MS ? this.#expireAt(connection, until) : this.#end(connection, 'expired')
    connection.expiry = setTimeout(expire, Math.min(Math.max(left, 0), MAX_DELAY_MS))
  }

  #announce(connection: Connection): void {
    connection.announced = true
    this.#tellPresence(connection, { kind: 'connected' })
  }

  #tellPresence(connection: Connection, what: Pick<PresenceEvent, 'kind' | 'reason'>): void {
    const { principal, meta } = connection.options
    if (principal.kind !== 'station') return
    const { remoteAddress, transport } = meta
    this.#presence.emit({ ...what, principal, remoteAddress, transport, at: this.options.clock.now() })
  }

  #failed(connection: Connection, error: unknown): void {
    const { message, code } = error as { readonly message?: string; readonly code?: string }
    if (message === 'drain timeout') this.#end(connection, 'slow_reader')
    else if (code === WEBSOCKET_TOO_LARGE)
      this.#fault(connection, 'too_large', 'A WebSocket message was refused: too large.', 'packet_bytes')
    else if (code !== undefined || WITHOUT_CODE.test(message ?? '')) this.#end(connection, 'lost')
    else {
      const limit = message === 'topic has too many levels' ? 'topic_levels' : null
      this.#fault(connection, 'protocol_error', `A packet was refused: ${message}.`, limit)
    }
  }

  #fault(connection: Connection, fault: PacketFault, detail: string, limit: LimitName | null = null): void {
    if (limit !== null) this.#counters.limited[limit]++
    this.#traffic.refused(connection, 'message', FAULT_CODES[fault], detail)
    this.#end(connection, fault)
  }
}

/** `ws` saw a message that announced more than it may hold. */
const WEBSOCKET_TOO_LARGE = 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH'
/** Lost connections whose errors have no code: Aedes's timer, and a `ws` stream that was written to after its end. */
const WITHOUT_CODE = /^(keep alive timeout$|WebSocket is not open)/

const unavailable = (why: string, principal: Principal, limit: LimitName | null) =>
  new ConnectRefused(
    CONNACK.unavailable,
    new TalosError('unavailable', `CONNECT: ${why}; try again later.`),
    principal,
    limit,
  )
