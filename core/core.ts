/**
 * Core, put together: the only place that knows all its parts.
 * @module
 */
import type { FastifyInstance } from 'fastify'
import type { Logger as Pino } from 'pino'
import { Broker } from '../broker/broker.js'
import { Overload } from '../broker/overload.js'
import type { PrismaClient } from '../prisma/generated/client.js'
import { isLoopback } from '../shared/loopback.js'
import { type Clock, SECOND } from '../shared/time.js'
import { ListenerAddresses } from './addresses.js'
import { AgentRelease } from './agent-release.js'
import { Audit } from './audit/audit.js'
import { RefusalAudit, wireEvents } from './broker-wiring.js'
import { Certificate } from './certificate.js'
import type { Config } from './config.js'
import type { Context, Random } from './context.js'
import { CertificateAuthorities } from './crypto/certificate-authorities.js'
import { openSecrets } from './crypto/open-secrets.js'
import type { Sealer } from './crypto/seal.js'
import { SigningKeys } from './crypto/signing-keys.js'
import { SlowHash } from './crypto/slow-hash.js'
import { openDatabase } from './db/client.js'
import { NoRevival } from './ended/no-revival.js'
import { Events } from './events.js'
import { createFleet } from './fleet/fleet.js'
import { createHealth, type Health } from './health/health.js'
import { measureLoad } from './health/load.js'
import { LoopDelay } from './health/loop-delay.js'
import { Connections } from './http/drain.js'
import { buildServer } from './http/server.js'
import { brokerAuthenticate } from './identity/broker-auth.js'
import { createIdentity, type Identity } from './identity/identity.js'
import { linkUrl } from './identity/link-requests.js'
import { ConsoleMailer, type Mailer, SmtpMailer } from './identity/mailers.js'
import { issueOwnerLink } from './identity/owner.js'
import { ensureDirectorKey } from './identity/service-keys.js'
import { MqttListeners, type MqttPorts } from './mqtt-listeners.js'
import { createPlanning } from './planning/planning.js'
import { portError } from './port-error.js'
import { auditRoutes } from './routes/audit.js'
import { authRoutes } from './routes/auth.js'
import { authSettingsRoutes } from './routes/auth-settings.js'
import { commandLineRoutes } from './routes/command-lines.js'
import { deviceRoutes } from './routes/device.js'
import { fleetRoutes } from './routes/fleet.js'
import { healthRoutes } from './routes/health.js'
import { keyRoutes } from './routes/keys.js'
import { notificationRoutes } from './routes/notifications.js'
import { oidcRoutes } from './routes/oidc.js'
import { pairingRoutes } from './routes/pairing.js'
import { passkeyRoutes } from './routes/passkeys.js'
import { peopleRoutes } from './routes/people.js'
import { planningRoutes } from './routes/planning.js'
import { signInRoutes } from './routes/sign-in.js'
import { stepUpRoutes } from './routes/step-up.js'
import { systemRoutes } from './routes/system.js'
import { tokenRoutes } from './routes/tokens.js'

/** What core needs of the outside world. */
export interface CoreDeps {
  readonly clock: Clock
  readonly random: Random
  readonly log: Pino
  /** Lines for the person at the console: mails of the console mailer. */
  readonly print: (text: string) => void
  readonly version: string
  /** What the bundler made of the dashboard. */
  readonly dashboardDir: string
  /** Where the build puts the agent's tarball and its installer. */
  readonly agentDir: string
  /** In place of the one that the configuration names. */
  readonly mailer?: Mailer
  /** Something broke that core cannot live without; it should be stopped. */
  readonly onFatal: (error: Error) => void
}

export interface Started {
  /** For people: the public address. */
  readonly url: string
  /** For programs on this machine: our own listener, whatever proxy stands in front of it. */
  readonly localUrl: string
  /** Plain MQTT, for programs on this machine. */
  readonly mqttUrl: string
  /** While there is no user yet. */
  readonly ownerLink: string | null
}

/** How long requests in flight may take to end (design section 2). */
const DRAIN_MS = 10 * SECOND

export class Core {
  /** What ends the parts that run, the last first. */
  readonly #undo: (() => void | Promise<void>)[] = []
  #app: FastifyInstance | null = null
  #context: Context | null = null
  #identity: Identity | null = null
  #health: Health | null = null
  #certificate: Certificate | null = null
  #isMqttUp = false
  #starting: Promise<void> = Promise.resolve()

