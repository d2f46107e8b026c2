/**
 * One station of the chaos run: a rotator, the witness before it, an agent in its own process, and the lines to core.
 * @module
 */
import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { agentConfigSchema } from '../../../agent/config.js'
import { credentialPath } from '../../../agent/credential.js'
import { begin } from '../../../agent/enroll.js'
import { askAgent } from '../../../agent/local/ask.js'
import type { Mount, Site } from '../../../shared/messages.js'
import { systemClock } from '../../../shared/time.js'
import { Pipe } from './pipe.js'
import type { Rotator } from './rotator.js'
import { Witness } from './witness.js'

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined }
const AGENT = new URL('./agent-process.js', import.meta.url)

/** A module to fork, and its arguments. */
export interface Program {
  readonly module: URL
  readonly args: readonly string[]
  /** Of Node.js. */
  readonly flags: readonly string[]
}

export interface Post {
  readonly name: string
  readonly site: Site
  readonly mount: Mount
  readonly rotator: Rotator
  /** In place of the agent whose clock can be stepped. */
  readonly program?: (configFile: string) => Program
}

/** Where core listens; asked for each connection, since it is the same after a restart. */
export interface Ports {
  readonly http: number
  readonly mqtt: number
}

export class Station {
  readonly witness: Witness
  readonly dataDir: string
  readonly #config: string
  readonly #lines: readonly [Pipe, Pipe]
  #child: ChildProcess | null = null
  #aheadMs = 0
  id = ''
  starts = 0

  constructor(
    readonly post: Post,
    folder: string,
    ports: Ports,
  ) {
    this.dataDir = path.join(folder, post.name)
    this.#config = path.join(this.dataDir, 'agent.json')
    this.witness = new Witness(post.name, post.mount, post.rotator)
    this.#lines = [new Pipe(() => ports.http), new Pipe(() => ports.mqtt)]
  }

  /** Joins by the link. From then on all goes through lines that can be cut. */
  async join(link: string): Promise<void> {
    const { name, site, mount, rotator } = this.post
    mkdirSync(this.dataDir, { recursive: true, mode: 0o700 })
    await rotator.start()
    const port = await this.witness.open()
    const raw = {
      ...{ name, site, mount, dataDir: this.dataDir, driver: { kind: 'rotctld', port } },
      reconnect: { maxMs: 1000, refusedMs: 2000 },
    }
    writeFileSync(this.#config, JSON.stringify(raw))
    const credential = await begin(link, {
      config: agentConfigSchema.parse(raw),
      agent: { version: '0.0.0-chaos', hostname: name, platform: 'linux' },
      ...{ clock: systemClock, log: SILENT, newId: randomUUID, sleep: () => Promise.resolve() },
    })
    if (credential === null) throw new Error(`${name} was not approved`)
    this.id = credential.stationId
    const [http, mqtt] = await Promise.all(this.#lines.map((line) => line.open()))
    const file = credentialPath(this.dataDir)
    const stored = JSON.parse(readFileSync(file, 'utf8'))
    const through = { ...stored, url: `http://127.0.0.1:${http}`, mqttUrl: `mqtt://127.0.0.1:${mqtt}` }
    writeFileSync(file, JSON.stringify(through), { mode: 0o600 })
  }

  /** 0: it does not run. */
  get pid(): number {
    return this.#child?.pid ?? 0
  }
  get isRunning(): boolean {
    return this.#child !== null
  }

  start(): void {
    if (this.#child !== null) return
    this.starts += 1
    const { module, args, flags } = this.post.program?.(this.#config) ?? {
      module: AGENT,
      args: [this.#config, String(this.#aheadMs)],
      flags: [],
    }
    const child = fork(module, args, {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [...flags],
      env: { ...process.env, NODE_OPTIONS: '' },
    })
    this.#child = child
    child.on('error', () => undefined)
    child.once('exit', () => {
      if (this.#child === child) this.#child = null
    })
  }

  /** SIGKILL ends it at any byte; SIGTERM lets it say goodbye. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child
    if (child === null) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }

  step(aheadMs: number): void {
    this.#aheadMs = aheadMs
    const child = this.#child
    if (child?.connected === true) child.send({ aheadMs }, () => undefined)
  }

  /** As somebody beside the antenna does. @throws TalosError when the agent does not run */
  async release(): Promise<void> {
    await askAgent(this.dataDir, { op: 'release' }, z.unknown())
  }

  cut(): void {
    for (const line of this.#lines) line.cut()
  }
  mend(): void {
    for (const line of this.#lines) line.mend()
  }

  async close(): Promise<void> {
    await this.end('SIGTERM')
    await Promise.all([this.witness.close(), ...this.#lines.map((line) => line.close())])
    await this.post.rotator.stop()
  }
}
