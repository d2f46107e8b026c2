/**
 * The clock by which passes are flown: that of the machine, until a pass is followed. From then on it goes by the
 * monotonic clock, so that somebody who sets the clock in mid-pass neither makes the antenna jump nor ends the pass.
 * @module
 */
import type { Clock } from '../../shared/time.js'

export class FlightClock implements Clock {
  /** Epoch ms at monotonic 0, while a pass is followed. */
  #origin: number | null = null

  constructor(private readonly machine: Clock) {}

  monotonic(): number {
    return this.machine.monotonic()
  }
  now(): number {
    return this.at(this.monotonic())
  }
  /** Epoch ms at a monotonic time of a moment ago. */
  at(monotonic: number): number {
    return this.#originNow() + monotonic
  }

  /** Steps of the machine's clock count no more. */
  hold(): void {
    this.#origin ??= this.#originNow()
  }
  /** The clock of the machine counts again. */
  release(): void {
    this.#origin = null
  }

  #originNow(): number {
    return this.#origin ?? this.machine.now() - this.machine.monotonic()
  }
}