  constructor(
    private readonly config: Config,
    private readonly deps: CoreDeps,
  ) {}

  /** The HTTP server, for tests that speak to it without a socket. */
  get app(): FastifyInstance {
    if (this.#app === null) throw new Error('core has not been started')
    return this.#app
  }

  get identity(): Identity {
    if (this.#identity === null) throw new Error('core has not been started')
    return this.#identity
  }

  get health(): Health {
    if (this.#health === null) throw new Error('core has not been started')
    return this.#health
  }

  get context(): Context {
    if (this.#context === null) throw new Error('core has not been started')
    return this.#context
  }

  /**
   * Opens everything; when a part fails, those before it are closed again.
   * @throws TalosError `config_invalid`, `master_key_wrong`, `data_dir_in_use`, `schema_newer`, `unavailable`
   */
  async start(): Promise<Started> {
    const starting = this.#start()
    this.#starting = starting.then(
      () => undefined,
      () => undefined,
    )
    try {
      return await starting
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  /** Stops accepting, lets what is in flight end, closes the broker without wills, then the database. */
  async stop(): Promise<void> {
    // Asked to end while it still starts: half a database server must not stay behind.
    await this.#starting
    for (let undo = this.#undo.pop(); undo !== undefined; undo = this.#undo.pop()) {
      try {
        await undo()
      } catch (error) {
        this.deps.log.error({ err: error }, 'a part did not stop cleanly')
      }
    }
  }

  async #start(): Promise<Started> {
    const { config, deps } = this
    const { log } = deps
    // First, since it makes the data directory so that the user of the embedded server may enter.
    const database = await openDatabase(config, log, deps.onFatal)
    this.#undo.push(() => database.close())
    const { masterKey, sealer, isRotated } = await openSecrets(database.prisma, config, deps.random)

    this.#startCertificate()
    const addresses = new ListenerAddresses(config)
    const context = this.#makeContext(database.prisma, addresses, sealer)
    this.#context = context
    this.#undo.push(() => context.audit.drain())
    if (isRotated) await this.#noteMasterKey(context)
    const noRevival = new NoRevival(context)
    this.#undo.push(() => noRevival.stop())
    await noRevival.start()
    await context.signingKeys.start()
    await context.authorities.start()
    await ensureDirectorKey(context)

    const mailer = this.#mailer(addresses)
    const identity = createIdentity(context, masterKey, mailer)
    this.#identity = identity
    const broker = await this.#startBroker(context, identity)
    const planning = createPlanning(context, broker)
    const fleet = createFleet(context, broker)
    const health = createHealth({
      ...{ context, broker, sealer, mailer, version: deps.version, tls: this.#certificate },
      listeners: () => addresses.listeners,
    })
    this.#health = health
    for (const part of [planning, fleet, identity, health]) {
      this.#undo.push(() => part.stop())
      await part.start()
    }

    const app = await buildServer({
      context,
      log,
      broker,
      certificate: this.#certificate,
      authenticator: identity.authenticator,
      origins: () => addresses.origins,
      routes: [
        signInRoutes(identity),
        stepUpRoutes(context, identity),
        oidcRoutes(context, identity),
        passkeyRoutes(context, identity, () => addresses.origins),
        authRoutes(identity),
        deviceRoutes(context, identity.devices),
        pairingRoutes(context, identity),
        commandLineRoutes(context.clock, identity),
        tokenRoutes(identity.tokens),
        authSettingsRoutes(context, identity),
        ...peopleRoutes(identity),
        auditRoutes(context),
        keyRoutes(context.signingKeys, fleet.keys),
        systemRoutes(context, { broker: () => this.#isMqttUp }),
        healthRoutes(health),
        notificationRoutes(context, health),
        ...fleetRoutes(fleet),
        ...planningRoutes(planning),
      ],
      dashboardDir: deps.dashboardDir,
      version: deps.version,
    })
    this.#app = app
    addresses.set({ http: await this.#listenHttp(app), ...(await this.#listenMqtt(broker)) })
    void health.rounds.round()

    await context.audit.record(context.prisma, {
      actor: { kind: 'system', id: 'core' },
      action: 'system.start',
      outcome: 'success',
      detail: { version: deps.version },
    })
    const token = await issueOwnerLink(context)
    const { publicUrl: url, localUrl, localMqttUrl: mqttUrl } = addresses
    log.info({ url, agents: addresses.mqttUrl, version: deps.version }, 'core is ready')
    return { url, localUrl, mqttUrl, ownerLink: token === null ? null : linkUrl(url, token) }
  }

  async #noteMasterKey({ audit, prisma, log }: Context): Promise<void> {
    await audit.record(prisma, {
      actor: { kind: 'system', id: 'core' },
      action: 'master_key.rotate',
      outcome: 'success',
    })
    log.info('everything is sealed under the new master key; the previous one opens nothing any more')
  }

  #makeContext(prisma: PrismaClient, addresses: ListenerAddresses, sealer: Sealer): Context {
    const { config, deps } = this
    const { clock, random, log } = deps
    const audit = new Audit(prisma, clock, log)
    return {
      ...{ prisma, clock, random, log, config, addresses, audit },
      events: new Events((error, event) => log.error({ err: error, event }, 'a listener failed')),
      authorities: new CertificateAuthorities({ prisma, sealer, clock, random, audit }),
      signingKeys: new SigningKeys(prisma, sealer, clock),
      slowHash: new SlowHash(),
      agentRelease: new AgentRelease(deps.agentDir),
    }
  }

  #mailer(addresses: ListenerAddresses): Mailer {
    const { config, deps } = this
    if (deps.mailer !== undefined) return deps.mailer
    if (config.mailer === 'console' || config.smtpUrl === null) return new ConsoleMailer(deps.print)
    const from = () => config.mailFrom ?? `Talos <talos@${new URL(addresses.publicUrl).hostname}>`
    return new SmtpMailer(config.smtpUrl, from)
  }

  async #startBroker(context: Context, identity: Identity): Promise<Broker> {
    const { brokerLimits: limits, mqttBalancers } = this.config
    const { clock, log } = this.deps
    const refusals = new RefusalAudit(context)
    const delay = new LoopDelay()
    const overload = new Overload(limits, () => measureLoad(delay), log)
    delay.start()
    overload.start()
    this.#undo.push(
      () => delay.stop(),
      () => overload.stop(),
    )
    const broker = new Broker({
      ...{ clock, log, limits },
      authenticate: brokerAuthenticate(identity),
      onRefusal: (event) => refusals.note(event),
      isShared: (address) => isLoopback(address) || (mqttBalancers?.has(address) ?? false),
      overload: () => overload.verdict,
    })
    await broker.start()
    this.#undo.push(() => broker.stop(), wireEvents(context, broker))
    return broker
  }

  /** Takes the certificate's files as they are now; without TLS of our own there is nothing to do. */
  renewCertificate(): void {
    this.#certificate?.reload()
  }

  #startCertificate(): void {
    const { tls } = this.config
    if (tls === null) return
    const certificate = new Certificate(tls, this.deps.clock, this.deps.log)
    certificate.start()
    this.#certificate = certificate
    this.#undo.push(() => certificate.stop())
  }

  /** Returns the port. */
  async #listenHttp(app: FastifyInstance): Promise<number> {
    const { httpHost: host, httpPort: port, tls, tlsProxy } = this.config
    const connections = new Connections(app.server, tls !== null && !tlsProxy)
    this.#undo.push(() => connections.drain(() => app.close(), DRAIN_MS))
    await app.listen({ host, port }).catch((error: unknown) => {
      throw portError('TALOS_HTTP_PORT', host, port, error)
    })
    const address = app.server.address()
    if (address === null || typeof address === 'string') throw new Error('the HTTP server has no port')
    return address.port
  }

  async #listenMqtt(broker: Broker): Promise<MqttPorts> {
    const listeners = new MqttListeners(broker, this.config, this.#certificate, this.context.authorities)
    this.#undo.push(() => listeners.stop())
    const ports = await listeners.start()
    this.#isMqttUp = true
    this.#undo.push(() => {
      this.#isMqttUp = false
    })
    return ports
  }
}

/** Core from its configuration; `start()` opens it. */
export const createCore = (config: Config, deps: CoreDeps): Core => new Core(config, deps)
