/**
 * Between an agent and the real rotctld: hands questions on as they are, and answers sometimes damaged, doubled, late,
 * in pieces or not at all.
 * @module
 */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import type { AzEl } from '../../../shared/angles.js'
import type { Pick } from '../random.js'
import type { Scope } from '../rotctld.js'
import { cut, damaged } from './hostile-bytes.js'

const COMPLETE = /RPRT -?\d+\n$/
const POSITION = /^get_pos:\nAzimuth: (-?\d+\.\d+)\nElevation: (-?\d+\.\d+)\nRPRT 0\n$/

export interface ProxyEars {
  /** A piece of an answer was written to the agent's end of a connection. */
  readonly answered: (peerPort: number, piece: string) => void
  /** The position that the agent was told; null when it was told none, or a wrong one. */
  readonly told: (position: AzEl | null) => void
}

export class DamagingProxy {
  port = 0
  /** Of a hundred answers, so many are damaged. */
  badness = 0
  readonly #sockets = new Set<Socket>()
  readonly #server = createServer((agent) => this.#serve(agent))

  constructor(
    private readonly rotctldPort: number,
    private readonly pick: Pick,
    private readonly ears: ProxyEars,
  ) {}

  async start(t: Scope): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    this.port = (this.#server.address() as { port: number }).port
    t.teardown(async () => {
      this.hangUp()
      this.#server.close()
      await once(this.#server, 'close')
    })
  }

  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  #serve(agent: Socket): void {
    const rotctld = connect({ port: this.rotctldPort, host: '127.0.0.1', noDelay: true })
    agent.setNoDelay(true)
    const peerPort = agent.remotePort ?? 0
    for (const [socket, other] of [
      [agent, rotctld],
      [rotctld, agent],
    ] as const) {
      this.#sockets.add(socket)
      socket.setEncoding('latin1')
      socket.on('error', () => undefined)
      socket.on('close', () => {
        this.#sockets.delete(socket)
        other.destroy()
      })
    }
    agent.on('data', (text: string) => rotctld.write(text, 'latin1'))
    let answer = ''
    rotctld.on('data', (text: string) => {
      answer += text
      if (!COMPLETE.test(answer)) return
      const pieces = this.#madeOf(answer)
      answer = ''
      if (pieces === null) return
      for (const piece of pieces) {
        if (agent.destroyed) return
        this.ears.answered(peerPort, piece)
        agent.write(piece, 'latin1')
      }
    })
  }

  #madeOf(honest: string): readonly string[] | null {
    const { pick } = this
    const position = POSITION.exec(honest)
    if (pick(100) >= this.badness) {
      if (position !== null) this.ears.told({ az: Number(position[1]), el: Number(position[2]) })
      return pick(4) === 0 ? cut(honest, pick) : [honest]
    }
    if (position !== null) this.ears.told(null)
    switch (pick(6)) {
      case 0:
        return null
      case 1:
        return [honest + honest]
      case 2:
        return [honest, honest]
      case 3:
        return [`get_pos:\nAzimuth: ${pick(600) - 100}.00\nElevation: ${pick(120) - 20}.00\nRPRT 0\n`]
      default:
        return cut(damaged(honest, pick), pick)
    }
  }
}
