/**
 * A clock that tests move.
 * @module
 */
import type { Clock } from '../../shared/time.js'

/** The clock of the wall, and as far ahead of it as the test says. */
export class TestClock implements Clock {
  aheadMs = 0

  now(): number {
    return Date.now() + this.aheadMs
  }

  monotonic(): number {
    return performance.now() + this.aheadMs
  }
}
