/**
 * A clock that stands still while one piece of code runs to its end, so that who judges a byte and who let it leave read
 * the same time, also where the machine takes the processor away between the two.
 * @module
 */
import { type Clock, systemClock } from '../../../shared/time.js'

/** Goes on with the next turn of the event loop's work, promises included. */
export function breathClock(): Clock {
  let held: number | null = null
  return {
    now: systemClock.now,
    monotonic: () => {
      if (held === null) {
        held = systemClock.monotonic()
        queueMicrotask(() => {
          held = null
        })
      }
      return held
    },
  }
}
