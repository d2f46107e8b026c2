/**
 * A rotator of steel with the face of rotctld. What crashes, stalls and talks nonsense is the face; the mount behind it
 * stays where it is, as real ones do.
 * @module
 */
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import type { Mechanics } from '../simulators/mechanics.js'

/** How the face answers: as it should, or one of the ways in which daemons have been seen, or feared, to fail. */
export const MOODS = [
  'honest',
  'silent',
  'refuses',
  'nonsense',
  'endless',
  'split',
  'echoes another',
  'leaps',
  'not a number',
  'hangs up',
] as const
export type Mood = (typeof MOODS)[number]

interface Travel {
  readonly azMin: number
  readonly azMax: number
  readonly elMin: number
  readonly elMax: number
}

const ENDLESS = 'x'.repeat(32 * 1024)

export class Face {
  mood: Mood = 'honest'
  #server: Server | null = null
  readonly #sockets = new Set<Socket>()
  #isStalled = false
  #waiting: (() => void)[] = []
  port = 0

  constructor(
    private readonly metal: Mechanics,
    private readonly travel: Travel,
  ) {}

  /** Listens, on the same port as before. */
  async open(): Promise<void> {
    if (this.#server !== null) return
    const server = createServer((socket) => this.#serve(socket))
    this.#server = server
    server.listen(this.port, '127.0.0.1')
    await once(server, 'listening')
    this.port = (server.address() as { port: number }).port
  }

  async crash(): Promise<void> {
    const server = this.#server
    this.#server = null
    for (const socket of this.#sockets) socket.destroy()
    if (server === null) return
    server.close()
    await once(server, 'close')
  }

  stall(): void {
    this.#isStalled = true
  }

  /** What was asked meanwhile is answered now, too late. */
  resume(): void {
    this.#isStalled = false
    const waiting = this.#waiting
    this.#waiting = []
    for (const answer of waiting) answer()
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => undefined)
    socket.once('close', () => this.#sockets.delete(socket))
    let rest = ''
    socket.setEncoding('latin1').on('data', (text: string) => {
      rest += text
      for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
        const line = rest.slice(0, end)
        rest = rest.slice(end + 1)
        if (this.#isStalled) this.#waiting.push(() => this.#answer(socket, line))
        else this.#answer(socket, line)
      }
    })
  }

  #answer(socket: Socket, line: string): void {
    if (socket.destroyed) return
    const good = line.startsWith('+') ? this.#extended(line.slice(1)) : this.#plain(line)
    switch (this.mood) {
      case 'honest':
        socket.write(good)
        return
      case 'silent':
        return
      case 'refuses':
        socket.write(good.replace(/RPRT 0\n$/, 'RPRT -6\n'))
        return
      case 'nonsense':
        socket.write(`\0\xff what? ${line}\nRPRT zero\n`, 'latin1')
        return
      case 'endless':
        socket.write(ENDLESS)
        return
      case 'split':
        for (const byte of good) socket.write(byte)
        return
      case 'echoes another':
        socket.write(good.replace(/^\w+:/, 'set_conf:'))
        return
      case 'leaps':
        socket.write(
          good.replace(/(Azimuth: )(\S+)/, (_, word, az) => `${word}${(Number(az) + 200).toFixed(2)}`),
        )
        return
      case 'not a number':
        socket.write(good.replace(/(Azimuth: )\S+/, '$1nan'))
        return
      case 'hangs up':
        socket.destroy()
    }
  }

  /** The extended protocol, as the agent speaks it. */
  #extended(line: string): string {
    const [word = '', az, el] = line.replace('\\', '').split(' ')
    switch (word) {
      case 'dump_state': {
        const { azMin, azMax, elMin, elMax } = this.travel
        return `dump_state:\nrotctld Protocol Ver: 1\nRotor Model: 1\nMinimum Azimuth: ${azMin}\nMaximum Azimuth: ${azMax}\nMinimum Elevation: ${elMin}\nMaximum Elevation: ${elMax}\nSouth Zero: 0\nrot_type=AzEl\ndone\nRPRT 0\n`
      }
      case 'get_info':
        return 'get_info:\nInfo: A rotator of the test\nRPRT 0\n'
      case 'get_pos': {
        const at = this.metal.position
        return `get_pos:\nAzimuth: ${at.az.toFixed(2)}\nElevation: ${at.el.toFixed(2)}\nRPRT 0\n`
      }
      case 'stop':
        this.metal.stop()
        return 'stop:\nRPRT 0\n'
      case 'set_pos':
        this.metal.head({ az: Number(az), el: Number(el) })
        return `set_pos: ${az} ${el}\nRPRT 0\n`
      default:
        return `${word}:\nRPRT -11\n`
    }
  }

  /** The plain protocol, as Hamlib's NET rotctl backend speaks it to the daemon behind the daemon. */
  #plain(line: string): string {
    const [word = '', az, el] = line.split(' ')
    switch (word) {
      case '\\dump_state': {
        const { azMin, azMax, elMin, elMax } = this.travel
        return `1\n1\nmin_az=${azMin}\nmax_az=${azMax}\nmin_el=${elMin}\nmax_el=${elMax}\nsouth_zero=0\nrot_type=AzEl\ndone\n`
      }
      case 'p': {
        const at = this.metal.position
        return `${at.az.toFixed(2)}\n${at.el.toFixed(2)}\n`
      }
      case 'P':
        this.metal.head({ az: Number(az), el: Number(el) })
        return 'RPRT 0\n'
      case 'S':
        this.metal.stop()
        return 'RPRT 0\n'
      case '_':
        return 'A rotator of the test\n'
      default:
        return 'RPRT -11\n'
    }
  }
}
