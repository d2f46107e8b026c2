/**
 * The connection to the broker: who we are, what we hear, and coming back (MQTT 3.1.1, clean sessions, QoS 1 at most).
 * Nothing is queued while the link is down: state, plans and receipts are told anew on each connection.
 * @module
 */
import { connect, type IClientOptions, type MqttClient } from 'mqtt'
import { PLAN_BYTES } from '../shared/messages.js'
import { type Clock, SECOND } from '../shared/time.js'
import { topics } from '../shared/topics.js'
import { type BackoffLimits, pauseMs } from './backoff.js'
import type { Credential } from './credential.js'
import { type Log, reasonOf } from './log.js'

/** With what to sign in: the key as password, or a certificate in the handshake and no password. */
export type Login =
  | { readonly kind: 'key'; readonly key: string }
  | {
      readonly kind: 'certificate'
      readonly serial: string
      /** PEM, both. */
      readonly certificate: string
      readonly privateKey: string
    }

/** With what to connect, and what became of it. */
export interface LinkLogin {
  readonly presented: Login
  /** CONNACK 0 */
  accepted(login: Login): unknown
  /** CONNACK 4. True: there is another to try at once. */
  refused(login: Login): boolean
}

export interface LinkListener {
  /** Connected and subscribed. */
  onUp(): void
  onDown(): void
  /** Each time that there is no connection: why. */
  onFailure(reason: string): void
  /** CONNACK 5: the credential is right, and the station may not connect. */
  onBarred(): void
  onMessage(topic: string, payload: string): void
}

export interface LinkDeps {
  readonly credential: Pick<Credential, 'mqttUrl' | 'org' | 'stationId'>
  readonly login: LinkLogin
  /** PEM of a certificate authority to trust instead of the system's. */
  readonly ca: string | null
  /** The name in the broker's certificate, when it is not that in the address. */
  readonly serverName?: string | undefined
  readonly backoff: BackoffLimits
  /** Topic and payload of the will, made anew for each connection. */
  readonly will: () => { readonly topic: string; readonly payload: string }
  readonly listener: LinkListener
  readonly clock: Clock
  readonly random: () => number
  readonly log: Log
  /** Unless it is a test that waits for it. */
  readonly keepaliveS?: number
}

/** F6: dead sockets are found in 45 s, well within what the broker allows. */
const KEEPALIVE_S = 30
const CONNECT_TIMEOUT_MS = 10 * SECOND
/** A connection that lived so long was a good one: the next pause is short again. */
const GOOD_AFTER_MS = 10 * SECOND
/** At shutdown: to say goodbye, and to close. */
const GOODBYE_MS = 500

const BAD_CREDENTIALS = 4
const NOT_AUTHORIZED = 5
/** Of a SUBACK. */
const NOT_SUBSCRIBED = 128

/** A packet, and what comes with it in one read: far beyond any of ours. */
const MOST_PIECES = 4 * 1024 * 1024

/** Messages that the broker has not taken yet; at 4 Hz, two minutes. */
const MOST_UNSETTLED = 512

/** CONNACK return codes (MQTT 3.1.1, table 3.1) that asking again soon does not change. */
const REFUSALS: ReadonlyMap<number, string> = new Map([
  [1, 'the broker does not speak MQTT 3.1.1'],
  [2, 'the client id is refused: this credential belongs to another station'],
  [4, 'neither key nor certificate is taken: was the station revoked, or its key rotated?'],
  [5, 'not authorized: the station is locked, revoked, expired or not approved'],
  [NOT_SUBSCRIBED, 'the broker does not grant the subscriptions of a station'],
])

const codeOf = (error: unknown): number | null => {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'number' ? code : null
}

export class Link {
  #client: MqttClient | null = null
  #timer: NodeJS.Timeout | undefined
  #isUp = false
  #isStopped = true
  #attempt = 0
  #upAt = 0
  /** The connection is being given up for a new one with another credential. */
  #isRenewing = false
  /** Messages on their way; the end of the connection settles them. */
  readonly #unsettled = new Set<(hasLeft: boolean) => void>()

  constructor(private readonly deps: LinkDeps) {}

  get isUp(): boolean {
    return this.#isUp
  }

  start(): void {
    this.#isStopped = false
    this.#connect()
  }

