/**
 * How long a message takes inside the broker: from the moment in which its bytes were read until it was handed to the
 * sockets of its readers. One read of sixteen is measured, so that measuring costs next to nothing; the time in which
 * bytes wait to be read shows in the delay of the event loop.
 * @module
 */

/** Upper bounds of the buckets, s. */
export const LATENCY_BOUNDS_S = [
  0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1,
] as const
/** What no message has as its payload. */
const NONE = Symbol('none')
/** A power of two. */
const MEASURED_OF = 16

export interface LatencyCounts {
  /** Measurements in each bucket of `LATENCY_BOUNDS_S`, and beyond the last; not cumulative. */
  readonly buckets: readonly number[]
  /** Of all measurements, s. */
  readonly sumS: number
  readonly count: number
}

export class Latency {
  readonly #buckets: number[] = new Array(LATENCY_BOUNDS_S.length + 1).fill(0)
  #sumMs = 0
  #count = 0
  #reads = 0
  /** When the chunk that is being parsed was read, ms; negative: not measured. */
  #readAt = -1
  /** The message under way that is measured. */
  #payload: unknown = NONE
  #since = 0

  constructor(readonly now: () => number = () => performance.now()) {}

  /** Bytes of a client were read; what they hold is judged before the next are. */
  read(): void {
    this.#readAt = (++this.#reads & (MEASURED_OF - 1)) === 0 ? this.now() : -1
  }

  /** The first message of these bytes was let pass. Its payload is how it is known again. */
  passed(payload: unknown): void {
    if (this.#readAt < 0) return
    this.#payload = payload
    this.#since = this.#readAt
    this.#readAt = -1
  }

  /** Is this the payload of the message that is measured? */
  isMeasured(payload: unknown): boolean {
    return payload === this.#payload
  }

  /** The message with this payload was handed to all of its readers. */
  handed(payload: unknown): void {
    if (payload !== this.#payload) return
    this.#payload = NONE
    const ms = this.now() - this.#since
    let i = 0
    while (i < LATENCY_BOUNDS_S.length && ms > (LATENCY_BOUNDS_S[i] ?? 0) * 1000) i++
    this.#buckets[i] = (this.#buckets[i] ?? 0) + 1
    this.#sumMs += ms
    this.#count++
  }

  snapshot(): LatencyCounts {
    return { buckets: [...this.#buckets], sumS: this.#sumMs / 1000, count: this.#count }
  }
}
