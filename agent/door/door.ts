/**
 * The door for other programs: a rotctld-compatible port on this machine, so that Gpredict or satnogs-client may use the
 * mount that the agent guards. Nothing comes through it that the guard has not let through.
 * @module
 */
import { createServer, type Server, type Socket } from 'node:net'
import { type Clock, SECOND } from '../../shared/time.js'
import { printable } from '../drivers/hamlib-protocol.js'
import { type Log, reasonOf } from '../log.js'
import { type DeskAntenna, DoorDesk, type LeasePolicy } from './desk.js'
import { Visit } from './visit.js'

export interface DoorOptions {
  /** 0: any free one. */
  readonly port: number
  readonly lease: LeasePolicy
  /** A silent connection is closed after so long, ms. Default: 10 min. */
  readonly idleMs?: number
}

/** G7: rotctld's protocol has no password, so the door is on this machine alone. */
const HOST = '127.0.0.1'
const MOST_VISITORS = 8
/** Something else may have the port for a while, such as the agent before. */
const AGAIN_MS = 10 * SECOND

export class Door {
  readonly #desk: DoorDesk
  readonly #visits = new Set<Visit>()
  #server: Server | null = null
  #timer: NodeJS.Timeout | undefined
  #isStopped = false
  #came = 0
  /** Why it is not open, or null. */
  fault: string | null = null

  constructor(
    private readonly options: DoorOptions,
    private readonly antenna: DeskAntenna,
    clock: Clock,
    private readonly log: Log,
  ) {
    this.#desk = new DoorDesk(antenna, options.lease, clock, log)
  }

  /** Where it listens, or null. */
  get port(): number | null {
    const address = this.#server?.address() ?? null
    return address === null || typeof address === 'string' ? null : address.port
  }
  get visitors(): number {
    return this.#desk.visitors
  }
  get policy(): LeasePolicy {
    return this.options.lease
  }

  /** Resolves when it listens, or could not; then it tries again by itself: an antenna is not left alone for a port. */
  async start(): Promise<void> {
    this.#desk.start()
    await this.#open()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    for (const visit of this.#visits) visit.end()
    const server = this.#server
    this.#server = null
    if (server !== null) await new Promise<void>((resolve) => server.close(() => resolve()))
    this.#desk.stop()
  }

  #open(): Promise<void> {
    const server = createServer((socket) => this.#receive(socket))
    return new Promise((resolve) => {
      server.on('error', (cause) => {
        const reason = reasonOf(cause)
        if (reason !== this.fault) this.log.error('the door for other programs cannot be opened', { reason })
        this.fault = reason
        // One that listens has failed to take a single connection; it goes on.
        if (!server.listening && !this.#isStopped) this.#timer = setTimeout(() => void this.#open(), AGAIN_MS)
        resolve()
      })
      server.listen(this.options.port, HOST, () => {
        this.fault = null
        this.#server = server
        this.log.info('the door for other programs is open', { port: this.port, lease: this.options.lease })
        resolve()
      })
    })
  }

  #receive(socket: Socket): void {
    if (this.#visits.size >= MOST_VISITORS) {
      socket.destroy()
      return
    }
    this.#came += 1
    const visit = new Visit(
      `door-${this.#came}`,
      socket,
      this.#desk,
      () => this.#shown(),
      this.options.idleMs,
    )
    this.#visits.add(visit)
    socket.once('close', () => this.#visits.delete(visit))
  }

  #shown() {
    const { mount, model } = this.antenna
    return { limits: mount, info: `Talos agent: ${printable(model, 80)}` }
  }
}