  /** Says goodbye, if anyone listens, and closes. */
  async stop(goodbye: { topic: string; payload: string }): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    const client = this.#client
    if (client === null) return
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, GOODBYE_MS)
    })
    const said = this.publish(goodbye.topic, goodbye.payload, { qos: 1, retain: true })
    await Promise.race([said, patience])
    clearTimeout(timer)
    await new Promise<void>((resolve) => {
      const giveUp = setTimeout(() => client.end(true, {}, () => resolve()), GOODBYE_MS)
      client.end(false, {}, () => {
        clearTimeout(giveUp)
        resolve()
      })
    })
    // MQTT.js leaves the socket open when a CONNECT or a DISCONNECT gets no answer, and an open socket keeps us alive.
    client.stream.destroy()
    this.#client = null
  }

  /** Connects anew, with the credential that then stands: no pause lies between. */
  renew(): void {
    const client = this.#client
    if (client === null) {
      this.retry()
      return
    }
    this.#isRenewing = true
    client.end(false)
    // What is not acknowledged in this time is told anew on the next connection.
    // MQTT.js waits for a SUBACK that is under way, and overhears a second end meanwhile: it would be the keepalive that
    // notices.
    setTimeout(() => client.stream.destroy(), GOODBYE_MS).unref()
  }

  /** Connects now, if a pause is going on. */
  retry(): void {
    if (this.#isStopped || this.#client !== null) return
    clearTimeout(this.#timer)
    this.#connect()
  }

  /** Sends now or not at all. Resolves true when it left (QoS 0) or was acknowledged (QoS 1). */
  publish(topic: string, payload: string, options: { qos: 0 | 1; retain: boolean }): Promise<boolean> {
    const client = this.#client
    // Who takes nothing hears no more: MQTT.js would keep it all in memory.
    if (client === null || !this.#isUp || this.#unsettled.size >= MOST_UNSETTLED)
      return Promise.resolve(false)
    return new Promise((resolve) => {
      const settle = (hasLeft: boolean) => {
        this.#unsettled.delete(settle)
        resolve(hasLeft)
      }
      this.#unsettled.add(settle)
      client.publish(topic, payload, options, (error) => settle(error === undefined || error === null))
    })
  }

  #connect(): void {
    const { credential, login, ca, serverName, log, keepaliveS = KEEPALIVE_S } = this.deps
    const { presented } = login
    const will = this.deps.will()
    const options: IClientOptions = {
      protocolVersion: 4,
      clean: true,
      clientId: credential.stationId,
      username: credential.stationId,
      ...(presented.kind === 'key'
        ? { password: presented.key }
        : { cert: presented.certificate, key: presented.privateKey }),
      keepalive: keepaliveS,
      connectTimeout: CONNECT_TIMEOUT_MS,
      // Own loop: MQTT.js does not come back after a refused CONNECT, and knows no jitter.
      reconnectPeriod: 0,
      reconnectOnConnackError: false,
      resubscribe: false,
      queueQoSZero: false,
      will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: true },
      // G4: the certificate is verified, always.
      rejectUnauthorized: true,
      ...(ca === null ? {} : { ca }),
      ...(serverName === undefined ? {} : { servername: serverName }),
    }
    const client = connect(credential.mqttUrl, options)
    this.#client = client
    let failure: unknown = null
    // MQTT.js keeps the pieces of a packet until it is whole, however long it says that it will be.
    let pieces = 0
    client.stream.on('data', (chunk: Buffer) => {
      pieces += chunk.length
      if (pieces <= MOST_PIECES) return
      failure = new Error(`a packet of more than ${MOST_PIECES} bytes`)
      client.stream.destroy()
    })
    client.on('packetreceive', () => {
      pieces = 0
    })
    client.on('error', (error) => {
      failure = error
    })
    client.on('connect', () => {
      void login.accepted(presented)
      this.#subscribe(client).catch((cause: unknown) => {
        log.error('the broker did not grant the subscriptions', { reason: reasonOf(cause) })
        failure = Object.assign(new Error('subscription refused'), { code: NOT_SUBSCRIBED })
        client.end(true)
      })
    })
    client.on('message', (topic, payload) => this.#hear(topic, payload))
    client.once('close', () => this.#down(client, presented, failure))
  }

  async #subscribe(client: MqttClient): Promise<void> {
    const { org, stationId } = this.deps.credential
    const granted = await client.subscribeAsync({
      [topics.command(org, stationId, '#')]: { qos: 0 },
      [topics.plan(org, stationId, '#')]: { qos: 1 },
      [topics.refresh()]: { qos: 0 },
    })
    const refused = granted.filter((grant) => grant.qos === 128).map((grant) => grant.topic)
    if (refused.length > 0) throw new Error(`refused: ${refused.join(', ')}`)
    if (this.#isStopped || this.#client !== client) return
    this.#isUp = true
    this.#upAt = this.deps.clock.monotonic()
    this.deps.log.info('connected', { broker: this.deps.credential.mqttUrl, stationId })
    this.deps.listener.onUp()
  }

  #hear(topic: string, payload: Buffer): void {
    if (payload.length > PLAN_BYTES) {
      this.deps.log.warn('a message is longer than any of ours', { topic, bytes: payload.length })
      return
    }
    this.deps.listener.onMessage(topic, payload.toString('utf8'))
  }

  #down(client: MqttClient, presented: Login, failure: unknown): void {
    const { backoff, random, log, listener, clock, login } = this.deps
    if (this.#client === client && !this.#isStopped) this.#client = null
    const wasUp = this.#isUp
    this.#isUp = false
    for (const settle of this.#unsettled) settle(false)
    if (wasUp) listener.onDown()
    client.end(true)
    if (this.#isStopped) return
    if (wasUp && clock.monotonic() - this.#upAt >= GOOD_AFTER_MS) this.#attempt = 0
    if (this.#isRenewing) {
      this.#isRenewing = false
      this.#connect()
      return
    }
    const code = codeOf(failure)
    const isOther = code === BAD_CREDENTIALS && login.refused(presented)
    if (code === NOT_AUTHORIZED) listener.onBarred()
    const refusal = isOther ? undefined : REFUSALS.get(code ?? 0)
    const pause = pauseMs(backoff, this.#attempt, refusal !== undefined, random())
    this.#attempt += 1
    // G9: say why, and when we come back.
    const reason = refusal ?? (failure === null ? 'the connection was closed' : reasonOf(failure))
    log[refusal === undefined ? 'warn' : 'error']('not connected', { reason, againInMs: pause })
    listener.onFailure(reason)
    this.#timer = setTimeout(() => this.#connect(), pause)
  }
}
