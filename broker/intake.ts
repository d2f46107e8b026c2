/**
 * Cuts a stream of bytes into MQTT packets. Their headers have been looked at before (`packet-limit.ts`): they are of a
 * kind and a length that this client may send.
 * @module
 */

/** A whole packet: its first byte, the start of what follows the fixed header, and its end. False: stop. */
export type OnPacket = (bytes: Buffer, start: number, bodyAt: number, end: number) => boolean

const MIN_HELD = 512
const NOTHING = Buffer.alloc(0)

/** Where the body of the packet begins and ends; null when the fixed header is not whole yet. */
function bounds(bytes: Buffer, start: number, length: number): { bodyAt: number; end: number } | null {
  let size = 0
  for (let at = start + 1, shift = 0; at < length; shift += 7) {
    const byte = bytes[at++] ?? 0
    size += (byte & 127) * 2 ** shift
    if (byte < 128) return { bodyAt: at, end: at + size }
  }
  return null
}

export class Intake {
  /** The start of a packet that is not whole; longer than what it holds, so that trickling bytes are not copied each time. */
  #held: Buffer = NOTHING
  #length = 0

  constructor(readonly onPacket: OnPacket) {}

  feed(chunk: Buffer): void {
    if (this.#length === 0) {
      this.#take(chunk, chunk.length)
      return
    }
    this.#hold(chunk)
    const packet = bounds(this.#held, 0, this.#length)
    if (packet === null || packet.end > this.#length) return
    const [held, length] = [this.#held, this.#length]
    this.#held = NOTHING
    this.#length = 0
    this.#take(held, length)
  }

  #take(bytes: Buffer, length: number): void {
    let start = 0
    while (start < length) {
      const packet = bounds(bytes, start, length)
      if (packet === null || packet.end > length) {
        this.#hold(bytes.subarray(start, length))
        return
      }
      if (!this.onPacket(bytes, start, packet.bodyAt, packet.end)) return
      start = packet.end
    }
  }

  #hold(bytes: Buffer): void {
    const length = this.#length + bytes.length
    if (length > this.#held.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(MIN_HELD, length, this.#held.length * 2))
      this.#held.copy(larger, 0, 0, this.#length)
      this.#held = larger
    }
    bytes.copy(this.#held, this.#length)
    this.#length = length
  }
}
