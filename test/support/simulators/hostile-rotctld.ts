/**
 * A rotctld on a real socket with a mount behind it, honest until it is told to be otherwise. It keeps every line it was
 * sent, so that what left the agent is judged from outside.
 * @module
 */
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import type { Scope } from '../rotctld.js'
import { type Angles, Mechanics } from './mechanics.js'

/** How it misbehaves; what is left out is done honestly. */
export interface Malice {
  /** What is written instead of an answer: pieces, each in a segment of its own; null says nothing, `end` hangs up, also as a piece. */
  readonly answer?: (honest: string, line: string) => string | readonly string[] | null | 'end'
  /** What it claims to be where. */
  readonly claim?: (truth: Angles) => { readonly az: unknown; readonly el: unknown }
  /** Milliseconds between two pieces of an answer. */
  readonly dripMs?: number
  /** Said to whoever connects, before anything is asked. */
  readonly greeting?: string
  /** Every connection is ended when this malice begins. */
  readonly hangsUp?: true
  /** Targets are not heeded; the motors do as this says instead. */
  readonly runsTo?: Angles
}

export interface Told {
  readonly line: string
  /** performance.now() */
  readonly at: number
}

const SET_POS = /^\+\\set_pos (-?\d{1,4}\.\d{2}) (-?\d{1,4}\.\d{2})$/
const DUMP = `dump_state:
rotctld Protocol Ver: 1
Rotor Model: 1
Minimum Azimuth: -180.000000
Maximum Azimuth: 450.000000
Minimum Elevation: 0.000000
Maximum Elevation: 90.000000
South Zero: 0
rot_type=AzEl
done
RPRT 0
`

export class HostileRotctld {
  readonly told: Told[] = []
  readonly mount: Mechanics
  malice: Malice = {}
  port = 0
  readonly #sockets = new Set<Socket>()
  readonly #server = createServer((socket) => this.#serve(socket))

  /** @param rate degrees a second, both axes */
  constructor(start: Angles, rate: number) {
    this.mount = new Mechanics(start, rate)
  }

  static async start(t: Scope, start: Angles, rate: number): Promise<HostileRotctld> {
    const rotctld = new HostileRotctld(start, rate)
    rotctld.#server.listen(0, '127.0.0.1')
    await once(rotctld.#server, 'listening')
    rotctld.port = (rotctld.#server.address() as { port: number }).port
    t.teardown(async () => {
      for (const socket of rotctld.#sockets) socket.destroy()
      rotctld.#server.close()
      await once(rotctld.#server, 'close')
    })
    return rotctld
  }

  /** From now on it does this. */
  turn(malice: Malice): void {
    this.malice = malice
    if (malice.runsTo !== undefined) this.mount.head(malice.runsTo)
    if (malice.hangsUp === true) for (const socket of this.#sockets) socket.destroy()
  }

  honest(line: string): string {
    const [, az, el] = SET_POS.exec(line) ?? []
    if (az !== undefined && el !== undefined) {
      if (this.malice.runsTo === undefined) this.mount.head({ az: Number(az), el: Number(el) })
      return `${line.replace('+\\set_pos', 'set_pos:')}\nRPRT 0\n`
    }
    switch (line) {
      case '+\\dump_state':
        return DUMP
      case '+\\get_info':
        return 'get_info:\nInfo: A rotator of the test\nRPRT 0\n'
      case '+\\get_pos': {
        const truth = this.mount.position
        const { az, el } = this.malice.claim?.(truth) ?? { az: truth.az.toFixed(2), el: truth.el.toFixed(2) }
        return `get_pos:\nAzimuth: ${az}\nElevation: ${el}\nRPRT 0\n`
      }
      case '+\\stop':
        if (this.malice.runsTo === undefined) this.mount.stop()
        return 'stop:\nRPRT 0\n'
      default:
        return `${line.slice(2)}:\nRPRT -1\n`
    }
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => undefined)
    socket.on('close', () => this.#sockets.delete(socket))
    if (this.malice.greeting !== undefined) socket.write(this.malice.greeting)
    let rest = ''
    socket.on('data', (chunk) => {
      rest += chunk.toString('latin1')
      for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
        const line = rest.slice(0, end)
        rest = rest.slice(end + 1)
        this.told.push({ line, at: performance.now() })
        void this.#answer(socket, line)
      }
    })
  }

  async #answer(socket: Socket, line: string): Promise<void> {
    const { answer, dripMs } = this.malice
    const honest = this.honest(line)
    const said = answer === undefined ? honest : answer(honest, line)
    if (said === 'end') socket.destroy()
    if (said === null || said === 'end') return
    for (const piece of typeof said === 'string' ? [said] : said) {
      if (piece === 'end') socket.destroy()
      if (socket.destroyed) return
      socket.write(piece, 'latin1')
      await new Promise((resolve) =>
        dripMs === undefined ? setImmediate(resolve) : setTimeout(resolve, dripMs),
      )
    }
  }
}
