/**
 * One open serial line and one request on it at a time. Unlike a TCP connection it outlives a time-out: to open a line
 * anew restarts many controllers. After one the line must be quiet before it is used again, so that a late answer is
 * not taken for the next one.
 * @module
 */
import { SECOND } from '../../shared/time.js'
import { DriverError } from './fault.js'
import { printable } from './hamlib-protocol.js'
import type { SerialLine } from './serial-line.js'
import type { ControllerReading, SerialProtocol } from './serial-protocol.js'

export const ANSWER_MS = SECOND
export const WRITE_MS = SECOND
/** This long without a byte is quiet: the longest gap inside an answer at 600 baud is a tenth of it. */
export const QUIET_MS = 150
/** A line that is never quiet is not waited for any longer. */
export const QUIET_MOST_MS = SECOND
/** The longest honest answer has 80 bytes, and a line or two of chatter may come before it. */
const MOST_BYTES = 512
/** How much of what came instead of an answer is shown. */
const SHOWN_BYTES = 40

interface Pending {
  readonly resolve: (reading: ControllerReading) => void
  readonly reject: (error: DriverError) => void
  /** Runs from when the question has left. */
  timer: NodeJS.Timeout | undefined
  bytes: number
  /** What came instead of an answer. */
  strange: string
}

export class SerialConnection {
  readonly #splitter
  #line: SerialLine | null = null
  #pending: Pending | null = null
  #fault: DriverError | null = null
  #mustBeQuiet = false
  /** What the controller said to a command that is not answered. */
  #complaint: DriverError | null = null
  /** A write hangs: bytes of it may still wait inside the machine. */
  #isStuck = false
  #heard: () => void = () => undefined
  #hurried: () => void = () => undefined

  constructor(
    private readonly protocol: SerialProtocol,
    /** For messages. */
    private readonly path: string,
  ) {
    this.#splitter = protocol.splitter()
  }

  get isOpen(): boolean {
    return this.#line !== null && this.#fault === null
  }

  /** The line on which this connection speaks. What came before belongs to nobody. */
  attach(line: SerialLine): void {
    this.#line = line
  }

  /** Bytes came. Of what nobody asked for only complaints are kept. */
  receive(bytes: string): void {
    this.#heard()
    const pending = this.#pending
    if (pending === null) {
      this.#overhear(bytes)
      return
    }
    pending.bytes += bytes.length
    pending.strange = (pending.strange + bytes).slice(0, SHOWN_BYTES)
    try {
      for (const frame of this.#splitter.push(bytes)) {
        const reading = this.#read(frame)
        if (reading === null) continue
        this.#settle()?.resolve(reading)
        return
      }
    } catch (cause) {
      this.#settle()?.reject(cause as DriverError)
      return
    }
    if (pending.bytes <= MOST_BYTES) return
    this.#mustBeQuiet = true
    this.#settle()?.reject(this.#unreadable(pending))
  }

  /** A command that is not answered is answered after all when the controller does not like it. */
  #overhear(bytes: string): void {
    try {
      for (const frame of this.#splitter.push(bytes)) this.protocol.readPosition(frame)
    } catch (cause) {
      this.#complaint = cause as DriverError
    }
  }

  /** The line is gone. Returns the fault that ended it, be it an earlier one. */
  gone(reason: string): DriverError {
    this.#fault ??= new DriverError('disconnected', -6, `${this.path} is gone: ${reason}`)
    this.#settle()?.reject(this.#fault)
    return this.#fault
  }

  /**
   * Says something that is not answered.
   * @throws DriverError `timeout` or `disconnected`, after which the line is closed and nothing of it is left to send
   */
  tell(bytes: string): Promise<void> {
    return this.#write(bytes)
  }

