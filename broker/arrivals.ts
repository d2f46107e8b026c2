/**
 * Sockets between accept and the broker: those that still owe a PROXY header or a TLS handshake. So many at once, so
 * many from one address, so that a few hosts that say nothing cannot hold all places.
 * @module
 */
import type { Socket } from 'node:net'
import type { LimitName, Limits } from './limits.js'
import { addressBlock } from './lockout.js'

export class Arrivals {
  /** With the block of their address, once that counts. */
  readonly #blocks = new Map<Socket, string | null>()
  readonly #counts = new Map<string, number>()

  constructor(
    readonly limits: Limits,
    /** Does this address stand for many clients, so that no limit holds for it? */
    readonly isShared: (remoteAddress: string) => boolean,
  ) {}

  get size(): number {
    return this.#blocks.size
  }

  /** Gives the socket a place until it closes or leaves. Returns the limit that this would break instead, or null. */
  enter(socket: Socket): LimitName | null {
    if (this.size >= this.limits.handshakes) return 'handshakes'
    this.#blocks.set(socket, null)
    socket.once('close', () => this.leave(socket))
    return null
  }

  /** Counts a place for the address of the client, which is known once the PROXY header is read. */
  locate(socket: Socket, remoteAddress: string): LimitName | null {
    if (this.isShared(remoteAddress) || !this.#blocks.has(socket)) return null
    const block = addressBlock(remoteAddress)
    const count = this.#counts.get(block) ?? 0
    if (count >= this.limits.handshakesPerAddress) return 'handshakes_per_address'
    this.#counts.set(block, count + 1)
    this.#blocks.set(socket, block)
    return null
  }

  leave(socket: Socket): void {
    const block = this.#blocks.get(socket)
    if (block === undefined) return
    this.#blocks.delete(socket)
    if (block === null) return
    const count = (this.#counts.get(block) ?? 1) - 1
    if (count > 0) this.#counts.set(block, count)
    else this.#counts.delete(block)
  }

  destroyAll(): void {
    for (const socket of this.#blocks.keys()) socket.destroy()
  }
}
