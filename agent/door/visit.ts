/**
 * One program at the door: bytes to lines, one line answered after the other. What comes is hostile until proved
 * otherwise: lines, idleness and unread answers are bounded.
 * @module
 */
import type { Socket } from 'node:net'
import { MINUTE } from '../../shared/time.js'
import type { DoorDesk } from './desk.js'
import {
  infoAnswer,
  numberAnswer,
  positionAnswer,
  type Request,
  RPRT,
  readLine,
  type Shown,
  stateAnswer,
} from './protocol.js'

/** The longest that a client of Hamlib sends is under 60 bytes; rotctld itself breaks at some 2000. */
const LINE_BYTES = 256
/** Answers that nobody reads. */
const UNREAD_BYTES = 64 * 1024
const IDLE_MS = 10 * MINUTE

export class Visit {
  #rest = ''
  readonly #waiting: string[] = []
  #isBusy = false

  constructor(
    readonly id: string,
    private readonly socket: Socket,
    private readonly desk: DoorDesk,
    private readonly shown: () => Shown,
    idleMs = IDLE_MS,
  ) {
    socket.setEncoding('latin1')
    socket.setNoDelay(true)
    socket.setTimeout(idleMs, () => socket.destroy())
    // What is wrong with a connection ends it, and `close` follows.
    socket.on('error', () => undefined)
    socket.on('data', (text: string) => this.#receive(text))
    desk.came(this)
    socket.once('close', () => desk.left(this))
  }

  end(): void {
    this.socket.destroy()
  }

  #receive(text: string): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    if (this.#rest.length > LINE_BYTES || lines.some((line) => line.length > LINE_BYTES)) {
      this.end()
      return
    }
    this.#waiting.push(...lines)
    void this.#work()
  }

  /** One line at a time, in their order; while one takes its time nothing more is read. */
  async #work(): Promise<void> {
    if (this.#isBusy) return
    this.#isBusy = true
    this.socket.pause()
    for (let line = this.#waiting.shift(); line !== undefined; line = this.#waiting.shift()) {
      if (this.socket.destroyed) break
      const request = readLine(line)
      if (request === null) continue
      this.desk.heard(this)
      if (request.asked.kind === 'quit') {
        this.#waiting.length = 0
        this.socket.end()
        break
      }
      const said = await this.#answer(request)
      if (!this.socket.destroyed) this.socket.write(said, 'latin1')
      if (this.socket.writableLength > UNREAD_BYTES) this.end()
    }
    this.#isBusy = false
    this.socket.resume()
  }

  #answer(request: Request): string | Promise<string> {
    const { asked } = request
    switch (asked.kind) {
      case 'get_pos': {
        const position = this.desk.position()
        return position === null ? numberAnswer(request, RPRT.EIO) : positionAnswer(request, position)
      }
      case 'set_pos':
        return numberAnswer(request, this.desk.move(this, asked.goal))
      case 'park':
        return numberAnswer(request, this.desk.park(this))
      case 'stop':
        return this.desk.halt().then((rprt) => numberAnswer(request, rprt))
      case 'get_info':
        return infoAnswer(request, this.shown())
      case 'dump_state':
        return stateAnswer(request, this.shown())
      case 'refused':
        return numberAnswer(request, asked.rprt)
      case 'quit':
        return ''
    }
  }
}
