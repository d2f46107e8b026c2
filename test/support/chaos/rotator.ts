/**
 * The rotator of one station of the chaos run: a mount with our own face of rotctld, or with Hamlib's rotctld before it
 * (`-m 2`, which drives another rotctld: our face, honest then).
 * @module
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import type { AzEl } from '../../../shared/angles.js'
import type { Mount } from '../../../shared/messages.js'
import { answers, freePort } from '../ports.js'
import { Mechanics } from '../simulators/mechanics.js'
import { Face, type Mood } from './face.js'

export interface Rotator {
  readonly kind: 'hamlib' | 'simulated'
  /** Where the agent would find it, were there no witness in between. */
  readonly port: number
  /** Where the mount truly is. */
  readonly position: AzEl
  start(): Promise<void>
  crash(): Promise<void>
  revive(): Promise<void>
  stall(): void
  resume(): void
  /** How it answers; Hamlib's own always does as it does. */
  talk(mood: Mood): void
  stop(): Promise<void>
}

/** The daemon has more travel than the station: the agent's own limits are what holds. */
const TRAVEL = { azMin: -180, azMax: 450, elMin: 0, elMax: 90 }

const metalOf = ({ parkAz, parkEl, azRate }: Mount) => new Mechanics({ az: parkAz, el: parkEl }, azRate)

export class SimulatedRotator implements Rotator {
  readonly kind = 'simulated'
  readonly #metal: Mechanics
  readonly #face: Face

  constructor(mount: Mount) {
    this.#metal = metalOf(mount)
    this.#face = new Face(this.#metal, TRAVEL)
  }

  get port(): number {
    return this.#face.port
  }
  get position(): AzEl {
    return this.#metal.position
  }
  start = () => this.#face.open()
  crash = () => this.#face.crash()
  revive = () => this.#face.open()
  stall = () => this.#face.stall()
  resume = () => this.#face.resume()
  talk(mood: Mood): void {
    this.#face.mood = mood
  }
  stop = () => this.#face.crash()
}

const LOOK_MS = 20

export class HamlibRotator implements Rotator {
  readonly kind = 'hamlib'
  readonly #metal: Mechanics
  readonly #face: Face
  #daemon: ChildProcess | null = null
  port = 0

  constructor(mount: Mount) {
    this.#metal = metalOf(mount)
    this.#face = new Face(this.#metal, TRAVEL)
  }

  get position(): AzEl {
    return this.#metal.position
  }

  async start(): Promise<void> {
    await this.#face.open()
    this.port = await freePort()
    await this.revive()
  }

  async crash(): Promise<void> {
    const daemon = this.#daemon
    this.#daemon = null
    if (daemon === null || daemon.exitCode !== null || daemon.signalCode !== null) return
    daemon.kill('SIGKILL')
    await once(daemon, 'exit')
  }

  async revive(): Promise<void> {
    if (this.#daemon !== null) return
    const args = ['-m', '2', '-r', `127.0.0.1:${this.#face.port}`, '-T', '127.0.0.1', '-t', String(this.port)]
    const child = spawn('rotctld', args, { stdio: 'ignore' })
    this.#daemon = child
    while (!(await answers(this.port))) {
      if (child.exitCode !== null) throw new Error('rotctld did not start')
      await pause(LOOK_MS)
    }
  }

  stall(): void {
    this.#daemon?.kill('SIGSTOP')
  }
  resume(): void {
    this.#daemon?.kill('SIGCONT')
  }
  talk(): void {}

  async stop(): Promise<void> {
    await this.crash()
    await this.#face.crash()
  }
}
