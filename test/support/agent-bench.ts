/**
 * What tests of the agent stand on: a real broker, core's end of the bus with a signing key, and agents.
 * @module
 */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { Aedes } from 'aedes'
import { exportJWK, generateKeyPair } from 'jose'
import { connectAsync, type MqttClient } from 'mqtt'
import type { Test } from 'tap'
import { type RunningAgent, runAgent } from '../../agent/agent.js'
import type { Machine } from '../../agent/clock/machine.js'
import { type AgentConfig, agentConfigSchema } from '../../agent/config.js'
import type { Credential } from '../../agent/credential.js'
import type { Log } from '../../agent/log.js'
import { type Ack, type Plan, planSchema, type Receipt } from '../../shared/messages.js'
import {
  type CommandRequest,
  type PublicKey,
  publicKeySchema,
  type SigningKey,
  signCommand,
  signPlan,
} from '../../shared/signed.js'
import { DAY, iso, systemClock } from '../../shared/time.js'
import { topics } from '../../shared/topics.js'
import { MOUNT } from './mounts.js'

export const ORG = 'acme'
export const STATION = 'station-00000001'
const KEY = `gsk_0123456789abcdef_${'k'.repeat(43)}`

export async function tempDir(t: Test): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'talos-agent-'))
  t.teardown(() => rm(dir, { recursive: true, force: true }))
  return dir
}

export async function makeKey(kid = 'key-00000001'): Promise<{ signing: SigningKey; pinned: PublicKey }> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' })
  const { kty, crv, x } = await exportJWK(publicKey)
  return { signing: { kid, privateKey }, pinned: publicKeySchema.parse({ kty, crv, x, kid }) }
}

interface Line {
  readonly level: 'info' | 'warn' | 'error'
  readonly message: string
  readonly facts: Readonly<Record<string, unknown>>
}

const textOf = ({ message, facts }: Line): string =>
  facts['reason'] === undefined ? message : `${message}: ${facts['reason']}`

/** A log that is kept, not printed, and can be waited for, by message and reason. */
export class KeptLog implements Log {
  readonly lines: Line[] = []
  #waiting: { pattern: RegExp; resolve: (line: Line) => void }[] = []

  readonly info = (message: string, facts = {}) => this.#keep({ level: 'info', message, facts })
  readonly warn = (message: string, facts = {}) => this.#keep({ level: 'warn', message, facts })
  readonly error = (message: string, facts = {}) => this.#keep({ level: 'error', message, facts })

  count(pattern: RegExp): number {
    return this.lines.filter((line) => pattern.test(textOf(line))).length
  }

  /** The first line that fits, of those after the first `since` and those to come. */
  until(pattern: RegExp, since = 0): Promise<Line> {
    const found = this.lines.slice(since).find((line) => pattern.test(textOf(line)))
    if (found !== undefined) return Promise.resolve(found)
    return new Promise((resolve) => this.#waiting.push({ pattern, resolve }))
  }

  #keep(line: Line): void {
    this.lines.push(line)
    for (const waiter of this.#waiting.filter((w) => w.pattern.test(textOf(line)))) waiter.resolve(line)
    this.#waiting = this.#waiting.filter((w) => !w.pattern.test(textOf(line)))
  }
}

/** A broker on a port of its own that can be cut and mended. */
export class TestBroker {
  readonly #sockets = new Set<Socket>()
  #server: Server | null = null
  #station: Duplex | null = null
  port = 0
  /** What CONNECT answers; 0 lets in. */
  connack: 0 | 3 | 4 | 5 = 0
  connects = 0

  private constructor(private readonly aedes: Aedes) {}

