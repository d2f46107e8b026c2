/**
 * A fleet on a real database and a real broker, with stations that are mqtt.js clients: they verify what they are told
 * by the keys of their grant, and answer.
 * @module
 */
import { randomBytes } from 'node:crypto'
import mqtt, { type MqttClient } from 'mqtt'
import type { Test } from 'tap'
import { Broker } from '../../../broker/broker.js'
import { TcpListener } from '../../../broker/listeners.js'
import { AgentRelease } from '../../../core/agent-release.js'
import { Audit } from '../../../core/audit/audit.js'
import { Background } from '../../../core/background.js'
import { wireEvents } from '../../../core/broker-wiring.js'
import { readConfig } from '../../../core/config.js'
import type { Context, Logger } from '../../../core/context.js'
import { CertificateAuthorities } from '../../../core/crypto/certificate-authorities.js'
import { newId } from '../../../core/crypto/ids.js'
import { Sealer } from '../../../core/crypto/seal.js'
import { SigningKeys } from '../../../core/crypto/signing-keys.js'
import { SlowHash } from '../../../core/crypto/slow-hash.js'
import { type EventMap, Events } from '../../../core/events.js'
import { createFleet, type Fleet } from '../../../core/fleet/fleet.js'
import type { OrgRef } from '../../../core/http/actor.js'
import type { OrgCaller } from '../../../core/http/caller.js'
import { brokerAuthenticate } from '../../../core/identity/broker-auth.js'
import { ClientCertificates } from '../../../core/identity/client-certificates.js'
import { KeySuccession } from '../../../core/identity/key-succession.js'
import { KnownBrowsers } from '../../../core/identity/known-browsers.js'
import { MachineKeys } from '../../../core/identity/machine-keys.js'
import { MqttTickets } from '../../../core/identity/mqtt-tickets.js'
import { Sessions } from '../../../core/identity/sessions.js'
import type { PrismaClient } from '../../../prisma/generated/client.js'
import type { EnrollmentTokenRequest, EnrollRequest, StationGrant } from '../../../shared/api/fleet.js'
import type { Ack, Mount } from '../../../shared/messages.js'
import { type Permission, ROLE_PERMISSIONS } from '../../../shared/permissions.js'
import { type Command, verifyCommand } from '../../../shared/signed.js'
import { iso } from '../../../shared/time.js'
import { topics } from '../../../shared/topics.js'
import { TestClock } from '../../support/clock.js'
import { testDatabase } from '../../support/database.js'

export const MOUNT: Mount = {
  ...{ azMin: 0, azMax: 450, elMin: 0, elMax: 90, azRate: 6, elRate: 6, beamwidth: 20 },
  ...{ parkAz: 0, parkEl: 90, keepOut: [] },
}
export const SITE = { lat: 78.2, lon: 15.4, altM: 450 }

type Said = { [K in keyof EventMap]: { name: K; event: EventMap[K] } }[keyof EventMap]

/** What a station does with a command: the fields of its ack, or nothing at all. */
export type Reply = (command: Command) => Partial<Ack> | null

export class FakeStation {
  readonly heard: Command[] = []
  #closed: Promise<void>

  private constructor(
    readonly grant: StationGrant,
    readonly client: MqttClient,
    public reply: Reply,
  ) {
    this.#closed = new Promise((resolve) => client.once('close', () => resolve()))
    client.on('message', (topic, payload) => {
      if (topic.includes('/cmd/')) void this.#obey(payload.toString())
    })
  }

  /** Connects as an agent does, and listens to its commands. */
  static async join(
    grant: StationGrant,
    reply: Reply = () => ({ result: 'accepted' }),
  ): Promise<FakeStation> {
    const client = await mqtt.connectAsync(grant.mqttUrl, {
      ...{ username: grant.stationId, password: grant.key, clientId: grant.stationId },
      ...{ protocolVersion: 4, reconnectPeriod: 0, keepalive: 30 },
    })
    const station = new FakeStation(grant, client, reply)
    await client.subscribeAsync(topics.command(grant.org, grant.stationId, '#'), { qos: 0 })
    return station
  }

