/**
 * A broker of its own for each test, on a port of its own, with the principals that the tests speak of.
 * @module
 */
import type { Test } from 'tap'
import { Broker } from '../../broker/broker.js'
import type {
  Authenticate,
  BrokerOptions,
  Logger,
  PresenceEvent,
  RefusalEvent,
  StationMessage,
} from '../../broker/contracts.js'
import type { Limits } from '../../broker/limits.js'
import { TcpListener } from '../../broker/listeners.js'
import { TalosError } from '../../shared/errors.js'
import type { Principal, StationPrincipal, UserPrincipal } from '../../shared/principal.js'
import { type Clock, iso, systemClock } from '../../shared/time.js'
import { type ConnectOptions, RawClient } from './raw-mqtt.js'

export const ORG = 'acme'
export const OTHER_ORG = 'rival'
export const STATION = 'station-aaaa-0001'
export const NEIGHBOUR = 'station-aaaa-0002'
export const STRANGER = 'station-bbbb-0001'
export const SESSION = 'session-aaaa-0001'
export const DIRECTOR = 'svc_director'
export const BOOT = 'boot-aaaa-0001'

export const keyOf = (name: string) => `key-of-${name}`

export const station = (id: string, org: string): StationPrincipal => ({
  kind: 'station',
  id,
  org,
  credentialId: `credential-${id}`,
  capabilities: ['rotator', 'rig'],
})

export const user = (
  permissions: UserPrincipal['permissions'] = ['view_telemetry'],
  more: Partial<UserPrincipal> = {},
): UserPrincipal => ({
  kind: 'user',
  id: 'user-aaaa-0001',
  org: ORG,
  sessionId: SESSION,
  permissions,
  until: Date.now() + 3_600_000,
  ...more,
})

export const director: Principal = { kind: 'service', id: DIRECTOR, credentialId: 'credential-director' }

export const topicOf = (sid: string, rest: string, org = ORG) => `talos/${org}/gs/${sid}/${rest}`

export const onlineState = (more: object = {}) =>
  JSON.stringify({
    ...{ ts: iso(Date.now()), bootId: BOOT, seq: 1, link: 'online', state: 'idle', code: null, plans: [] },
    ...more,
  })

export const offlineState = (bootId = BOOT) =>
  JSON.stringify({ ts: '2026-01-01T00:00:00.000Z', bootId, link: 'offline' })

export const telemetry = (seq = 1) =>
  JSON.stringify({
    ...{ ts: iso(Date.now()), seq, cmdAz: 10, cmdEl: 20, az: 10, el: 20, errDeg: 0, turns: 0 },
    ...{ state: 'on_target', rprt: 0 },
  })

export const ack = (jti: string, more: object = {}) =>
  JSON.stringify({ ts: iso(Date.now()), jti, op: 'move', result: 'accepted', code: null, ...more })

export interface WorldOptions {
  readonly limits?: Partial<Limits>
  readonly clock?: Clock
  /** Default: no address is, so that what is limited by address can be tried from this machine. */
  readonly isShared?: (remoteAddress: string) => boolean
  readonly overload?: BrokerOptions['overload']
  /** Replaces the look-up in `principals`. */
  readonly authenticate?: Authenticate
}

export class World {
  readonly principals = new Map<string, Principal>([
    [STATION, station(STATION, ORG)],
    [NEIGHBOUR, station(NEIGHBOUR, ORG)],
    [STRANGER, station(STRANGER, OTHER_ORG)],
    [DIRECTOR, director],
    ['ticket', user()],
  ])
  readonly refusals: RefusalEvent[] = []
  readonly messages: StationMessage[] = []
  readonly presence: PresenceEvent[] = []
  readonly errors: string[] = []
  readonly broker: Broker
  readonly listener: TcpListener
  readonly clients: RawClient[] = []
  port = 0
  #wake: (() => void)[] = []

  constructor(readonly options: WorldOptions = {}) {
    const log: Logger = {
      info: () => {},
      warn: () => {},
      error: (fields, message) => {
        this.errors.push(`${message} ${(fields as { err?: unknown }).err ?? ''}`)
      },
    }
    this.broker = new Broker({
      authenticate: options.authenticate ?? ((credentials) => this.authenticate(credentials)),
      clock: options.clock ?? systemClock,
      log,
      onRefusal: (event) => {
        this.refusals.push(event)
        this.#changed()
      },
      // Tests try what is denied over and over.
      limits: { penaltyStrikes: 1000, ...options.limits },
      isShared: options.isShared ?? (() => false),
      ...(options.overload === undefined ? {} : { overload: options.overload }),
    })
    this.broker.onMessage((message) => {
      this.messages.push(message)
      this.#changed()
    })
    this.broker.onPresence((event) => {
      this.presence.push(event)
      this.#changed()
    })
    this.listener = new TcpListener(this.broker, { host: '127.0.0.1', port: 0 })
  }

  async authenticate({ username, password }: { username: string; password: string }): Promise<Principal> {
    const principal = this.principals.get(username)
    if (principal !== undefined && password === keyOf(username)) return principal
    throw new TalosError('bad_credentials', 'The user name or the password is wrong.')
  }

  async start(): Promise<this> {
    await this.broker.start()
    await this.listener.start()
    this.port = this.listener.address().port
    return this
  }

  async stop(): Promise<void> {
    await this.listener.stop()
    await this.broker.stop()
    for (const client of this.clients) client.end()
  }

  /** A socket that has said nothing yet. */
  async open(): Promise<RawClient> {
    const client = await RawClient.open(this.port)
    this.clients.push(client)
    return client
  }

  /** Connects as one of the principals. */
  async as(username: string, more: Partial<ConnectOptions> = {}): Promise<RawClient> {
    const client = await this.open()
    const clientId =
      username === 'ticket' ? `user:${SESSION}:1` : username === DIRECTOR ? `${DIRECTOR}:1` : username
    const code = await client.connect({ clientId, username, password: keyOf(username), ...more })
    if (code !== 0) throw new Error(`CONNACK ${code}`)
    return client
  }

  /** The code that this CONNECT is answered with; null: closed without an answer. */
  async codeOf(options: ConnectOptions): Promise<number | null> {
    const client = await this.open()
    return client.connect(options)
  }

  /** A count by its path: `ended.lost`, `refused.connect.bad_credentials` (0 when that never came up). */
  counter(path: string): number {
    const [first = '', ...rest] = path.split('.')
    const { counts } = this.broker.metrics()
    if (!Object.hasOwn(counts, first)) throw new Error(`the broker counts no ${first}`)
    const found = rest.reduce<unknown>(
      (part, name) => (part as Record<string, unknown> | undefined)?.[name],
      counts[first as keyof typeof counts],
    )
    return found === undefined ? 0 : Number(found)
  }

  /** Resolves when the condition holds; it is asked again at each event of the broker. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#wake.push(resolve)
      })
    }
  }

  #changed(): void {
    const wake = this.#wake
    this.#wake = []
    for (const resolve of wake) resolve()
  }
}

/** A world that ends with its test. */
export async function startWorld(t: Test, options: WorldOptions = {}): Promise<World> {
  const world = await new World(options).start()
  t.teardown(() => world.stop())
  return world
}

/** A clock that stands still until it is told otherwise. */
export class FakeClock implements Clock {
  constructor(public ms = Date.UTC(2026, 0, 1)) {}

  now(): number {
    return this.ms
  }

  monotonic(): number {
    return this.ms
  }
}
