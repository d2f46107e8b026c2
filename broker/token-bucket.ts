/** Lets `burst` pass at once and `perSecond` for ever. Times are monotonic ms. */
export class TokenBucket {
  #tokens: number
  #at: number

  constructor(
    readonly perSecond: number,
    readonly burst: number,
    now: number,
  ) {
    this.#tokens = burst
    this.#at = now
  }

  /** Takes `count` tokens if `reserve` are left then; takes none and returns false if not. */
  take(now: number, count = 1, reserve = 0): boolean {
    this.#tokens = Math.min(this.burst, this.#tokens + (Math.max(0, now - this.#at) / 1000) * this.perSecond)
    this.#at = now
    if (this.#tokens < count + reserve) return false
    this.#tokens -= count
    return true
  }

  /** How long until there is one to take, ms. */
  delay(now: number): number {
    const there = this.#tokens + (Math.max(0, now - this.#at) / 1000) * this.perSecond
    return Math.max(0, ((1 - there) / this.perSecond) * 1000)
  }
}
