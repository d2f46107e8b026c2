/**
 * The TCP and TLS doors of the broker. The WebSocket door is core's, at its HTTP server.
 * @module
 */

import { createServer, type Server, type Socket } from 'node:net'
import {
  createServer as createTlsServer,
  type TLSSocket,
  type TlsOptions,
  type Server as TlsServer,
} from 'node:tls'
import { TalosError } from '../shared/errors.js'
import { isLoopback } from '../shared/loopback.js'
import type { AddressSet } from './address-set.js'
import { Arrivals } from './arrivals.js'
import { type ClientCertificate, clientCertificateOf } from './client-certificate.js'
import type { ConnectionMeta, Transport } from './contracts.js'
import type { DoorReason } from './counters.js'
import { DEFAULT_LIMITS, type LimitName, type Limits } from './limits.js'
import { StreamEnded } from './read-connect.js'
import { takeProxyHeader } from './read-proxy-header.js'
import { type KeyPair, mutualTlsOptions, tlsOptions } from './tls-options.js'

/** As much of the broker as a listener needs. */
export interface StreamHandler {
  handle(stream: Socket, meta: ConnectionMeta): void
  /** A socket was let go before there was any MQTT in it. An error is for the audit trail, a reason only counts. */
  turnedAway(why: DoorReason | TalosError, limit: LimitName | null, remoteAddress: string): void
}

export interface ListenOptions {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  readonly limits?: Limits
  /** Who must begin with a PROXY header, version 2, and is believed. From others such a header is a protocol error. */
  readonly balancers?: AddressSet | null
}

export interface TlsListenOptions extends ListenOptions, KeyPair {
  /** PEM of those whose client certificates stations may show; without it none is asked for. */
  readonly clientAuthorities?: readonly string[]
}

/** A fleet that reconnects at once must not overflow the accept queue, where a lost SYN costs a second. */
const BACKLOG = 4096

const addressOf = (socket: Socket) => (socket.remoteAddress ?? 'unknown').replace(/^::ffff:/, '')

const peerOf = (socket: Socket) => `${socket.remoteAddress} ${socket.remotePort}`

abstract class Listener {
  readonly server: Server
  protected readonly limits: Limits
  protected readonly arrivals: Arrivals

  constructor(
    protected readonly broker: StreamHandler,
    readonly options: ListenOptions,
  ) {
    const { limits = DEFAULT_LIMITS, balancers = null } = options
    this.limits = limits
    const isShared = (address: string) => isLoopback(address) || (balancers?.has(address) ?? false)
    this.arrivals = new Arrivals(limits, isShared)
    this.server = createServer({ noDelay: true, keepAlive: true }, (socket) => {
      socket.on('error', () => {})
      const peer = addressOf(socket)
      if (balancers?.has(peer) === true) void this.#introduce(socket, peer)
      else this.arrived(socket, peer)
    })
  }

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
    this.arrivals.destroyAll()
  }

  /** Where it listens, with the port that was given to it. */
  address(): { readonly host: string; readonly port: number } {
    const address = this.server.address()
    if (address === null || typeof address === 'string')
      throw new TalosError('internal', 'The listener has not been started.')
    return { host: address.address, port: address.port }
  }

  /** A socket of which the client's address is known. */
  protected abstract arrived(socket: Socket, remoteAddress: string): void

  protected handOver(
    socket: Socket,
    transport: Transport,
    remoteAddress: string,
    certificate: ClientCertificate | null = null,
  ): void {
    this.broker.handle(socket, {
      ...{ remoteAddress, transport, wire: socket },
      ...(certificate === null ? {} : { certificate }),
    })
  }

  /** Lets go of a socket for which there is no place. */
  protected refuse(socket: Socket, limit: LimitName, remoteAddress: string): void {
    this.broker.turnedAway('no_room', limit, remoteAddress)
    socket.destroy()
  }

  /** A balancer says for whom it comes. */
  async #introduce(socket: Socket, peer: string): Promise<void> {
    const full = this.arrivals.enter(socket)
    if (full !== null) {
      this.refuse(socket, full, peer)
      return
    }
    try {
      const { sourceAddress } = await takeProxyHeader(socket, this.limits.proxyHeaderMs)
      this.arrivals.leave(socket)
      this.arrived(socket, sourceAddress ?? peer)
    } catch (error) {
      socket.destroy()
      if (error instanceof StreamEnded) return
      const fault =
        error instanceof TalosError ? error : new TalosError('internal', 'PROXY header: it broke.')
      this.broker.turnedAway(fault, fault.code === 'expired' ? 'proxy_header' : null, peer)
    }
  }
}

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
    super(broker, options)
  }

  protected arrived(socket: Socket, remoteAddress: string): void {
    this.handOver(socket, 'tcp', remoteAddress)
  }
}

