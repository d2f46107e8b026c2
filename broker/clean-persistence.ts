/**
 * What Aedes wants of a store, for a broker in which every session is clean: it shows the retained messages and keeps
 * nothing. No queue, no stored filter, no stored will can outlive a right (P1, P5, P7, P18, B23). What it has no method for
 * (queues, QoS 2, sessions) is never asked for; if it were, that would end the connection that asked.
 * @module
 */
import { Readable, type Writable } from 'node:stream'
import type { RetainedMessages } from './retained.js'

/** As much of a stream as Aedes needs of retained messages. */
interface Source {
  pipe(sink: Writable): unknown
}

/** Most subscriptions are of stations, for which nothing is retained; a stream would cost as much as the rest of them. */
const EMPTY: Source = { pipe: (sink) => sink }

export class CleanPersistence {
  constructor(readonly retained: RetainedMessages) {}

  async setup(): Promise<void> {}

  /** Taken one by one, as fast as the reader takes them: what has changed meanwhile is shown as it is then. */
  createRetainedStreamCombi(filters: readonly string[]): Source {
    const isEmpty = this.retained.matching(filters).next().done === true
    return isEmpty ? EMPTY : Readable.from(this.#packets(filters))
  }

  /** Wills that other brokers left behind. */
  streamWill(): Readable {
    return Readable.from([])
  }

  *#packets(filters: readonly string[]) {
    for (const { topic, payload, qos } of this.retained.matching(filters))
      yield { cmd: 'publish', topic, payload, qos, retain: true }
  }
}
