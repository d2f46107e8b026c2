/**
 * MQTT clients that others wrote: Debian's mosquitto_pub and mosquitto_sub, and paho in Python.
 * @module
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import type { Test } from 'tap'

/** Each is refused or done within a few hundred ms; one that hangs is a fault. */
const PATIENCE_MS = 15_000

export interface Said {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** What a client presents; undefined leaves it out. */
export interface Login {
  readonly port: number
  readonly clientId: string
  readonly username?: string
  readonly password?: string
  /** The file of the certificate to trust; undefined: without TLS. */
  readonly ca?: string
}

/** What mosquitto's programs exit with: the CONNACK code of a refusal (MQTT 3.1.1, 3.2.2.3), or their own. */
export const EXIT = {
  ok: 0,
  protocolVersion: 1,
  clientId: 2,
  unavailable: 3,
  credentials: 4,
  notAuthorized: 5,
  connectionLost: 7,
} as const

/** Why a test cannot run: what it needs is not installed. False when it is; in CI its lack is a failure (`ops/test-deps.sh`). */
function missing(what: string, command: string, args: readonly string[]): string | false {
  if (spawnSync(command, args).status === 0) return false
  if (process.env['CI'] === undefined) return `${what} is not installed`
  throw new Error(`${what} is not installed`)
}

/** Debian's Python, which sees Debian's packages. */
export const PYTHON = '/usr/bin/python3'
export const withoutMosquitto = () => missing('mosquitto-clients', 'sh', ['-c', 'command -v mosquitto_sub'])
export const withoutPaho = () => missing('python3-paho-mqtt', PYTHON, ['-c', 'import paho.mqtt.client'])

/** A client that runs: what it has said so far, and how it ends. */
export class Tool {
  readonly child: ChildProcess
  readonly ended: Promise<Said>
  stdout = ''
  stderr = ''
  #wake: () => void = () => {}

  constructor(t: Test, command: string, args: readonly string[], input?: string) {
    const child = spawn(command, args, { stdio: 'pipe' })
    this.child = child
    t.teardown(() => child.kill('SIGKILL'))
    child.stdin.end(input)
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text
      this.#wake()
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text
      this.#wake()
    })
    this.ended = new Promise((resolve, reject) => {
      const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
      child.once('error', reject)
      child.once('close', (code) => {
        clearTimeout(late)
        this.#wake()
        resolve({ code, stdout: this.stdout, stderr: this.stderr })
      })
    })
  }

  /** Waits until it has printed this. @throws Error when it ends without */
  async until(text: string): Promise<void> {
    while (!this.stdout.includes(text)) {
      const { child } = this
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`ended without ${text}: ${this.stdout}${this.stderr}`)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}

const loginArgs = ({ port, clientId, username, password, ca }: Login): string[] => [
  ...['-h', '127.0.0.1', '-p', String(port), '-i', clientId, '-k', '30'],
  ...(username === undefined ? [] : ['-u', username]),
  ...(password === undefined ? [] : ['-P', password]),
  ...(ca === undefined ? [] : ['--cafile', ca]),
]

/** Publishes one message at QoS 1, unless `more` says otherwise, and waits for what comes of it. */
export function publish(t: Test, login: Login, topic: string, payload: string, more: readonly string[] = []) {
  const args = [...loginArgs(login), '-t', topic, '-s', '-q', '1', ...more]
  return new Tool(t, 'mosquitto_pub', args, payload).ended
}

/** Subscribes and stays; prints each message as `topic payload`. Into a pipe it would keep its lines back by itself. */
export const subscribe = (t: Test, login: Login, filters: readonly string[], more: readonly string[] = []) =>
  new Tool(t, 'stdbuf', [
    ...['-oL', 'mosquitto_sub', ...loginArgs(login), '-v', '-d', ...more],
    ...filters.flatMap((filter) => ['-t', filter]),
  ])

/** The codes of the SUBACK, one for each filter; 128 is a refusal. */
export async function subackOf(
  t: Test,
  login: Login,
  filters: readonly string[],
  qos = 0,
): Promise<number[]> {
  const tool = subscribe(t, login, filters, ['-q', String(qos)])
  await tool.until('Subscribed')
  tool.child.kill('SIGKILL')
  const { stdout } = await tool.ended
  const codes = /Subscribed \(mid: \d+\): ([\d, ]+)/.exec(stdout)?.[1] ?? ''
  return codes.split(',').map(Number)
}
