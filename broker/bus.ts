/**
 * Carries messages from those who speak to those who hear, inside the process: the emitter of Aedes, of our own making.
 * It carries a message before `emit` returns and waits for no reader (P11): one that stops reading would silence all that
 * it hears.
 * @module
 */
import { FilterTable } from './filter-table.js'

/** As much of a packet as the bus looks at. */
export interface Carried {
  readonly topic: string
}

/** Aedes hands one in for each subscription, and expects it to call back; the bus does not wait for that. */
export type Listener<P extends Carried> = (packet: P, done: () => void) => void

const noop = () => {}

export class Bus<P extends Carried> {
  readonly #listeners = new FilterTable<Listener<P>>()

  on(filter: string, listener: Listener<P>, done: () => void = noop): this {
    this.#listeners.add(filter, listener)
    done()
    return this
  }

  removeListener(filter: string, listener: Listener<P>, done: () => void = noop): this {
    this.#listeners.delete(filter, listener)
    done()
    return this
  }

  /** Topics that begin with `$`, Aedes' own notices, go nowhere (P3, P6). */
  emit(packet: P, done: () => void = noop): this {
    if (!packet.topic.startsWith('$'))
      for (const listener of this.#listeners.match(packet.topic)) listener(packet, noop)
    done()
    return this
  }

  close(done: () => void = noop): this {
    done()
    return this
  }
}
