/**
 * Counts the filters of a SUBSCRIBE or UNSUBSCRIBE (MQTT 3.1.1, 3.8.3 and 3.10.3) while its bytes come in, before the
 * parser makes an object of each: 4 KiB of one-letter filters are more than a thousand.
 * @module
 */

const PACKET_ID_BYTES = 2

export class FilterCount {
  #skip = PACKET_ID_BYTES
  /** The length of the next filter, as far as it has come. */
  #length = 0
  #lengthBytes = 0
  count = 0

  /** `hasQos`: a byte follows each filter, as in SUBSCRIBE. */
  constructor(readonly hasQos: boolean) {}

  /** Sees the body's bytes in order, in pieces of any size. */
  feed(bytes: Uint8Array): void {
    let i = 0
    while (i < bytes.length) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, bytes.length - i)
        this.#skip -= step
        i += step
        continue
      }
      this.#length = this.#length * 256 + (bytes[i++] ?? 0)
      if (++this.#lengthBytes < 2) continue
      this.count++
      this.#skip = this.#length + (this.hasQos ? 1 : 0)
      this.#length = 0
      this.#lengthBytes = 0
    }
  }
}
