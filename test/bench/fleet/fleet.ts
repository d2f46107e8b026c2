/**
 * A process that is a whole fleet: it connects so many stations, so many at a time, and holds them.
 * @module
 */
import { end, forkOn, LOAD_CORE, messageOf } from '../harness/processes.js'
import type { FleetJob, Gathered, Revoked, RevokeJob } from './fleet-process.js'

export class Fleet {
  readonly #child = forkOn(LOAD_CORE, new URL('./fleet-process.js', import.meta.url))

  /** Resolves when the last of them has its CONNACK, and its SUBACK if it subscribes. */
  async connect(job: Omit<FleetJob, 'do'>): Promise<Gathered> {
    return await this.#ask<Gathered>({ do: 'connect', ...job })
  }

  /** Ends the right of the first of them, over HTTP, and sees when their sockets close. */
  async revoke(job: Omit<RevokeJob, 'do'>): Promise<Revoked> {
    return await this.#ask<Revoked>({ do: 'revoke', ...job })
  }

  /** Closes all of its sockets. */
  async disconnect(): Promise<void> {
    await this.#ask({ do: 'disconnect' })
  }

  stop(): Promise<void> {
    return end(this.#child)
  }

  async #ask<T>(question: object): Promise<T> {
    this.#child.send(question)
    const { result, failure } = await messageOf<{ result?: T; failure?: string }>(this.#child)
    if (result === undefined) throw new Error(`the fleet: ${failure}`)
    return result
  }
}
