/**
 * A rotator on a serial line. One request at a time; a line that is gone is opened again by the next request, not more
 * often than makes sense, and what is behind it must answer before anything is moved.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { AzEl } from '../../shared/angles.js'
import type { Limits } from '../../shared/mount/limits.js'
import { type Clock, SECOND } from '../../shared/time.js'
import { DriverError } from './fault.js'
import { Reopening } from './reopening.js'
import type { MayLeave, Rotator, RotatorCapabilities } from './rotator.js'
import { SerialConnection } from './serial-connection.js'
import type { OpenLine, SerialLine, SerialSettings } from './serial-line.js'
import type { ControllerReading, SerialProtocol } from './serial-protocol.js'
import { Stops } from './stops.js'
import { sendable, unread } from './target.js'
import { Turns } from './turns.js'

export interface SerialOptions extends SerialSettings {
  readonly protocol: SerialProtocol
  /** Where this controller turns; within the reach of the protocol. */
  readonly travel: Limits
  /** Boards that restart when their line is opened hear nothing for so long. */
  readonly settleMs: number
}

interface Open {
  readonly connection: SerialConnection
  /** The last reading on this connection: what answers is a controller, and these are its steps. */
  reading: ControllerReading | null
}

/** Adapters over radio take seconds to open; one that takes longer is not there. */
const OPEN_MS = 5 * SECOND

/** The line, unless it takes too long; then it is closed as soon as it is open. */
function inTime(opening: Promise<SerialLine>, path: string): Promise<SerialLine> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new DriverError('timeout', -5, `${path} did not open in ${OPEN_MS / SECOND} s`))
      opening.then((line) => line.close()).catch(() => undefined)
    }, OPEN_MS)
    opening.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

export class SerialDriver implements Rotator {
  readonly kind = 'serial'
  readonly #turns = new Turns()
  readonly #stops = new Stops()
  readonly #reopening: Reopening
  #open: Open | null = null
  #capabilities: RotatorCapabilities | null = null
  readonly #closing = new AbortController()

  constructor(
    private readonly options: SerialOptions,
    private readonly openLine: OpenLine,
    clock: Clock,
  ) {
    this.#reopening = new Reopening(clock)
  }

  get capabilities(): RotatorCapabilities | null {
    return this.#capabilities
  }

  start(): Promise<RotatorCapabilities> {
    return this.#turns.take(async () => this.#describe(await this.#read(await this.#opened())))
  }

  position(): Promise<AzEl> {
    return this.#turns.take(async () => {
      const { az, el } = await this.#read(await this.#opened())
      return { az, el }
    })
  }

  moveTo(az: number, el: number, mayLeave: MayLeave): Promise<boolean> {
    const stops = this.#stops.wanted
    return this.#turns.take(() => {
      const { protocol, travel } = this.options
      return this.#send(
        ({ steps }) => protocol.move(sendable(travel, steps, { az, el }), steps),
        mayLeave,
        stops,
      )
    })
  }

  async stop(): Promise<void> {
    const taken = this.#stops.want()
    this.#open?.connection.hurry()
    void this.#turns.take(async () => {
      if (!this.#stops.isWanted) return
      try {
        // Does not ask first who is there: a stop harms nobody.
        await this.#sayStop((await this.#opened()).connection)
      } catch (cause) {
        await this.#stops.say(() => Promise.reject(cause))
      }
    })
    await taken
  }

  park(mayLeave: MayLeave): Promise<boolean> {
    const stops = this.#stops.wanted
    return this.#turns.take(() => {
      const { park, name } = this.options.protocol
      if (park === null) throw new DriverError('not_available', -11, `a ${name} has no park of its own`)
      return this.#send(() => park, mayLeave, stops)
    })
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#open?.connection.close('the driver was closed')
    await this.#turns.over()
  }

  /** Motion leaves only on a line on which the mount has been seen, and only while it may. */
  async #send(
    words: (reading: ControllerReading) => string,
    mayLeave: MayLeave,
    stops: number,
  ): Promise<boolean> {
    const open = this.#open
    if (open?.connection.isOpen !== true || open.reading === null) throw unread(this.options.path)
    await this.#sayStop(open.connection)
    const bytes = words(open.reading)
    // A stop that was asked for after this motion goes before it: then there is no motion.
    if (stops !== this.#stops.wanted || !mayLeave()) return false
    await open.connection.tell(bytes)
    return true
  }

  #sayStop(connection: SerialConnection): Promise<void> {
    const { stop, answersStop } = this.options.protocol
    return this.#stops.say(() => (answersStop ? connection.ask(stop) : connection.tell(stop)))
  }

  async #read(open: Open): Promise<ControllerReading> {
    const { connection } = open
    do {
      await this.#sayStop(connection)
      await connection.quiet()
    } while (this.#stops.isWanted)
    connection.complain()
    const reading = await connection.ask(this.options.protocol.askPosition)
    this.#reopening.worked()
    open.reading = reading
    this.#describe(reading)
    return reading
  }

  /** The same object as long as nothing has changed: who compares sees a change at once. */
  #describe({ steps }: ControllerReading): RotatorCapabilities {
    const { protocol, travel } = this.options
    const known = this.#capabilities
    if (known !== null && known.steps.az === steps.az && known.steps.el === steps.el) return known
    this.#capabilities = { model: protocol.name, limits: travel, steps }
    return this.#capabilities
  }

  /** A line that was lost is closed before it is opened again: it is locked. One that never worked counts as a failure. */
  async #drop(): Promise<void> {
    const open = this.#open
    this.#open = null
    if (open === null) return
    const fault = await open.connection.close('it is opened anew')
    if (open.reading === null) this.#reopening.failed(fault)
  }

  async #opened(): Promise<Open> {
    if (this.#closing.signal.aborted) throw new DriverError('disconnected', -6, 'the driver is closed')
    if (this.#open?.connection.isOpen === true) return this.#open
    await this.#drop()
    const refusal = this.#reopening.refusal
    if (refusal !== null) throw refusal
    const { protocol, path, baudRate, settleMs } = this.options
    const connection = new SerialConnection(protocol, path)
    try {
      const opening = this.openLine(
        { path, baudRate },
        { onBytes: (bytes) => connection.receive(bytes), onGone: (reason) => connection.gone(reason) },
      )
      connection.attach(await inTime(opening, path))
    } catch (cause) {
      const error = cause as DriverError
      this.#reopening.failed(error)
      throw error
    }
    const open = { connection, reading: null }
    this.#open = open
    await sleep(settleMs, undefined, { signal: this.#closing.signal }).catch(() => undefined)
    if (this.#closing.signal.aborted) await connection.close('the driver was closed')
    return open
  }
}