  /**
   * Says something and waits for a reading.
   * @throws DriverError also `unreadable`, `echoed` and what the protocol throws
   */
  async ask(bytes: string): Promise<ControllerReading> {
    this.#splitter.reset()
    const answer = new Promise<ControllerReading>((resolve, reject) => {
      this.#pending = { resolve, reject, timer: undefined, bytes: 0, strange: '' }
    })
    // Whichever fails first is told; the other one must not be unhandled.
    answer.catch(() => undefined)
    try {
      await this.#write(bytes)
    } catch (cause) {
      this.#settle()
      throw cause
    }
    if (this.#pending !== null) this.#pending.timer = setTimeout(() => this.#late(), ANSWER_MS)
    return answer
  }

  /** Ends the connection; whoever waits hears of it. Resolves with the fault that ended it. */
  async close(reason: string): Promise<DriverError> {
    const fault = this.gone(reason)
    const line = this.#line
    this.#line = null
    if (line === null) return fault
    // What still waits inside the machine would move the mount later.
    if (this.#isStuck) await this.#inTime(() => line.flush()).catch(() => undefined)
    await this.#inTime(() => line.close()).catch(() => undefined)
    return fault
  }

  /** @throws DriverError what the controller has said to the command before, which it should not have answered */
  complain(): void {
    const complaint = this.#complaint
    this.#complaint = null
    if (complaint !== null) throw complaint
  }

  #read(frame: string): ControllerReading | null {
    if (frame.trim() === this.protocol.askPosition.trim())
      throw new DriverError(
        'echoed',
        -8,
        `${this.path} sends back what it is sent: switch the echo of the controller off, or check the wiring`,
      )
    return this.protocol.readPosition(frame)
  }

  #settle(): Pending | null {
    const pending = this.#pending
    this.#pending = null
    clearTimeout(pending?.timer)
    return pending
  }

  #late(): void {
    this.#mustBeQuiet = true
    const pending = this.#settle()
    if (pending === null) return
    const late = new DriverError('timeout', -5, `the controller on ${this.path} did not answer in 1 s`)
    pending.reject(pending.bytes === 0 ? late : this.#unreadable(pending))
  }

  #unreadable({ strange }: Pending): DriverError {
    const text = JSON.stringify(printable(strange, SHOWN_BYTES))
    return new DriverError(
      'unreadable',
      -8,
      `what came on ${this.path} is no answer of a ${this.protocol.name}: ${text}. Check protocol and baud rate`,
    )
  }

  async #write(bytes: string): Promise<void> {
    const line = this.#line
    if (this.#fault !== null || line === null) throw this.#fault ?? this.#closed()
    try {
      await this.#inTime(() => line.write(bytes))
    } catch (cause) {
      const error =
        cause instanceof DriverError
          ? cause
          : new DriverError('disconnected', -6, `${this.path}: ${(cause as Error).message}`, cause)
      this.#fault ??= error
      this.#isStuck = true
      await this.close(error.detail)
      throw error
    }
  }

  #closed(): DriverError {
    return new DriverError('disconnected', -6, `${this.path} is closed`)
  }

  /** A write may hang for ever: a full buffer, an adapter that was pulled out. */
  #inTime(act: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = new DriverError('timeout', -5, `${this.path} took no bytes in 1 s`)
      const timer = setTimeout(() => reject(late), WRITE_MS)
      act()
        .then(resolve, reject)
        .finally(() => clearTimeout(timer))
    })
  }

  /** Waits until the line has been quiet for a moment, when it has to be, or until somebody is in a hurry. */
  quiet(): Promise<void> {
    if (!this.#mustBeQuiet) return Promise.resolve()
    return new Promise((resolve) => {
      const leave = () => {
        clearTimeout(gap)
        clearTimeout(most)
        this.#heard = () => undefined
        this.#hurried = () => undefined
        resolve()
      }
      const end = () => {
        this.#mustBeQuiet = false
        leave()
      }
      const most = setTimeout(end, QUIET_MOST_MS)
      let gap = setTimeout(end, QUIET_MS)
      this.#hurried = leave
      this.#heard = () => {
        clearTimeout(gap)
        gap = setTimeout(end, QUIET_MS)
      }
    })
  }

  /** Whoever waits for quiet waits no more; the line must be quiet still. */
  hurry(): void {
    this.#hurried()
  }
}
