/**
 * G8: motion by hand, and the lease of a program, end with their authority, also while the driver is slow to answer.
 * @module
 */
import { type Clock, MINUTE } from '../../shared/time.js'
import type { GuardState } from './state.js'

export class DeadMan {
  #timer: NodeJS.Timeout | undefined
  #armed = Number.POSITIVE_INFINITY

  constructor(
    private readonly clock: Clock,
    /** An authority is over, or may be. */
    private readonly onEnd: () => void,
  ) {}

  /** Minds the authority that ends first. */
  watch({ motion, lease }: GuardState): void {
    const end = Math.min(motion?.until ?? Number.POSITIVE_INFINITY, lease ?? Number.POSITIVE_INFINITY)
    if (end === this.#armed) return
    this.#armed = end
    this.#arm()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#armed = Number.POSITIVE_INFINITY
  }

  #arm(): void {
    clearTimeout(this.#timer)
    if (this.#armed === Number.POSITIVE_INFINITY) return
    // Timers fire a little early, and clocks may differ: it looks again until it is over.
    const inMs = Math.min(MINUTE, Math.max(1, this.#armed - this.clock.monotonic()))
    this.#timer = setTimeout(() => {
      const end = this.#armed
      this.onEnd()
      if (this.#armed === end) this.#arm()
    }, inMs)
  }
}
