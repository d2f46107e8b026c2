/**
 * How much one station may say (B21), in messages and in bytes. Telemetry comes again, so it is what is dropped first:
 * it may not touch the last fifth, which is kept for states and acks.
 * @module
 */
import type { Clock } from '../shared/time.js'
import { BoundedMap } from './bounded-map.js'
import type { LimitName, Limits } from './limits.js'
import { TokenBucket } from './token-bucket.js'

const RESERVED_SHARE = 0.2
/** Stations whose rate is remembered. */
const MAX_BUDGETS = 50_000

export class PublishBudget {
  readonly #messages: TokenBucket
  readonly #bytes: TokenBucket

  /** `now` here and below: monotonic ms. */
  constructor(limits: Limits, now: number) {
    this.#messages = new TokenBucket(limits.messagesPerSecond, limits.messageBurst, now)
    this.#bytes = new TokenBucket(limits.bytesPerSecond, limits.byteBurst, now)
  }

  /** Pays for one message. Returns the limit that it would break, or null. */
  spend(now: number, bytes: number, isTelemetry: boolean): Extract<LimitName, 'messages' | 'bytes'> | null {
    const share = isTelemetry ? RESERVED_SHARE : 0
    if (!this.#messages.take(now, 1, share * this.#messages.burst)) return 'messages'
    return this.#bytes.take(now, bytes, share * this.#bytes.burst) ? null : 'bytes'
  }
}

/** The budgets of all stations. Kept over reconnects, or each would bring a new burst. */
export class PublishBudgets {
  readonly #budgets = new BoundedMap<string, PublishBudget>(MAX_BUDGETS)

  constructor(
    readonly limits: Limits,
    readonly clock: Clock,
  ) {}

  of(stationId: string): PublishBudget {
    const budget = this.#budgets.get(stationId) ?? new PublishBudget(this.limits, this.clock.monotonic())
    this.#budgets.set(stationId, budget)
    return budget
  }

  forget(stationId: string): void {
    this.#budgets.delete(stationId)
  }
}