  static async start(t: Test): Promise<TestBroker> {
    const aedes = await Aedes.createBroker()
    const broker = new TestBroker(aedes)
    aedes.authenticate = (client, username, password, done) => {
      if (client?.id === STATION) {
        broker.connects += 1
        broker.#station = client.conn
      }
      const isKnown = client?.id.startsWith('core') || (username === STATION && password?.toString() === KEY)
      const returnCode = client?.id === STATION && broker.connack !== 0 ? broker.connack : isKnown ? 0 : 4
      if (returnCode === 0) done(null, true)
      else done(Object.assign(new Error('refused'), { returnCode }), false)
    }
    await broker.mend()
    t.teardown(async () => {
      await broker.cut()
      await new Promise<void>((resolve) => aedes.close(() => resolve()))
    })
    return broker
  }

  /** Every connection ends, none is taken: what a pulled cable looks like, only quicker. */
  async cut(): Promise<void> {
    const server = this.#server
    this.#server = null
    for (const socket of this.#sockets) socket.destroy()
    if (server !== null) await new Promise<void>((resolve) => server.close(() => resolve()))
  }

  /** The station's connection dies without a goodbye. */
  dropStation(): void {
    this.#station?.destroy()
  }

  async mend(): Promise<void> {
    const server = createServer((socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
      this.aedes.handle(socket)
    })
    this.#server = server
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve))
    this.port = (server.address() as { port: number }).port
  }
}

interface Heard {
  readonly topic: string
  // The bodies under test are of every kind; each test says what it expects.
  readonly body: Record<string, unknown>
  readonly at: number
}

