/**
 * One TCP connection to a daemon of Hamlib and one question on it at a time. Any fault ends the connection: half a
 * command left in the daemon swallows the next line, and a late answer would be taken for the next one.
 * @module
 */
import { connect, type Socket } from 'node:net'
import { isLoopback } from '../../shared/loopback.js'
import { SECOND } from '../../shared/time.js'
import { DriverError } from './fault.js'
import { type HamlibRequest, isEnd, nameOf, readAnswer } from './hamlib-protocol.js'

export interface HamlibAddress {
  /** For messages: rotctld or rigctld. */
  readonly daemon: string
  readonly host: string
  readonly port: number
  readonly allowRemote: boolean
}

/** Design section 8. The slowest backend seen reports a dead serial line after 2.8 s: that is a miss, and rightly. */
const TIMEOUT_MS = SECOND
/** The longest honest answer, dump_state, has a dozen lines of at most 40 characters. */
const MOST_BYTES = 4096

interface Pending {
  readonly request: HamlibRequest
  readonly resolve: (lines: string[]) => void
  readonly reject: (error: DriverError) => void
  readonly timer: NodeJS.Timeout
}

export class HamlibConnection {
  #buffer = ''
  #pending: Pending | null = null
  #fault: DriverError | null = null

  private constructor(
    private readonly socket: Socket,
    private readonly daemon: string,
  ) {
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => this.#receive(text))
    socket.on('error', (cause) => this.end(new DriverError('disconnected', -6, cause.message, cause)))
    socket.on('close', () => this.end(new DriverError('disconnected', -6, `${daemon} hung up`)))
  }

  get isOpen(): boolean {
    return this.#fault === null
  }

  /** @throws DriverError `timeout` or `disconnected` */
  static open({ daemon, host, port, allowRemote }: HamlibAddress): Promise<HamlibConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port, noDelay: true })
      const fail = (fault: 'timeout' | 'disconnected', text: string) => {
        socket.destroy()
        reject(new DriverError(fault, fault === 'timeout' ? -5 : -6, `${daemon} at ${host}:${port}: ${text}`))
      }
      const timer = setTimeout(() => fail('timeout', 'no connection in 1 s'), TIMEOUT_MS)
      const onError = (cause: Error) => {
        clearTimeout(timer)
        fail('disconnected', cause.message)
      }
      socket.once('error', onError)
      socket.once('connect', () => {
        clearTimeout(timer)
        socket.off('error', onError)
        // G7: a name may resolve to anything; what counts is who is at the other end.
        const peer = (socket.remoteAddress ?? '').replace(/^::ffff:/, '')
        if (allowRemote || isLoopback(peer)) resolve(new HamlibConnection(socket, daemon))
        else fail('disconnected', `${peer} is not this machine`)
      })
    })
  }

  /**
   * Asks, and resolves with the lines between echo and `RPRT 0`. Not to be called before the last answer.
   * @throws DriverError
   */
  exchange(request: HamlibRequest): Promise<string[]> {
    return new Promise((resolve, reject) => {
      if (this.#fault !== null) return reject(this.#fault)
      const late = new DriverError('timeout', -5, `${this.daemon} did not answer ${nameOf(request)} in 1 s`)
      const timer = setTimeout(() => this.end(late), TIMEOUT_MS)
      this.#pending = { request, resolve, reject, timer }
      this.#buffer = ''
      this.socket.write(request.line, 'latin1')
    })
  }

  /** Ends the connection; whoever waits for an answer hears `error`. */
  end(error: DriverError): void {
    this.#fault ??= error
    this.socket.destroy()
    const pending = this.#pending
    this.#pending = null
    if (pending === null) return
    clearTimeout(pending.timer)
    pending.reject(error)
  }

  #confused(detail: string): void {
    this.end(new DriverError('desynchronised', -8, `${this.daemon} ${detail}`))
  }

  #receive(text: string): void {
    const pending = this.#pending
    if (pending === null) {
      this.#confused('spoke without being asked')
      return
    }
    this.#buffer += text
    if (this.#buffer.length > MOST_BYTES) {
      this.#confused(`answered with more than ${MOST_BYTES} bytes`)
      return
    }
    const lines = this.#buffer.split('\n')
    const complete = lines.slice(0, -1)
    const end = complete.findIndex(isEnd)
    if (end < 0) return
    if (end < complete.length - 1 || lines.at(-1) !== '') {
      this.#confused('answered more than was asked')
      return
    }
    this.#pending = null
    clearTimeout(pending.timer)
    try {
      pending.resolve(readAnswer(pending.request, complete))
    } catch (cause) {
      const error = cause as DriverError
      pending.reject(error)
      if (error.fault === 'desynchronised') this.end(error)
    }
  }
}
