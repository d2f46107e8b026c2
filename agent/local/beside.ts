/**
 * What this machine may ask of the agent without a network: people through the socket, programs through the door.
 * @module
 */
import type { AgentConfig } from '../config.js'
import { Door } from '../door/door.js'
import { type FaceDeps, LocalFace } from './face.js'
import { LocalSocket } from './local-socket.js'

export class Beside {
  readonly #door: Door | null
  readonly #socket: LocalSocket

  constructor(config: AgentConfig, deps: Omit<FaceDeps, 'door' | 'manualMaxMs'>) {
    const { antenna, clock, log } = deps
    const door = config.door === undefined ? null : new Door(config.door, antenna, clock, log)
    const face = new LocalFace({ ...deps, door, manualMaxMs: config.manualMaxMs })
    this.#door = door
    this.#socket = new LocalSocket(config.dataDir, (request) => face.handle(request), log)
  }

  async start(): Promise<void> {
    await this.#socket.start()
    await this.#door?.start()
  }

  /** Nobody is heard any more; what a program at the door moved stops. */
  async stop(): Promise<void> {
    await Promise.all([this.#door?.stop(), this.#socket.stop()])
  }
}
