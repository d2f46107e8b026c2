/**
 * Lets newcomers through at a rate, and a few in each turn of the event loop: what lies between two turns is the time of
 * those who are in already. A fleet that comes back at once waits here, outside, instead of in front of everybody else.
 * @module
 */
import type { Clock } from '../shared/time.js'
import { TokenBucket } from './token-bucket.js'
import { WaitingRoom } from './waiting-room.js'

/** Newcomers a turn; a CONNECT costs some 0.2 ms. */
const BATCH = 8
/** A turn that took so long had other work: then one at a time. */
const BUSY_MS = 10
/** How long until it is looked again whether there is a place. */
const NO_ROOM_MS = 10

export interface TurnstileOptions<T> {
  readonly clock: Clock
  readonly perSecond: number
  readonly burst: number
  /** Is there a place behind it? */
  readonly hasRoom: () => boolean
  readonly letIn: (item: T) => void
}

export class Turnstile<T> {
  readonly #room = new WaitingRoom<T>()
  readonly #bucket: TokenBucket
  /** What lets the next ones in; none: it can be done now. */
  #turn: NodeJS.Immediate | null = null
  #timer: NodeJS.Timeout | null = null

  constructor(readonly options: TurnstileOptions<T>) {
    this.#bucket = new TokenBucket(options.perSecond, options.burst, options.clock.monotonic())
  }

  get waiting(): number {
    return this.#room.size
  }

  waitingOf(source: string): number {
    return this.#room.sizeOf(source)
  }

  /** Who comes alone goes through within the call. */
  join(source: string, item: T): void {
    this.#room.join(source, item)
    this.wake()
  }

  /** It does not want to wait any longer. False when it was not waiting. */
  leave(source: string, item: T): boolean {
    return this.#room.leave(source, item)
  }

  wake(): void {
    if (this.#turn === null && this.#timer === null) this.#let()
  }

  /** Everybody who waits. */
  items(): Iterable<T> {
    return this.#room
  }

  close(): void {
    if (this.#turn !== null) clearImmediate(this.#turn)
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  #let(batch = BATCH): void {
    const { clock, hasRoom, letIn } = this.options
    const now = clock.monotonic()
    for (let left = batch; left > 0 && this.#room.size > 0; left--) {
      if (!hasRoom()) {
        this.#later(NO_ROOM_MS)
        return
      }
      if (!this.#bucket.take(now)) {
        this.#later(this.#bucket.delay(now))
        return
      }
      const item = this.#room.next()
      if (item !== null) letIn(item)
    }
    // Also when nobody waits any more: whoever still comes in this turn counts to it.
    const endedAt = clock.monotonic()
    this.#turn = setImmediate(() => {
      this.#turn = null
      if (this.#room.size > 0) this.#let(clock.monotonic() - endedAt > BUSY_MS ? 1 : BATCH)
    })
  }

  #later(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = null
      this.#let()
    }, ms)
  }
}
