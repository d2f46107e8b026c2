/**
 * Ending the HTTP server: what is in flight may end, what only keeps a line open may not hold us.
 * @module
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

export class Connections {
  /** As they were accepted, before TLS. */
  readonly #accepted = new Set<Socket>()
  /** As requests come over them, with the number of requests under way. */
  readonly #requests = new Map<Socket, number>()

  /** Watches a server that does not listen yet. */
  constructor(server: Server, isTls: boolean) {
    server.on('connection', (socket: Socket) => {
      this.#accepted.add(socket)
      socket.once('close', () => this.#accepted.delete(socket))
    })
    server.on(isTls ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.#requests.set(socket, 0)
      socket.once('close', () => this.#requests.delete(socket))
    })
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.#count(request.socket, 1)
      response.once('close', () => this.#count(request.socket, -1))
    })
  }

  #count(socket: Socket, step: 1 | -1): void {
    const before = this.#requests.get(socket)
    if (before !== undefined) this.#requests.set(socket, before + step)
  }

  /** Runs `close`, which stops accepting, cuts the lines without a request at once and all others after `ms`. */
  async drain(close: () => Promise<void>, ms: number): Promise<void> {
    const timer = setTimeout(() => {
      for (const socket of this.#accepted) socket.destroy()
    }, ms)
    try {
      const closed = close()
      for (const [socket, count] of this.#requests) if (count === 0) socket.destroy()
      await closed
    } finally {
      clearTimeout(timer)
    }
  }
}
