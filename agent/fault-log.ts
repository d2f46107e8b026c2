/**
 * Says a fault of the rotator once, and again each minute while it lasts: by its name, for a hostile peer puts the same
 * fault into ever new words, and the log of a small machine is small.
 * @module
 */
import { type Clock, MINUTE } from '../shared/time.js'
import { DriverError } from './drivers/fault.js'
import { type Log, reasonOf } from './log.js'

export class FaultLog {
  readonly #saidAt = new Map<string, number>()
  /** Hamlib's number for the last fault, or the nearest to it; 0 since the rotator answered again. */
  rprt = 0

  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  say(what: string, cause: unknown): void {
    const [fault, rprt] = cause instanceof DriverError ? [cause.fault, cause.rprt] : ['unknown', -6]
    this.rprt = rprt
    const name = `${what}: ${fault}`
    const now = this.clock.monotonic()
    if (now - (this.#saidAt.get(name) ?? Number.NEGATIVE_INFINITY) >= MINUTE) {
      this.#saidAt.set(name, now)
      this.log.warn(what, { reason: reasonOf(cause), rprt })
    }
  }
}
