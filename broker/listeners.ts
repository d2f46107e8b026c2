/**
 * The TCP and TLS doors of the broker. The WebSocket door is core's, at its HTTP server.
 * @module
 */

import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { TalosError } from '../shared/errors.js'
import { isLoopback } from '../shared/loopback.js'
import type { ConnectionMeta, Transport } from './contracts.js'

/** As much of the broker as a listener needs. */
export interface StreamHandler {
  handle(stream: Socket, meta: ConnectionMeta): void
}

export interface ListenOptions {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
}

export interface TlsListenOptions extends ListenOptions {
  /** PEM. */
  readonly cert: string | Buffer
  readonly key: string | Buffer
}

/** A fleet that reconnects at once must not overflow the accept queue, where a lost SYN costs a second. */
const BACKLOG = 4096
/** Sockets that may be in a TLS handshake at once, and for how long, ms. */
const MAX_HANDSHAKES = 500
const HANDSHAKE_MS = 10_000

const addressOf = (socket: Socket) => (socket.remoteAddress ?? 'unknown').replace(/^::ffff:/, '')

const peerOf = (socket: Socket) => `${socket.remoteAddress} ${socket.remotePort}`

class Listener {
  constructor(
    readonly server: Server,
    readonly options: ListenOptions,
  ) {}

  /** Opens the port. */
  async start(): Promise<void> {
    const { host, port } = this.options
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject)
      this.server.listen({ host, port, backlog: BACKLOG }, () => {
        this.server.off('error', reject)
        resolve()
      })
    })
  }

  /** Stops accepting, at once. The connections are the broker's; `Broker.stop` ends them. */
  async stop(): Promise<void> {
    this.server.close()
  }

  /** Where it listens, with the port that was given to it. */
  address(): { readonly host: string; readonly port: number } {
    const address = this.server.address()
    if (address === null || typeof address === 'string')
      throw new TalosError('internal', 'The listener has not been started.')
    return { host: address.address, port: address.port }
  }
}

const meta = (socket: Socket, transport: Transport): ConnectionMeta => ({
  remoteAddress: addressOf(socket),
  transport,
  wire: socket,
})

/** Plain MQTT, for programs on the same machine only (B10). */
export class TcpListener extends Listener {
  /** @throws TalosError `config_invalid` when the host is not loopback. */
  constructor(broker: StreamHandler, options: ListenOptions) {
    // B10: without TLS a key crosses the network in the clear.
    if (!isLoopback(options.host))
      throw new TalosError(
        'config_invalid',
        `Plain MQTT may only listen on loopback, not on ${options.host}. Use the TLS port for other machines.`,
      )
    super(
      createServer({ noDelay: true, keepAlive: true }, (socket) =>
        broker.handle(socket, meta(socket, 'tcp')),
      ),
      options,
    )
  }
}

/** MQTT over TLS 1.2 or newer (B10). */
export class TlsListener extends Listener {
  /** By peer: the socket that comes out of a handshake is not the one that went in. */
  readonly #handshakes = new Map<string, Socket>()

  /** @throws TalosError `config_invalid` when certificate and key do not fit together. */
  constructor(broker: StreamHandler, options: TlsListenOptions) {
    const { cert, key } = options
    super(tlsServer(cert, key), options)
    const handshakes = this.#handshakes
    this.server.on('connection', (socket: Socket) => {
      if (handshakes.size >= MAX_HANDSHAKES) {
        socket.destroy()
        return
      }
      const peer = peerOf(socket)
      handshakes.set(peer, socket)
      socket.once('close', () => handshakes.delete(peer))
    })
    this.server.on('secureConnection', (socket: Socket) => {
      handshakes.delete(peerOf(socket))
      broker.handle(socket, meta(socket, 'tls'))
    })
  }

  override async stop(): Promise<void> {
    await super.stop()
    for (const socket of this.#handshakes.values()) socket.destroy()
  }
}

function tlsServer(cert: string | Buffer, key: string | Buffer): Server {
  try {
    return createTlsServer({
      cert,
      key,
      minVersion: 'TLSv1.2',
      handshakeTimeout: HANDSHAKE_MS,
      noDelay: true,
    })
  } catch (cause) {
    throw new TalosError('config_invalid', 'The TLS certificate and key cannot be used together.', { cause })
  }
}