  /** Resolves when the broker has closed the connection. */
  get closed(): Promise<void> {
    return this.#closed
  }

  async say(kind: 'info' | 'state' | 'telemetry', body: object): Promise<void> {
    const { org, stationId } = this.grant
    const topic =
      kind === 'telemetry' ? topics.telemetry(org, stationId, 'rot') : topics[kind](org, stationId)
    await this.client.publishAsync(topic, JSON.stringify(body), {
      qos: 1,
      retain: kind !== 'telemetry',
    })
  }

  async ack(jti: string, more: Partial<Ack> & { op: string }): Promise<void> {
    const { org, stationId } = this.grant
    const body = { ts: iso(Date.now()), jti, result: 'accepted', code: null, ...more }
    await this.client.publishAsync(topics.ack(org, stationId, jti), JSON.stringify(body), { qos: 1 })
  }

  async #obey(jws: string): Promise<void> {
    const command = await verifyCommand(jws, this.grant.signingKeys)
    this.heard.push(command)
    const answer = this.reply(command)
    if (answer === null) return
    // A test may end before the broker has confirmed the answer.
    await this.ack(command.jti, { op: command.op, ...answer }).catch(() => {})
  }
}

export interface WorldOptions {
  readonly ackWaitMs?: number
}

export class FleetWorld {
  readonly clock = new TestClock()
  readonly said: Said[] = []
  readonly errors: string[] = []
  readonly acme: OrgRef
  readonly rival: OrgRef
  #wake: (() => void)[] = []

  constructor(
    readonly context: Context,
    readonly broker: Broker,
    readonly fleet: Fleet,
    orgs: readonly [OrgRef, OrgRef],
  ) {
    ;[this.acme, this.rival] = orgs
    for (const name of ['ended', 'refresh', 'contact', 'station'] as const)
      context.events.on(name, (event) => {
        this.said.push({ name, event } as Said)
        this.changed()
      })
    broker.onMessage(() => this.changed())
    broker.onPresence(() => this.changed())
  }

  get prisma(): PrismaClient {
    return this.context.prisma
  }

  changed(): void {
    const wake = this.#wake
    this.#wake = []
    for (const resolve of wake) resolve()
  }

  /** Resolves when the condition holds; it is asked again at each event. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#wake.push(resolve))
  }

  /** A person of an organisation with these permissions; an owner unless said otherwise. */
  person(permissions: readonly Permission[] = ROLE_PERMISSIONS.owner, org = this.acme): OrgCaller {
    const held = new Set(permissions)
    return {
      actor: {
        ...{ kind: 'user', id: 'user-1111', email: 'ada@example.org', name: null },
        ...{
          credential: 'session',
          sessionId: 'session-1',
          sessionEndsAt: null,
          idleEndsAt: null,
          tokenId: null,
        },
        ...{ commandLineId: null, hasPasskey: false },
        proof: { at: this.context.clock.now(), with: 'magic_link' },
        memberships: [{ org, role: 'owner', permissions: held }],
        permissionsIn: (slug) => (slug === org.slug ? held : new Set()),
      },
      org,
      address: '192.0.2.1',
      requestId: 'req-1',
    }
  }

  readonly agent = { actor: { kind: 'anonymous' }, address: '198.51.100.7', requestId: 'req-2' } as const

  /** The body with which an agent redeems. */
  request(token: string, more: Partial<EnrollRequest> = {}): EnrollRequest {
    return {
      token,
      nonce: newId(this.context.random),
      mount: MOUNT,
      agent: { version: '0.1.0', hostname: 'pi', platform: 'linux arm64' },
      ...more,
    }
  }

  /** Issues a token and returns its secret text. */
  async token(more: Partial<EnrollmentTokenRequest> = {}) {
    const body = { name: 'Svalbard', maxUses: 1, ...more }
    const created = await this.fleet.tokens.issue(this.person(), body)
    const text = created.enrollUrl.split('#')[1] ?? ''
    return { id: created.item.id, text, created }
  }

  /** A new approved station's grant. */
  async enrolled(name = 'Svalbard'): Promise<StationGrant> {
    const { text } = await this.token({ name })
    const answer = await this.fleet.enrollment.redeem(this.request(text, { name, site: SITE }), this.agent)
    if (answer.status !== 'approved') throw new Error('the station is not approved')
    return answer.grant
  }

