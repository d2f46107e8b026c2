/**
 * A radio behind Hamlib's rigctld. One request at a time; after any fault the next request connects anew.
 * @module
 */
import { DriverError } from '../drivers/fault.js'
import { type HamlibAddress, HamlibConnection } from '../drivers/hamlib-connection.js'
import { type HamlibRequest, readInfo } from '../drivers/hamlib-protocol.js'
import { Turns } from '../drivers/turns.js'
import {
  GET_FREQ,
  GET_INFO,
  GET_MODE,
  type Mode,
  readFreq,
  readMode,
  SATELLITE_MODE,
  setFreq,
  setMode,
  setSplit,
  setSplitFreq,
  setSplitMode,
  type Vfo,
} from './rigctld-protocol.js'

/** What the agent asks of a radio. Frequencies are those on the radio's own dial, integer Hz. */
export interface Rig {
  /** For people; null before it has answered, or when it has no name. */
  readonly model: string | null
  frequency(): Promise<number>
  setFrequency(hz: number): Promise<void>
  mode(): Promise<string>
  setMode(mode: Mode): Promise<void>
  /** From now on it sends on `txVfo`. */
  split(txVfo: Vfo): Promise<void>
  /** From now on it is in its satellite mode; `not_available` where it has none. */
  satelliteMode(): Promise<void>
  setUplink(hz: number): Promise<void>
  setUplinkMode(mode: Mode): Promise<void>
  close(): Promise<void>
}

export class RigctldRig implements Rig {
  readonly #turns = new Turns()
  #connection: HamlibConnection | null = null
  #model: string | null = null
  #isClosed = false

  constructor(private readonly address: Omit<HamlibAddress, 'daemon'>) {}

  get model(): string | null {
    return this.#model
  }

  async frequency(): Promise<number> {
    return readFreq(await this.#ask(GET_FREQ))
  }
  async mode(): Promise<string> {
    return readMode(await this.#ask(GET_MODE))
  }
  async setFrequency(hz: number): Promise<void> {
    await this.#ask(setFreq(hz))
  }
  async setMode(mode: Mode): Promise<void> {
    await this.#ask(setMode(mode))
  }
  async split(txVfo: Vfo): Promise<void> {
    await this.#ask(setSplit(txVfo))
  }
  async satelliteMode(): Promise<void> {
    await this.#ask(SATELLITE_MODE)
  }
  async setUplink(hz: number): Promise<void> {
    await this.#ask(setSplitFreq(hz))
  }
  async setUplinkMode(mode: Mode): Promise<void> {
    await this.#ask(setSplitMode(mode))
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#connection?.end(new DriverError('disconnected', -6, 'the radio was closed'))
    await this.#turns.over()
  }

  #ask(request: HamlibRequest): Promise<string[]> {
    return this.#turns.take(async () => (await this.#connected()).exchange(request))
  }

  async #connected(): Promise<HamlibConnection> {
    if (this.#connection?.isOpen === true) return this.#connection
    if (this.#isClosed) throw new DriverError('disconnected', -6, 'the radio is closed')
    const connection = await HamlibConnection.open({ ...this.address, daemon: 'rigctld' })
    if (this.#isClosed) connection.end(new DriverError('disconnected', -6, 'the radio is closed'))
    this.#model = await this.#name(connection)
    this.#connection = connection
    return connection
  }

  /**
   * Also the proof that this rigctld speaks as we expect: one that was started with --vfo waits for the name of a VFO
   * after each command, and answers nothing.
   */
  async #name(connection: HamlibConnection): Promise<string | null> {
    try {
      return readInfo(await connection.exchange(GET_INFO))
    } catch (cause) {
      if (connection.isOpen) return null
      const { fault, rprt, detail } = cause as DriverError
      throw new DriverError(fault, rprt, `${detail}. rigctld must run without --vfo`, cause)
    }
  }
}
