/**
 * In place of a broker behind a listener: remembers what it is handed.
 * @module
 */
import type { Socket } from 'node:net'
import type { ConnectionMeta } from '../../broker/contracts.js'
import type { LimitName } from '../../broker/limits.js'
import type { StreamHandler } from '../../broker/listeners.js'
import type { TalosError } from '../../shared/errors.js'

export class StreamRecorder implements StreamHandler {
  readonly seen: Omit<ConnectionMeta, 'wire'>[] = []
  readonly sockets: Socket[] = []
  /** What was let go: why, the limit that was broken, whose it was. */
  readonly away: [why: string, limit: LimitName | null, remoteAddress: string][] = []
  #wake: (() => void)[] = []

  handle(socket: Socket, { wire: _, ...meta }: ConnectionMeta): void {
    this.seen.push(meta)
    this.sockets.push(socket)
    this.#changed()
  }

  turnedAway(why: string | TalosError, limit: LimitName | null, remoteAddress: string): void {
    this.away.push([typeof why === 'string' ? why : why.code, limit, remoteAddress])
    this.#changed()
  }

  /** Resolves when so many were handed over, and so many let go. */
  async count(seen: number, away = 0): Promise<void> {
    while (this.seen.length < seen || this.away.length < away)
      await new Promise<void>((resolve) => {
        this.#wake.push(resolve)
      })
  }

  /** Ends all that it was handed. */
  end(): void {
    for (const socket of this.sockets) socket.destroy()
  }

  #changed(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }
}
