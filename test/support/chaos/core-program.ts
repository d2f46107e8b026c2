/**
 * Core as a program of its own, which dies by SIGKILL and comes back at the same ports; its owner; its director's key.
 * @module
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { BUSY_MACHINE } from '../busy-machine.js'

const TALOS = fileURLToPath(new URL('../../../../ops/talos.mjs', import.meta.url))
const OWNER = 'owner@example.org'

interface Ready {
  readonly ready?: boolean
  readonly url: string
  readonly mqttUrl: string
  readonly ownerLink?: string | null
}

export class CoreProgram {
  #child: ChildProcess | null = null
  #cookie = ''
  url = ''
  mqttUrl = ''
  restarts = -1

  constructor(
    private readonly folder: string,
    private readonly databaseUrl: string,
  ) {}

  get ports() {
    return { http: Number(new URL(this.url).port), mqtt: Number(new URL(this.mqttUrl).port) }
  }
  get directorKey(): string {
    return readFileSync(path.join(this.folder, 'director.key'), 'utf8').trim()
  }

  async start(): Promise<void> {
    const others = Object.entries(process.env).filter(([key]) => !key.startsWith('TALOS_'))
    const { http, mqtt } = this.url === '' ? { http: 0, mqtt: 0 } : this.ports
    const log = openSync(`${this.folder}.log`, 'a')
    const child = fork(TALOS, ['core'], {
      env: {
        ...Object.fromEntries(others),
        ...BUSY_MACHINE,
        NODE_OPTIONS: '',
        TALOS_DATA_DIR: this.folder,
        TALOS_DATABASE_URL: this.databaseUrl,
        TALOS_HTTP_PORT: String(http),
        TALOS_MQTT_PORT: String(mqtt),
        TALOS_OWNER_EMAIL: OWNER,
        TALOS_LOG_LEVEL: 'warn',
      },
      execArgv: [],
      stdio: ['ignore', log, log, 'ipc'],
    })
    closeSync(log)
    this.#child = child
    const ready = await new Promise<Ready>((resolve, reject) => {
      child.on('message', (message: Ready) => {
        if (message.ready === true) resolve(message)
      })
      child.once('exit', (code, signal) => reject(new Error(`core ended with ${code ?? signal}`)))
    })
    this.restarts += 1
    this.url = ready.url
    this.mqttUrl = ready.mqttUrl
    if (this.#cookie === '') await this.#signIn(ready.ownerLink ?? '')
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }
  async stop(): Promise<void> {
    await this.#end('SIGTERM')
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    this.#child = null
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }

  /** Asks as the owner. @throws Error when the answer is not a good one, or there is none */
  // biome-ignore lint/suspicious/noExplicitAny: whoever asks reads what it expects.
  async ask(method: string, where: string, body?: unknown): Promise<any> {
    const headers = {
      ...{ origin: this.url, cookie: this.#cookie },
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    }
    const response = await fetch(`${this.url}/api/v1${where}`, {
      ...{ method, headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const answer = await response.json()
    if (response.ok) return answer
    throw new Error(`${method} ${where} was answered ${response.status}: ${JSON.stringify(answer)}`)
  }

  async #signIn(link: string): Promise<void> {
    const response = await fetch(`${this.url}/api/v1/auth/confirm`, {
      method: 'POST',
      headers: { origin: this.url, 'content-type': 'application/json' },
      body: JSON.stringify({ token: new URL(link).hash.slice(1), email: OWNER }),
    })
    if (!response.ok) throw new Error(`the owner's link was answered ${response.status}`)
    this.#cookie = response.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ')
  }
}
