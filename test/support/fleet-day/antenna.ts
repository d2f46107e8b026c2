/**
 * One station of a simulated fleet: an agent with a simulated rotator, behind a line that can be cut.
 * @module
 */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { type RunningAgent, runAgent } from '../../../agent/agent.js'
import { type AgentConfig, agentConfigSchema } from '../../../agent/config.js'
import type { Credential } from '../../../agent/credential.js'
import { enroll } from '../../../agent/enroll.js'
import type { Site } from '../../../shared/messages.js'
import { MOUNT } from '../mounts.js'
import type { SimulatedTime } from '../simulated-time.js'

/** What an agent complained of. */
export interface Complaint {
  readonly station: string
  readonly message: string
  readonly facts: Readonly<Record<string, unknown>>
}

export interface AntennaDeps {
  readonly name: string
  readonly site: Site
  readonly dataDir: string
  readonly time: SimulatedTime
  /** In [0, 1). */
  readonly random: () => number
  readonly complaints: Complaint[]
}

/** When somebody could reach the station, and it could act: epoch ms, the last one open. */
export interface Stretch {
  readonly from: number
  to: number
}

export class SimulatedAntenna {
  readonly reachable: Stretch[] = []
  /** Its id, once it has joined. */
  stationId = ''
  #credential: Credential | null = null
  #agent: RunningAgent | null = null
  #proxy: Server | null = null
  readonly #sockets = new Set<Socket>()
  #isCut = false
  /** A person took it out: revoked, or locked. */
  #isBarred = false
  readonly #config: AgentConfig

  constructor(private readonly deps: AntennaDeps) {
    this.#config = agentConfigSchema.parse({
      name: deps.name,
      site: deps.site,
      dataDir: deps.dataDir,
      driver: { kind: 'simulated', azRate: MOUNT.azRate, elRate: MOUNT.elRate, noise: 0.02 },
      mount: MOUNT,
      reconnect: { maxMs: 30_000 },
    })
  }

  get name(): string {
    return this.deps.name
  }

  async join(link: string): Promise<void> {
    const { time } = this.deps
    const credential = await enroll(link, {
      config: this.#config,
      agent: { version: '0.0.0-test', hostname: 'simulated', platform: 'linux' },
      clock: time,
      log: this.#log(),
      newId: randomUUID,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    })
    this.stationId = credential.stationId
    const mqttUrl = `mqtt://127.0.0.1:${await this.#listen(new URL(credential.mqttUrl))}`
    this.#credential = { ...credential, mqttUrl }
  }

  /** Power comes. */
  async switchOn(): Promise<void> {
    const { time, random } = this.deps
    if (this.#credential === null || this.#agent !== null) return
    this.#agent = await runAgent(this.#config, {
      credential: this.#credential,
      version: '0.0.0-test',
      clock: time,
      random,
      newId: randomUUID,
      log: this.#log(),
      machine: {
        bootId: () => Promise.resolve(null),
        uptimeMs: () => time.monotonic(),
        ntp: () => Promise.resolve({ isSynchronised: true, boundMs: 20 }),
      },
    })
    this.#note()
  }

  /** Power goes, as far as a program can be told. */
  async switchOff(): Promise<void> {
    const agent = this.#agent
    this.#agent = null
    this.#note()
    await agent?.stop()
  }

  /** The line is cut: the agent goes on alone. */
  cut(): void {
    this.#isCut = true
    this.#note()
    for (const socket of this.#sockets) socket.destroy()
  }

  mend(): void {
    this.#isCut = false
    this.#note()
  }

  /** Core lets it do nothing, or does again. */
  bar(isBarred: boolean): void {
    this.#isBarred = isBarred
    this.#note()
  }

  async end(): Promise<void> {
    await this.switchOff()
    for (const socket of this.#sockets) socket.destroy()
    this.#proxy?.close()
  }

  #note(): void {
    const now = this.deps.time.now()
    const last = this.reachable.at(-1)
    const isOpen = last?.to === Number.POSITIVE_INFINITY
    const is = this.#agent !== null && !this.#isCut && !this.#isBarred
    if (is && !isOpen) this.reachable.push({ from: now, to: Number.POSITIVE_INFINITY })
    if (!is && isOpen && last !== undefined) last.to = now
  }

  #log() {
    const keep = (message: string, facts: object = {}) =>
      this.deps.complaints.push({ station: this.name, message, facts: facts as Complaint['facts'] })
    return { info: () => undefined, warn: keep, error: keep }
  }

  async #listen(to: URL): Promise<number> {
    const proxy = createServer({ noDelay: true }, (near) => {
      if (this.#isCut) {
        near.destroy()
        return
      }
      const far = connect({ host: to.hostname, port: Number(to.port), noDelay: true })
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(one)
        one.on('error', () => other.destroy())
        one.on('close', () => {
          this.#sockets.delete(one)
          other.destroy()
        })
        one.pipe(other)
      }
    })
    this.#proxy = proxy.listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    const address = proxy.address()
    if (address === null || typeof address === 'string') throw new Error('the line has no port')
    return address.port
  }
}
