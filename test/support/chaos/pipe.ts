/**
 * A TCP connection that can be cut: everything through it dies, and nothing new gets through until it is mended.
 * @module
 */
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

export interface Tap {
  /** A client has come; what it says and hears is shown as it goes by. */
  open(): { said(bytes: Buffer): void; heard(bytes: Buffer): void; closed(): void }
}

export class Pipe {
  readonly #sockets = new Set<Socket>()
  readonly #server: Server
  #isCut = false

  /** @param target where to; asked for each connection */
  constructor(
    private readonly target: () => number,
    private readonly tap?: Tap,
  ) {
    this.#server = createServer((socket) => this.#take(socket))
  }

  async open(): Promise<number> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return (this.#server.address() as { port: number }).port
  }

  cut(): void {
    this.#isCut = true
    for (const socket of this.#sockets) socket.destroy()
  }

  mend(): void {
    this.#isCut = false
  }

  async close(): Promise<void> {
    this.cut()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #take(client: Socket): void {
    this.#keep(client)
    if (this.#isCut) {
      client.destroy()
      return
    }
    const server = this.#keep(connect({ host: '127.0.0.1', port: this.target(), noDelay: true }))
    const seen = this.tap?.open()
    client.on('data', (bytes) => {
      seen?.said(bytes)
      server.write(bytes)
    })
    server.on('data', (bytes) => {
      seen?.heard(bytes)
      client.write(bytes)
    })
    client.once('close', () => {
      seen?.closed()
      server.destroy()
    })
    server.once('close', () => client.destroy())
  }

  #keep(socket: Socket): Socket {
    socket.setNoDelay(true)
    this.#sockets.add(socket)
    // Its close follows.
    socket.on('error', () => undefined)
    socket.once('close', () => this.#sockets.delete(socket))
    return socket
  }
}
