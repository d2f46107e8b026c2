/**
 * A rate with a burst whose state is one number (the generic cell rate algorithm, ITU-T I.371): for rates of which there
 * are as many as clients. `TokenBucket` does the same for a few, and can take more than one.
 */
export class Pace {
  readonly #intervalMs: number
  readonly #slackMs: number

  constructor(perSecond: number, burst: number) {
    this.#intervalMs = 1000 / perSecond
    this.#slackMs = burst * this.#intervalMs
  }

  /**
   * The state after one more event at `now` (monotonic ms), or null when it comes too soon; that one does not count.
   * The state is when the burst is whole again; -Infinity at first.
   */
  after(state: number, now: number): number | null {
    const next = Math.max(state, now) + this.#intervalMs
    // The sums of a long burst are off by some last digits.
    return next - now > this.#slackMs + 1e-6 ? null : next
  }
}
