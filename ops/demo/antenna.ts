/**
 * One antenna of the demo: an agent with its own rotator, Hamlib's dummy behind rotctld where it is installed,
 * otherwise the built-in simulator.
 * @module
 */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Mount } from '../../shared/messages.js'
import { Child, TALOS_BIN } from '../child.js'
import type { Place } from './places.js'

/** As Hamlib's dummy rotator has it: 6 degrees a second on both axes (rotators/dummy). */
const MOUNT: Mount = {
  azMin: -180,
  azMax: 450,
  elMin: 0,
  elMax: 90,
  azRate: 6,
  elRate: 6,
  beamwidth: 10,
  parkAz: 0,
  parkEl: 0,
  keepOut: [],
}
const LISTEN_TRIES = 50
const LISTEN_PAUSE_MS = 100

export const hasRotctld = (): boolean =>
  spawnSync('rotctld', ['--version'], { timeout: 5000 }).error === undefined

/** A TCP port of 127.0.0.1 that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

export class DemoAntenna {
  private rotctld: ChildProcess | undefined
  private agent: Child | undefined
  private isStopped = false

  constructor(
    readonly place: Place,
    private readonly dir: string,
    private readonly useRotctld: boolean,
  ) {}

  /** Starts the rotator, redeems the link, starts the agent; resolves when it runs. */
  async start(enrollUrl: string): Promise<void> {
    await mkdir(this.dir, { recursive: true })
    const driver = this.useRotctld
      ? { kind: 'rotctld', host: '127.0.0.1', port: await this.startRotctld() }
      : { kind: 'simulated', azRate: MOUNT.azRate, elRate: MOUNT.elRate }
    const config = join(this.dir, 'agent.json')
    const body = { name: this.place.name, site: this.place.site, dataDir: '.', driver, mount: MOUNT }
    await writeFile(config, `${JSON.stringify(body, null, 2)}\n`)
    await promisify(execFile)(process.execPath, [TALOS_BIN, 'agent', 'enroll', enrollUrl, '--config', config])
    if (this.isStopped) return
    this.agent = new Child({
      name: `agent ${this.place.name}`,
      args: ['agent', 'run', '--config', config],
      env: { TALOS_LOG_LEVEL: 'error' },
    })
    await this.agent.start()
  }

  /** Stops the agent, which stops the rotator; then rotctld. */
  async stop(): Promise<void> {
    this.isStopped = true
    await this.agent?.stop()
    const daemon = this.rotctld
    if (daemon === undefined || daemon.exitCode !== null || daemon.signalCode !== null) return
    const gone = once(daemon, 'exit')
    daemon.kill('SIGTERM')
    await gone
  }

  private async startRotctld(): Promise<number> {
    const port = await freePort()
    if (this.isStopped) throw new Error('stopped')
    this.rotctld = spawn('rotctld', ['-m', '1', '-T', '127.0.0.1', '-t', String(port)], {
      stdio: 'ignore',
      detached: true,
    })
    for (let i = 0; i < LISTEN_TRIES; i++) {
      if (await answers(port)) return port
      await sleep(LISTEN_PAUSE_MS)
    }
    throw new Error(`rotctld does not listen on 127.0.0.1:${port}`)
  }
}
