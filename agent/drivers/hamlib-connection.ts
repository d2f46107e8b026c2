/**
 * One TCP connection to a daemon of Hamlib and one question on it at a time. Any fault ends the connection: half a
 * command left in the daemon swallows the next line, and a late answer would be taken for the next one.
 * @module
 */
import { connect, type Socket } from 'node:net'
import { isLoopback } from '../../shared/loopback.js'
import { SECOND } from '../../shared/time.js'
import { DriverError } from './fault.js'
import { AnswerReader } from './hamlib-answer.js'
import { type HamlibRequest, nameOf } from './hamlib-protocol.js'

export interface HamlibAddress {
  /** For messages: rotctld or rigctld. */
  readonly daemon: string
  readonly host: string
  readonly port: number
  readonly allowRemote: boolean
}

/** Design section 8. The slowest backend seen reports a dead serial line after 2.8 s: that is a miss, and rightly. */
const TIMEOUT_MS = SECOND

interface Pending {
  readonly reader: AnswerReader
  readonly resolve: (lines: string[]) => void
  readonly reject: (error: DriverError) => void
  readonly timer: NodeJS.Timeout
}

export class HamlibConnection {
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
      this.#pending = { reader: new AnswerReader(request, this.daemon), resolve, reject, timer }
      this.socket.write(request.line, 'latin1')
    })
  }

  /** Ends the connection; whoever waits for an answer hears `error`. */
  end(error: DriverError): void {
    this.#fault ??= error
    this.socket.destroy()
    this.#settle()?.reject(error)
  }

  #receive(text: string): void {
    const pending = this.#pending
    if (pending === null) {
      this.end(new DriverError('desynchronised', -8, `${this.daemon} spoke without being asked`))
      return
    }
    try {
      const lines = pending.reader.push(text)
      if (lines !== null) this.#settle()?.resolve(lines)
    } catch (cause) {
      const error = cause as DriverError
      this.#settle()?.reject(error)
      if (error.fault === 'desynchronised') this.end(error)
    }
  }

  #settle(): Pending | null {
    const pending = this.#pending
    this.#pending = null
    clearTimeout(pending?.timer)
    return pending
  }
}
