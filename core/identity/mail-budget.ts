/**
 * A2: how many mails may leave, so that nobody fills a stranger's inbox or our bill.
 * @module
 */
import { HOUR } from '../../shared/time.js'

/** A person who mistypes and retries needs a handful. */
const PER_ADDRESS = 5
/** All addresses together in an hour; a team signs in some dozens of times a day. */
const TOTAL = 200

export class MailBudget {
  #windowStart = Number.NEGATIVE_INFINITY
  #sent = 0
  readonly #byAddress = new Map<string, number>()

  /** Takes one mail to this address; false when there is none left in this hour. */
  take(address: string, nowMs: number): boolean {
    if (nowMs - this.#windowStart >= HOUR) {
      this.#windowStart = nowMs
      this.#sent = 0
      this.#byAddress.clear()
    }
    const before = this.#byAddress.get(address) ?? 0
    if (before >= PER_ADDRESS || this.#sent >= TOTAL) return false
    this.#byAddress.set(address, before + 1)
    this.#sent += 1
    return true
  }
}
