/**
 * What the broker sends, gathered: all that one connection is sent in one turn of the event loop leaves in one write,
 * because a write costs far more than a message. The order stays; nothing waits longer than the turn.
 * @module
 */
import type { Writable } from 'node:stream'

/** More than this is not gathered: it would look like a reader that is slow. */
const MAX_GATHERED = 32 * 1024

/** Sends what the outboxes have gathered when the turn ends. */
export class TurnEnd {
  #outboxes: Outbox[] = []
  #afterwards: (() => void)[] = []
  #isDue = false

  add(outbox: Outbox): void {
    this.#outboxes.push(outbox)
    this.#schedule()
  }

  /** Calls back once all outboxes are empty. */
  whenEmpty(callback: () => void): void {
    this.#afterwards.push(callback)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#isDue) return
    this.#isDue = true
    setImmediate(this.#end)
  }

  readonly #end = (): void => {
    const [outboxes, afterwards] = [this.#outboxes, this.#afterwards]
    this.#outboxes = []
    this.#afterwards = []
    this.#isDue = false
    for (const outbox of outboxes) outbox.flush()
    for (const callback of afterwards) callback()
  }
}

export class Outbox {
  #packets: Buffer[] = []
  #bytes = 0
  #isWaiting = false
  #isFull = false

  constructor(
    readonly stream: Writable,
    readonly turn: TurnEnd,
    /** Calls back when the stream has drained, and gives up on a reader that does not drain in time. */
    readonly waitForDrain: (drained: () => void) => void,
  ) {}

  /** Bytes that have not been given to the stream. */
  get bytes(): number {
    return this.#bytes
  }

  /** The packet must not be changed any more. */
  send(packet: Buffer): void {
    this.#packets.push(packet)
    this.#bytes += packet.length
    if (this.#bytes > MAX_GATHERED) this.flush()
    else if (!this.#isWaiting) {
      this.#isWaiting = true
      this.turn.add(this)
    }
  }

  flush(): void {
    this.#isWaiting = false
    const packets = this.#packets
    const [first] = packets
    if (first === undefined) return
    const all = packets.length === 1 ? first : Buffer.concat(packets, this.#bytes)
    this.#packets = []
    this.#bytes = 0
    if (this.stream.writable && !this.stream.write(all)) this.#full()
  }

  /** Calls back when the reader can take more; not before the next turn. */
  whenDrained(done: () => void): void {
    if (this.stream.writableNeedDrain) this.waitForDrain(done)
    else setImmediate(done)
  }

  #full(): void {
    if (this.#isFull) return
    this.#isFull = true
    this.waitForDrain(() => {
      this.#isFull = false
    })
  }
}
