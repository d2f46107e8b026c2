/**
 * A2: how many mails may leave, so that nobody fills a stranger's inbox or our bill. Browsers in which the person has
 * signed in before have a purse of their own: strangers who ask for links to an address cannot spend it.
 * @module
 */
import { HOUR } from '../../shared/time.js'

/** A person who mistypes and retries needs a handful. */
const PER_ADDRESS = 5
/** All addresses together in an hour; a team signs in some dozens of times a day. */
const TOTAL = 200

export type Purse = 'known' | 'strangers'

export class MailBudget {
  #windowStart = Number.NEGATIVE_INFINITY
  readonly #sent = { known: 0, strangers: 0 }
  readonly #byAddress = new Map<string, number>()

  /** Takes one mail to this address; false when there is none left in this hour. */
  take(address: string, nowMs: number, purse: Purse = 'strangers'): boolean {
    if (nowMs - this.#windowStart >= HOUR) {
      this.#windowStart = nowMs
      this.#sent.known = 0
      this.#sent.strangers = 0
      this.#byAddress.clear()
    }
    const key = `${purse} ${address}`
    const before = this.#byAddress.get(key) ?? 0
    if (before >= PER_ADDRESS || this.#sent[purse] >= TOTAL) return false
    this.#byAddress.set(key, before + 1)
    this.#sent[purse] += 1
    return true
  }
}