  /** An approved station that is connected. */
  async connected(reply?: Reply): Promise<FakeStation> {
    const grant = await this.enrolled()
    const station = await FakeStation.join(grant, reply)
    await this.until(() => this.fleet.presence.liveOf(grant.stationId).online)
    return station
  }

  /** The key of a grant counts as used: what the broker notes, later. */
  async used({ stationId }: StationGrant): Promise<void> {
    const data = { lastUsedAt: new Date(this.clock.now()) }
    await this.prisma.stationKey.updateMany({ where: { stationId, revokedAt: null }, data })
  }

  /** The actions in the audit trail, the oldest first. */
  async trail(targetId?: string): Promise<string[]> {
    await this.context.audit.drain()
    const rows = await this.prisma.auditEvent.findMany({
      ...(targetId === undefined ? {} : { where: { targetId } }),
      orderBy: { id: 'asc' },
    })
    return rows.map((row) => `${row.action} ${row.outcome}`)
  }
}

const random = (bytes: number) => randomBytes(bytes)

/** A world that ends with its test. */
export async function fleetWorld(t: Test, options: WorldOptions = {}): Promise<FleetWorld> {
  const { prisma } = await testDatabase(t)
  const clock = new TestClock()
  const errors: string[] = []
  const log: Logger = {
    debug: () => {},
    info: () => {},
    warn: () => {},
    error: (fields, message) => {
      errors.push(`${message} ${typeof fields === 'string' ? fields : (fields as { err?: unknown }).err}`)
    },
  }
  const events = new Events((error, name) => log.error({ err: error }, `a listener of ${name} failed`))
  const sealer = new Sealer(random(32), random)
  const signingKeys = new SigningKeys(prisma, sealer, clock)
  await signingKeys.start()
  const audit = new Audit(prisma, clock, log)
  const authorities = new CertificateAuthorities({ prisma, sealer, clock, random, audit })
  await authorities.start()
  const addresses = { publicUrl: 'https://talos.example.org', mqttUrl: '' }
  const context: Context = {
    ...{ prisma, clock, log, events, random, addresses, signingKeys, authorities, audit },
    slowHash: new SlowHash(),
    agentRelease: new AgentRelease('/nowhere'),
    config: readConfig({}),
  }
  const background = new Background(log, 100)
  const keys = new MachineKeys(context, background)
  const tickets = new MqttTickets(context, random(32))
  const sessions = new Sessions(context, new KnownBrowsers(random(32), random))
  const broker = new Broker({
    authenticate: brokerAuthenticate({
      keys,
      succession: new KeySuccession(context),
      certificates: new ClientCertificates(context, background),
      tickets,
      sessions,
    }),
    clock: { now: Date.now, monotonic: () => performance.now() },
    log,
    onRefusal: () => {},
  })
  const listener = new TcpListener(broker, { host: '127.0.0.1', port: 0 })
  await broker.start()
  await listener.start()
  addresses.mqttUrl = `mqtt://127.0.0.1:${listener.address().port}`
  const unwire = wireEvents(context, broker)
  const orgs = await Promise.all(
    ['acme', 'rival'].map((slug) => prisma.org.create({ data: { id: newId(random), slug, name: slug } })),
  )
  const fleet = createFleet(context, broker, options)
  await fleet.start()
  t.teardown(async () => {
    unwire()
    await fleet.stop()
    await listener.stop()
    await broker.stop()
    await background.drain()
    await context.audit.drain()
  })
  const [acme, rival] = orgs
  if (acme === undefined || rival === undefined) throw new Error('two organisations were made')
  // The one of `person()`: what is handed out is looked up once more.
  await prisma.user.create({
    data: {
      ...{ id: 'user-1111', email: 'ada@example.org' },
      memberships: { create: orgs.map(({ id: orgId }) => ({ orgId, role: 'owner' })) },
    },
  })
  const world = new FleetWorld(context, broker, fleet, [acme, rival])
  Object.assign(world, { clock, errors })
  return world
}
