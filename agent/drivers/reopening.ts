/**
 * When a line that could not be opened may be tried again: at once after it worked, then ever later.
 * @module
 */
import { type Clock, SECOND } from '../../shared/time.js'
import type { DriverError } from './fault.js'

const FIRST_MS = SECOND / 2
const MOST_MS = 10 * SECOND

export class Reopening {
  #last: { readonly error: DriverError; readonly pauseMs: number; readonly notBefore: number } | null = null

  constructor(private readonly clock: Clock) {}

  /** Why it must not be tried now, or null. */
  get refusal(): DriverError | null {
    return this.#last !== null && this.clock.monotonic() < this.#last.notBefore ? this.#last.error : null
  }

  failed(error: DriverError): void {
    const pauseMs = this.#last === null ? FIRST_MS : Math.min(MOST_MS, 2 * this.#last.pauseMs)
    this.#last = { error, pauseMs, notBefore: this.clock.monotonic() + pauseMs }
  }

  worked(): void {
    this.#last = null
  }
}
