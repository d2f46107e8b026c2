/**
 * Watches the fixed headers (MQTT 3.1.1, 2.2) of what a client that was let in sends, before the parser buffers
 * anything: the parser has no limit of its own (P12, F3).
 * @module
 */
import { FilterCount } from './filter-count.js'
import type { LimitName } from './limits.js'

/** Packet types a client of ours may send. QoS 2 and its PUBREC, PUBREL, PUBCOMP are not served. */
const PUBLISH = 3
const PUBACK = 4
const SUBSCRIBE = 8
const UNSUBSCRIBE = 10
const PINGREQ = 12
const DISCONNECT = 14

/**
 * Shortest and longest remaining length of each. A SUBSCRIBE of 4 KiB holds sixteen filters of the longest kind; one
 * without a filter is none [MQTT-3.8.3-3, MQTT-3.10.3-2].
 */
const BOUNDS: ReadonlyMap<number, readonly [min: number, max: number]> = new Map([
  [PUBLISH, [3, Number.POSITIVE_INFINITY]],
  [PUBACK, [2, 2]],
  [SUBSCRIBE, [6, 4096]],
  [UNSUBSCRIBE, [5, 4096]],
  [PINGREQ, [0, 0]],
  [DISCONNECT, [0, 0]],
])
const MAX_LENGTH_BYTES = 4

export type PacketFault = 'too_large' | 'protocol_error' | 'rate_limited'

export interface PacketLimitOptions {
  /** Largest remaining length of a packet. */
  readonly maxBytes: number
  /** In one SUBSCRIBE or UNSUBSCRIBE. */
  readonly maxFilters: number
  /** Asked once a packet; false ends the connection with `rate_limited`. */
  allow(isSubscription: boolean): boolean
  onDisconnect(): void
  /** `limit`: which one was broken, or null. */
  onFault(fault: PacketFault, limit: LimitName | null): void
}

/** The state of one stream of packets. `scan` sees every byte once; it looks at headers and counts filters. */
export class PacketScanner {
  #skip = 0
  #type = 0
  #bounds: readonly [number, number] = [0, 0]
  #length = 0
  #lengthBytes = -1
  #filters: FilterCount | null = null
  #ended = false

  constructor(readonly options: PacketLimitOptions) {}

  /** How many bytes of the chunk may pass: all, or those up to a DISCONNECT (P29). Null after a fault. */
  scan(chunk: Uint8Array): number | null {
    if (this.#ended) return 0
    let i = 0
    while (i < chunk.length) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, chunk.length - i)
        if (this.#filters !== null) {
          this.#filters.feed(chunk.subarray(i, i + step))
          if (this.#filters.count > this.options.maxFilters) return this.#fault('too_large', 'filters')
        }
        this.#skip -= step
        i += step
        continue
      }
      const byte = chunk[i++] ?? 0
      if (this.#lengthBytes < 0) {
        if (!this.#begin(byte >> 4)) return null
        continue
      }
      this.#length += (byte & 0x7f) * 128 ** this.#lengthBytes++
      if (this.#length > Math.min(this.#bounds[1], this.options.maxBytes))
        return this.#fault('too_large', 'packet_bytes')
      if ((byte & 0x80) !== 0) {
        if (this.#lengthBytes === MAX_LENGTH_BYTES) return this.#fault('protocol_error')
        continue
      }
      if (this.#length < this.#bounds[0]) return this.#fault('protocol_error')
      this.#skip = this.#length
      this.#lengthBytes = -1
      if (this.#type === DISCONNECT) {
        this.#ended = true
        this.options.onDisconnect()
        return i
      }
    }
    return chunk.length
  }

  #begin(type: number): boolean {
    const bounds = BOUNDS.get(type)
    if (bounds === undefined) return this.#fault('protocol_error') !== null
    const isSubscription = type === SUBSCRIBE || type === UNSUBSCRIBE
    if (!this.options.allow(isSubscription))
      return this.#fault('rate_limited', isSubscription ? 'subscribes' : 'packets') !== null
    this.#filters = isSubscription ? new FilterCount(type === SUBSCRIBE) : null
    this.#type = type
    this.#bounds = bounds
    this.#length = 0
    this.#lengthBytes = 0
    return true
  }

  #fault(fault: PacketFault, limit: LimitName | null = null): null {
    this.#ended = true
    this.options.onFault(fault, limit)
    return null
  }
}
