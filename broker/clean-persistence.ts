/**
 * What Aedes wants of a store, for a broker in which every session is clean: it keeps nothing but shows the retained
 * messages. No queue, no stored filter, no stored will can outlive a right (P1, P5, P7, P18, B23).
 * @module
 */
import { Readable } from 'node:stream'
import type { RetainedMessages } from './retained.js'

const NOTHING: readonly never[] = []

export class CleanPersistence {
  constructor(readonly retained: RetainedMessages) {}

  async setup(): Promise<void> {}

  /** The broker keeps what may be kept by itself, at the moment it is judged. */
  async storeRetained(): Promise<void> {}

  createRetainedStreamCombi(filters: readonly string[]): Readable {
    return Readable.from(this.#packets(filters))
  }

  *#packets(filters: readonly string[]) {
    for (const { topic, payload, qos } of this.retained.matching(filters))
      yield { cmd: 'publish', topic, payload, qos, retain: true }
  }

  async addSubscriptions(): Promise<void> {}

  async removeSubscriptions(): Promise<void> {}

  async cleanSubscriptions(): Promise<void> {}

  async subscriptionsByClient(): Promise<readonly never[]> {
    return NOTHING
  }

  async subscriptionsByTopic(): Promise<readonly never[]> {
    return NOTHING
  }

  async outgoingEnqueue(): Promise<void> {}

  async outgoingEnqueueCombi(): Promise<void> {}

  async outgoingUpdate(): Promise<void> {}

  async outgoingClearMessageId(): Promise<undefined> {}

  outgoingStream(): Readable {
    return Readable.from(NOTHING)
  }

  async incomingStorePacket(): Promise<void> {}

  async incomingGetPacket(): Promise<never> {
    throw new Error('QoS 2 is not served')
  }

  async incomingDelPacket(): Promise<void> {}

  async cleanIncoming(): Promise<void> {}

  async putWill(): Promise<void> {}

  async delWill(): Promise<undefined> {}

  streamWill(): Readable {
    return Readable.from(NOTHING)
  }
}
