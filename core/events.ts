/**
 * What happened inside core, for those who must act on it. Emitted after the commit, never inside a transaction.
 * @module
 */
import type { CutMatch } from '../broker/contracts.js'
import type { Contact } from '../shared/api/contacts.js'
import type { StationControl } from '../shared/api/control.js'
import type { Refresh } from '../shared/messages.js'

/** The end of a right: every live connection that fits all the given fields closes (B18). */
export type Ended = CutMatch & { readonly reason: string }

/** A JWT that is refused from now on: its jti, or the sid of all of a command line (A14). */
export interface Denied {
  readonly id: string
  /** Epoch ms at which it would have ended by itself. */
  readonly until: number
}

export interface EventMap {
  readonly ended: Ended
  readonly denied: Denied
  /** What is known of a person in memory is outdated; nothing of theirs has to close. */
  readonly account: { readonly userId: string }
  /** What agents and directors should read again. */
  readonly refresh: Refresh['what']
  readonly contact: { readonly org: string; readonly contact: Contact }
  /** Who has control of a station by hand has changed; null: nobody. */
  readonly control: {
    readonly org: string
    readonly stationId: string
    readonly control: StationControl | null
  }
  readonly station: { readonly org: string; readonly stationId: string }
}

type Listener<K extends keyof EventMap> = (event: EventMap[K]) => void | Promise<void>

/** A typed emitter whose listeners cannot hurt the emitter: what they throw goes to `onError`. */
export class Events {
  readonly #listeners = new Map<keyof EventMap, Set<Listener<never>>>()

  constructor(private readonly onError: (error: unknown, event: keyof EventMap) => void) {}

  /** Returns the function that ends the subscription. */
  on<K extends keyof EventMap>(name: K, listener: Listener<K>): () => void {
    const listeners = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, listeners)
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  }

  emit<K extends keyof EventMap>(name: K, event: EventMap[K]): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        // The set under `name` holds only listeners that `on` accepted for it.
        const result = (listener as Listener<K>)(event)
        if (result instanceof Promise) result.catch((error: unknown) => this.onError(error, name))
      } catch (error) {
        this.onError(error, name)
      }
    }
  }
}
