/**
 * A rotator behind Hamlib's rotctld. One request at a time; after any fault the next request connects anew and reads
 * the daemon's limits again, for it may be another daemon by then.
 * @module
 */
import type { AzEl } from '../../shared/angles.js'
import { DriverError } from './fault.js'
import { type HamlibAddress, HamlibConnection } from './hamlib-connection.js'
import { type HamlibRequest, readInfo } from './hamlib-protocol.js'
import type { MayLeave, Rotator, RotatorCapabilities } from './rotator.js'
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
import { Stops } from './stops.js'
import { sendable, unread } from './target.js'
import { Turns } from './turns.js'

export interface RotctldOptions extends Omit<HamlibAddress, 'daemon'> {
  /** Hamlib's number of the model that must be behind the daemon, or null when any will do. */
  readonly model: number | null
}

interface Connected {
  readonly connection: HamlibConnection
  readonly capabilities: RotatorCapabilities
  readonly state: RotctldState
  /** A position has been read on it. */
  isRead: boolean
}

export class RotctldDriver implements Rotator {
  readonly kind = 'rotctld'
  readonly #turns = new Turns()
  readonly #stops = new Stops()
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
    return this.#turns.take(async () => {
      const connected = await this.#connect()
      const position = readPosition(await this.#exchange(connected.connection, GET_POS))
      connected.isRead = true
      return position
    })
  }

  moveTo(az: number, el: number, mayLeave: MayLeave): Promise<boolean> {
    const stops = this.#stops.wanted
    return this.#turns.take(() =>
      this.#send(
        ({ limits, steps }) => {
          const target = sendable(limits, steps, { az, el })
          return setPos(target.az, target.el)
        },
        mayLeave,
        stops,
      ),
    )
  }

  async stop(): Promise<void> {
    const taken = this.#stops.want()
    void this.#turns.take(async () => {
      if (!this.#stops.isWanted) return
      try {
        // A new connection says it before it asks who is there: a stop harms nobody.
        await this.#sayStop((await this.#connect()).connection)
      } catch (cause) {
        await this.#stops.say(() => Promise.reject(cause))
      }
    })
    await taken
  }

  park(mayLeave: MayLeave): Promise<boolean> {
    const stops = this.#stops.wanted
    return this.#turns.take(() => this.#send(() => PARK, mayLeave, stops))
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#connected?.connection.end(new DriverError('disconnected', -6, 'the driver was closed'))
    await this.#turns.over()
  }

  /** Motion leaves only on a connection on which the mount has been seen, and only while it may. */
  async #send(
    request: (state: RotctldState) => HamlibRequest,
    mayLeave: MayLeave,
    stops: number,
  ): Promise<boolean> {
    const connected = this.#connected
    if (connected?.connection.isOpen !== true || !connected.isRead) throw unread('rotctld')
    const { connection, state } = connected
    await this.#sayStop(connection)
    const words = request(state)
    // A stop that was asked for after this motion goes before it: then there is no motion.
    if (stops !== this.#stops.wanted || !mayLeave()) return false
    await connection.exchange(words)
    return true
  }

  #sayStop(connection: HamlibConnection): Promise<void> {
    return this.#stops.say(() => connection.exchange(STOP))
  }

  async #exchange(connection: HamlibConnection, request: HamlibRequest): Promise<string[]> {
    await this.#sayStop(connection)
    return connection.exchange(request)
  }

  async #connect(): Promise<Connected> {
    if (this.#connected?.connection.isOpen === true) return this.#connected
    if (this.#isClosed) throw new DriverError('disconnected', -6, 'the driver is closed')
    const connection = await HamlibConnection.open({ ...this.options, daemon: 'rotctld' })
    try {
      if (this.#isClosed) throw new DriverError('disconnected', -6, 'the driver is closed')
      const state = readState(await this.#exchange(connection, DUMP_STATE))
      this.#checkModel(state.model)
      const model = (await this.#name(connection)) ?? `Hamlib model ${state.model}`
      this.#connected = {
        connection,
        state,
        isRead: false,
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
      return readInfo(await this.#exchange(connection, GET_INFO))
    } catch (cause) {
      if (connection.isOpen) return null
      throw cause
    }
  }
}
