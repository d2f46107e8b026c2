/**
 * A rotator behind Hamlib's rotctld. One request at a time; after any fault the next request connects anew and reads
 * the daemon's limits again, for it may be another daemon by then.
 * @module
 */
import type { AzEl } from '../../shared/angles.js'
import { type RotatorCapabilities, type RotatorDriver, RotatorError } from './rotator.js'
import { type RotctldAddress, RotctldConnection } from './rotctld-connection.js'
import {
  DUMP_STATE,
  GET_INFO,
  GET_POS,
  type RotctldRequest,
  readInfo,
  readLimits,
  readModelNumber,
  readPosition,
  STOP,
  setPos,
} from './rotctld-protocol.js'

export class RotctldDriver implements RotatorDriver {
  readonly kind = 'rotctld'
  #connection: RotctldConnection | null = null
  #capabilities: RotatorCapabilities | null = null
  /** Each request waits for the one before, whatever became of it. */
  #queue: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(private readonly address: RotctldAddress) {}

  get capabilities(): RotatorCapabilities | null {
    return this.#capabilities
  }

  start(): Promise<RotatorCapabilities> {
    return this.#inTurn(async () => {
      await this.#connected()
      return this.#capabilities ?? { model: 'unknown', limits: null }
    })
  }

  position(): Promise<AzEl> {
    return this.#inTurn(async () => readPosition(await this.#ask(GET_POS)))
  }

  async moveTo(az: number, el: number): Promise<void> {
    const request = setPos(az, el)
    await this.#inTurn(() => this.#ask(request))
  }

  async stop(): Promise<void> {
    await this.#inTurn(() => this.#ask(STOP))
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#connection?.end(new RotatorError('disconnected', -6, 'the driver was closed'))
    await this.#queue
  }

  #inTurn<T>(job: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(job)
    this.#queue = turn.catch(() => undefined)
    return turn
  }

  async #ask(request: RotctldRequest): Promise<string[]> {
    const connection = await this.#connected()
    return connection.exchange(request)
  }

  async #connected(): Promise<RotctldConnection> {
    if (this.#connection?.isOpen === true) return this.#connection
    if (this.#isClosed) throw new RotatorError('disconnected', -6, 'the driver is closed')
    const connection = await RotctldConnection.open(this.address)
    this.#connection = connection
    try {
      const state = await connection.exchange(DUMP_STATE)
      this.#capabilities = { model: await this.#model(connection, state), limits: readLimits(state) }
    } catch (cause) {
      connection.end(new RotatorError('protocol_error', -8, 'rotctld did not describe itself', cause))
      throw cause
    }
    return connection
  }

  /** Many backends have no get_info; then the number of the model in Hamlib must do. */
  async #model(connection: RotctldConnection, state: readonly string[]): Promise<string> {
    try {
      return readInfo(await connection.exchange(GET_INFO)) ?? readModelNumber(state)
    } catch (cause) {
      if (connection.isOpen) return readModelNumber(state)
      throw cause
    }
  }
}