/** Core's end of the bus. */
export class Core {
  readonly heard: Heard[] = []
  #waiting: { test: (heard: Heard) => boolean; resolve: (heard: Heard) => void }[] = []
  readonly #filters = ['info', 'state', 'telemetry/+', 'ack/+'].map(
    (rest) => `talos/${ORG}/gs/${STATION}/${rest}`,
  )
  #seq = 0

  private constructor(
    private readonly client: MqttClient,
    readonly key: SigningKey,
  ) {}

  static async connect(t: Test, broker: TestBroker, key: SigningKey, clientId = 'core'): Promise<Core> {
    const client = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, {
      clientId,
      protocolVersion: 4,
      reconnectPeriod: 50,
    })
    const core = new Core(client, key)
    client.on('message', (topic, payload) => {
      const heard = { topic, body: JSON.parse(payload.toString()) as Record<string, unknown>, at: Date.now() }
      core.heard.push(heard)
      core.#waiting = core.#waiting.filter((w) => {
        if (w.test(heard)) w.resolve(heard)
        return !w.test(heard)
      })
    })
    await client.subscribeAsync(core.#filters, { qos: 1 })
    t.teardown(() => client.endAsync(true))
    return core
  }

  /** The first message that fits, of those heard since `since` (an index of `heard`) and those to come. */
  until(test: (heard: Heard) => boolean, since = 0): Promise<Heard> {
    const found = this.heard.slice(since).find(test)
    if (found !== undefined) return Promise.resolve(found)
    return new Promise((resolve) => this.#waiting.push({ test, resolve }))
  }

  /** Resolves when it hears again after the broker was away. */
  async back(): Promise<void> {
    if (!this.client.connected) await new Promise((resolve) => this.client.once('connect', resolve))
    await this.client.subscribeAsync(this.#filters, { qos: 1 })
  }

  async ack(jti: string, result?: Ack['result']): Promise<Ack> {
    const topic = topics.ack(ORG, STATION, jti)
    const heard = await this.until(
      (h) => h.topic === topic && (result === undefined || h.body['result'] === result),
    )
    return heard.body as Ack
  }

  /** The first receipt of that contact, of those heard since `since`. */
  async receipt(contactId: string, since = 0): Promise<Receipt> {
    const heard = await this.until(
      (h) => h.body['receipt'] !== undefined && h.body['contactId'] === contactId,
      since,
    )
    return heard.body['receipt'] as Receipt
  }

  publish(topic: string, payload: string): Promise<unknown> {
    return this.client.publishAsync(topic, payload, { qos: 1 })
  }

  /** Signs and sends a command; returns its id. */
  async command(request: CommandRequest, more: Partial<Sending> = {}): Promise<string> {
    const { channel, jws, jti } = await this.signed(request, more)
    await this.publish(topics.command(ORG, STATION, channel), jws)
    return jti
  }

  async signed(request: CommandRequest, more: Partial<Sending> = {}) {
    const jti = more.jti ?? randomUUID()
    this.#seq = more.seq ?? this.#seq + 1
    const iat = more.iat ?? Date.now() / 1000
    const claims = {
      iss: 'talos-core' as const,
      aud: more.aud ?? STATION,
      jti,
      seq: this.#seq,
      iat,
      exp: iat + (more.lifeS ?? 5),
    }
    const jws = await signCommand({ ...claims, ...request }, more.key ?? this.key)
    const channels = { move: 'rot', stop: 'stop', park: 'park', limits: 'config', release: 'config' } as const
    return { jws, jti, seq: this.#seq, channel: more.channel ?? channels[request.op] }
  }

  async plan(plan: Plan, more: Partial<Sending> = {}): Promise<{ jti: string; jws: string }> {
    const jti = more.jti ?? randomUUID()
    const iat = more.iat ?? Date.now() / 1000
    const claims = { iss: 'talos-core', aud: more.aud ?? STATION, jti, seq: more.seq ?? 1, iat } as const
    const jws = await signPlan(
      { ...claims, exp: iat + (more.lifeS ?? 86_400), op: 'plan', plan },
      more.key ?? this.key,
    )
    await this.publish(topics.plan(ORG, STATION, plan.contactId), jws)
    return { jti, jws }
  }

  async withdraw(contactId: string, seq: number): Promise<string> {
    const jti = randomUUID()
    const iat = Date.now() / 1000
    const claims = { iss: 'talos-core', aud: STATION, jti, seq, iat, exp: iat + 60 } as const
    await this.publish(
      topics.plan(ORG, STATION, contactId),
      await signPlan({ ...claims, op: 'withdraw', contactId }, this.key),
    )
    return jti
  }
}

interface Sending {
  jti: string
  seq: number
  iat: number
  lifeS: number
  aud: string
  key: SigningKey
  channel: 'rot' | 'rig' | 'stop' | 'park' | 'config'
}

export const makeConfig = (dataDir: string, more: Record<string, unknown> = {}): AgentConfig =>
  agentConfigSchema.parse({
    dataDir,
    driver: { kind: 'simulated', azRate: 40, elRate: 40 },
    mount: { ...MOUNT, azRate: 40, elRate: 40, parkEl: 45 },
    // These stations have a good clock of their own: there is no core that could be asked.
    clock: { rtcErrorMs: 50 },
    reconnect: { maxMs: 200, refusedMs: 300 },
    ...more,
  })

/** Where nobody answers. */
const NO_CORE = 'http://127.0.0.1:1'

export const makeCredential = (broker: { port: number }, pinned: PublicKey, url = NO_CORE): Credential => ({
  url,
  mqttUrl: `mqtt://127.0.0.1:${broker.port}`,
  org: ORG,
  stationId: STATION,
  key: KEY,
  keyIssuedAt: iso(0),
  keyRenewAt: iso(Date.now() + 100 * DAY),
  signingKeys: [pinned],
})

export interface Bench {
  readonly broker: TestBroker
  readonly core: Core
  readonly config: AgentConfig
  readonly log: KeptLog
  agent: RunningAgent
  /** How far the agent's wall clock is ahead of the true one. */
  readonly wall: { aheadMs: number }
  /** The broker is back: for core first, so that it hears all that the agent says then. */
  mend(): Promise<void>
  /** Stops the agent and starts it again on the same data. */
  restart(): Promise<void>
}

/** A machine whose NTP and whose boots nobody knows. */
export const bareMachine: Machine = {
  bootId: () => Promise.resolve(null),
  uptimeMs: () => 0,
  ntp: () => Promise.resolve(null),
}

/** A broker, core, and one agent that is connected. */
export async function startBench(t: Test, more: Record<string, unknown> = {}, url = NO_CORE): Promise<Bench> {
  const { signing, pinned } = await makeKey()
  const broker = await TestBroker.start(t)
  const core = await Core.connect(t, broker, signing)
  const config = makeConfig(await tempDir(t), more)
  const log = new KeptLog()
  const wall = { aheadMs: 0 }
  const start = () =>
    runAgent(config, {
      credential: makeCredential(broker, pinned, url),
      version: '0.0.0-test',
      clock: { now: () => Date.now() + wall.aheadMs, monotonic: systemClock.monotonic },
      random: Math.random,
      newId: randomUUID,
      log,
      machine: bareMachine,
    })
  const bench: Bench = {
    broker,
    core,
    config,
    log,
    agent: await start(),
    wall,
    async mend() {
      broker.connack = 3
      await broker.mend()
      await core.back()
      broker.connack = 0
    },
    async restart() {
      await bench.agent.stop()
      const since = core.heard.length
      bench.agent = await start()
      await core.until((h) => h.body['link'] === 'online', since)
    },
  }
  t.teardown(() => bench.agent.stop())
  await core.until((h) => h.body['link'] === 'online')
  await core.until((h) => h.topic.endsWith('/telemetry/rot') && h.body['az'] !== null)
  return bench
}

export interface PlanShape {
  readonly contactId?: string
  /** Seconds from now to AOS, and from AOS to LOS. */
  readonly inS: number
  readonly lengthS: number
  readonly az?: (secondsFromAos: number) => number
  readonly el?: (secondsFromAos: number) => number
  readonly onEnd?: 'stop' | 'park'
  readonly prepassInS?: number
}

const OMM = {
  OBJECT_NAME: 'TESTSAT',
  OBJECT_ID: '2026-001A',
  EPOCH: '2026-11-22T00:00:00.000000',
  MEAN_MOTION: 15,
  ECCENTRICITY: 0.001,
  INCLINATION: 51.6,
  RA_OF_ASC_NODE: 0,
  ARG_OF_PERICENTER: 0,
  MEAN_ANOMALY: 0,
  EPHEMERIS_TYPE: 0,
  CLASSIFICATION_TYPE: 'U',
  NORAD_CAT_ID: 123456,
  ELEMENT_SET_NO: 999,
  REV_AT_EPOCH: 1,
  BSTAR: 0,
  MEAN_MOTION_DOT: 0,
  MEAN_MOTION_DDOT: 0,
}

/** A plan of a few seconds. */
export function makePlan(shape: PlanShape): Plan {
  const { inS, lengthS, az = (s) => 170 + 4 * s, el = (s) => 40 + s } = shape
  const aos = Date.now() + inS * 1000
  const dtMs = 500
  const n = Math.ceil((lengthS * 1000) / dtMs) + 1
  const at = Array.from({ length: n }, (_, i) => (i * dtMs) / 1000)
  return planSchema.parse({
    contactId: shape.contactId ?? `contact-${randomUUID()}`,
    satelliteId: '123456',
    satelliteName: 'TESTSAT',
    omm: OMM,
    elementsHash: '0'.repeat(64),
    aos: iso(aos),
    tca: iso(aos + (lengthS * 1000) / 2),
    los: iso(aos + lengthS * 1000),
    branch: { turns: 0, flip: false },
    t0: iso(aos),
    dtMs,
    az: at.map(az),
    el: at.map(el),
    rangeRate: at.map(() => 0),
    prepassAz: az(0),
    prepassEl: el(0),
    prepassAt: iso(Date.now() + (shape.prepassInS ?? 0) * 1000),
    onEnd: shape.onEnd ?? 'stop',
  })
}
