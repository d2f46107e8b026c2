/**
 * Browsers in which somebody has signed in here before keep a cookie that says so (OWASP: device cookies). It opens
 * nothing: it only keeps strangers from spending the mails and the attempts of those who work here.
 * @module
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { DAY } from '../../shared/time.js'
import type { Random } from '../ports.js'

/** As long as most browsers keep a cookie. */
export const KNOWN_BROWSER_MS = 180 * DAY

export interface KnownBrowser {
  readonly userId: string
  /** Tells the browsers of a person apart. */
  readonly id: string
}

export class KnownBrowsers {
  /** `key`: 32 bytes of this purpose alone. */
  constructor(
    private readonly key: Uint8Array,
    private readonly random: Random,
  ) {}

  /** The text of the cookie for a browser in which this person has just signed in. */
  issue(userId: string): string {
    const claim = `${userId}.${this.random(12).toString('hex')}`
    return `${claim}.${this.#mac(claim).toString('base64url')}`
  }

  /** What a cookie says; null when it is not of our making. */
  read(cookie: string | undefined): KnownBrowser | null {
    const [userId, id, mac, ...rest] = cookie?.split('.') ?? []
    if (userId === undefined || id === undefined || mac === undefined || rest.length > 0) return null
    const wanted = this.#mac(`${userId}.${id}`)
    const given = Buffer.from(mac, 'base64url')
    return given.length === wanted.length && timingSafeEqual(given, wanted) ? { userId, id } : null
  }

  #mac(claim: string): Buffer {
    return createHmac('sha256', this.key).update(claim).digest()
  }
}
