/**
 * A rotator behind Hamlib's rotctld. One request at a time; after any fault the next request connects anew and reads
 * the daemon's limits again, for it may be another daemon by then.
 * @module
 */
import type { AzEl } from '../../shared/angles.js'
import { DriverError } from './fault.js'
import { type HamlibAddress, HamlibConnection } from './hamlib-connection.js'
import { type HamlibRequest, readInfo } from './hamlib-protocol.js'
import type { Rotator, RotatorCapabilities } from './rotator.js'
import {
  DUMP_STATE,
  GET_INFO,
  GET_POS,
  PARK,
  type RotctldState,
  readPosition,
  readState,
  STOP,
  setPos,
} from './rotctld-protocol.js'
import { sendable } from './target.js'
import { Turns } from './turns.js'

export interface RotctldOptions extends Omit<HamlibAddress, 'daemon'> {
  /** Hamlib's number of the model that must be behind the daemon, or null when any will do. */
  readonly model: number | null
}

interface Connected {
  readonly connection: HamlibConnection
  readonly capabilities: RotatorCapabilities
  readonly state: RotctldState
}

export class RotctldDriver implements Rotator {
  readonly kind = 'rotctld'
  readonly #turns = new Turns()
  #connected: Connected | null = null
  #isClosed = false

  constructor(private readonly options: RotctldOptions) {}

  get capabilities(): RotatorCapabilities | null {
    return this.#connected?.capabilities ?? null
  }

  /** @throws DriverError also `wrong_version` and `wrong_model` */
  start(): Promise<RotatorCapabilities> {
    return this.#turns.take(async () => (await this.#connect()).capabilities)
  }

  position(): Promise<AzEl> {
    return this.#turns.take(async () => readPosition(await this.#ask(GET_POS)))
  }

  moveTo(az: number, el: number): Promise<void> {
    return this.#turns.take(async () => {
      const { connection, state } = await this.#connect()
      const target = sendable(state.limits, state.steps, { az, el })
      await connection.exchange(setPos(target.az, target.el))
    })
  }

  async stop(): Promise<void> {
    await this.#turns.take(() => this.#ask(STOP))
  }

  async park(): Promise<void> {
    await this.#turns.take(() => this.#ask(PARK))
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#connected?.connection.end(new DriverError('disconnected', -6, 'the driver was closed'))
    await this.#turns.over()
  }

  async #ask(request: HamlibRequest): Promise<string[]> {
    const { connection } = await this.#connect()
    return connection.exchange(request)
  }

  async #connect(): Promise<Connected> {
    if (this.#connected?.connection.isOpen === true) return this.#connected
    if (this.#isClosed) throw new DriverError('disconnected', -6, 'the driver is closed')
    const connection = await HamlibConnection.open({ ...this.options, daemon: 'rotctld' })
    try {
      if (this.#isClosed) throw new DriverError('disconnected', -6, 'the driver is closed')
      const state = readState(await connection.exchange(DUMP_STATE))
      this.#checkModel(state.model)
      const model = (await this.#name(connection)) ?? `Hamlib model ${state.model}`
      this.#connected = {
        connection,
        state,
        capabilities: { model, limits: state.limits, steps: state.steps },
      }
      return this.#connected
    } catch (cause) {
      connection.end(new DriverError('protocol_error', -8, 'rotctld did not describe itself', cause))
      throw cause
    }
  }

  #checkModel(found: number): void {
    const { model } = this.options
    if (model !== null && model !== found)
      throw new DriverError(
        'wrong_model',
        -2,
        `rotctld drives Hamlib model ${found}, and agent.json expects ${model}. Start rotctld with -m ${model}, or correct "driver"`,
      )
  }

  /** Many backends have no get_info. */
  async #name(connection: HamlibConnection): Promise<string | null> {
    try {
      return readInfo(await connection.exchange(GET_INFO))
    } catch (cause) {
      if (connection.isOpen) return null
      throw cause
    }
  }
}
