/**
 * Holds what strangers can make us write within bounds (B24): in each window so many rows for one cause, and so many
 * for all. What was not written is counted, and the count goes into the next row that is.
 * @module
 */
import { MINUTE } from '../../shared/time.js'

const WINDOW_MS = MINUTE
/** Enough to see what one client tries; its hundredth repetition tells nothing new. */
const PER_CAUSE = 5
/** 300 rows a minute of some 300 bytes: a flood that lasts a day stays below 130 MB. */
const PER_WINDOW = 300

export class AuditBound {
  #windowStart = Number.NEGATIVE_INFINITY
  #written = 0
  #suppressed = 0
  readonly #causes = new Map<string, number>()

  /** Null: do not write. Otherwise write, and say how many rows were left out before this one. */
  admit(cause: string, nowMs: number): { readonly suppressed: number } | null {
    if (nowMs - this.#windowStart >= WINDOW_MS) {
      this.#windowStart = nowMs
      this.#written = 0
      this.#causes.clear()
    }
    const before = this.#causes.get(cause) ?? 0
    if (before >= PER_CAUSE || this.#written >= PER_WINDOW) {
      this.#suppressed += 1
      return null
    }
    this.#causes.set(cause, before + 1)
    this.#written += 1
    const suppressed = this.#suppressed
    this.#suppressed = 0
    return { suppressed }
  }
}