/** MQTT over TLS 1.2 or newer (B10). */
export class TlsListener extends Listener {
  #pair: KeyPair
  #authorities: readonly string[] | null
  /** Does the handshakes of the sockets that it is given; it listens to no port. */
  readonly #tls: TlsServer
  /** By peer: the socket that comes out of a handshake is not the one that went in. */
  readonly #handshakes = new Map<string, { readonly socket: Socket; readonly remoteAddress: string }>()

  /** @throws TalosError `config_invalid` when certificate and key do not fit together. */
  constructor(broker: StreamHandler, options: TlsListenOptions) {
    super(broker, options)
    this.#pair = options
    this.#authorities = options.clientAuthorities ?? null
    this.#tls = tlsServer(this.#context(), this.#authorities !== null, this.limits.handshakeMs)
    this.#tls.on('secureConnection', (secure) => {
      const arrival = this.#handshakes.get(peerOf(secure))
      if (arrival === undefined) {
        secure.destroy()
        return
      }
      this.#forget(arrival.socket)
      this.handOver(secure, 'tls', arrival.remoteAddress, clientCertificateOf(secure))
    })
    this.#tls.on('tlsClientError', (error, secure) => this.#failed(error, secure))
  }

  /**
   * Uses another certificate for the handshakes to come; connections that are open stay as they are.
   * @throws Error when certificate and key do not fit together; the old pair stays
   */
  setSecureContext(pair: KeyPair): void {
    this.#tls.setSecureContext(this.#context(pair))
    this.#pair = pair
  }

  /** Believes the client certificates of these authorities (PEM) from the next handshake on. */
  trust(authorities: readonly string[]): void {
    this.#authorities = authorities
    this.#tls.setSecureContext(this.#context())
  }

  #context(pair = this.#pair) {
    return this.#authorities === null ? tlsOptions(pair) : mutualTlsOptions(pair, this.#authorities)
  }

  protected arrived(socket: Socket, remoteAddress: string): void {
    const full = this.arrivals.enter(socket) ?? this.arrivals.locate(socket, remoteAddress)
    if (full !== null) {
      this.refuse(socket, full, remoteAddress)
      return
    }
    const peer = peerOf(socket)
    this.#handshakes.set(peer, { socket, remoteAddress })
    socket.once('close', () => this.#handshakes.delete(peer))
    this.#tls.emit('connection', socket)
  }

  #forget(socket: Socket): void {
    this.arrivals.leave(socket)
    this.#handshakes.delete(peerOf(socket))
  }

  #failed(error: Error & { code?: string }, secure: TLSSocket): void {
    const arrival = this.#handshakes.get(peerOf(secure))
    secure.destroy()
    if (arrival === undefined) return
    this.#forget(arrival.socket)
    arrival.socket.destroy()
    const limit = error.code === 'ERR_TLS_HANDSHAKE_TIMEOUT' ? 'handshake_time' : null
    this.broker.turnedAway('handshake', limit, arrival.remoteAddress)
  }
}

/**
 * A certificate is asked for and never insisted on: most stations sign in with a key. What one is worth is said in the
 * CONNACK, where an operator sees it, and not by a handshake that breaks off.
 */
function tlsServer(context: TlsOptions, requestCert: boolean, handshakeTimeout: number): TlsServer {
  try {
    return createTlsServer({ ...context, requestCert, rejectUnauthorized: false, handshakeTimeout })
  } catch (cause) {
    throw new TalosError('config_invalid', 'The TLS certificate and key cannot be used together.', { cause })
  }
}
