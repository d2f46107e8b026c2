/**
 * The time on the screen: this browser's clock, corrected to core's where they disagree.
 * @module
 */
import { type ReadonlySignal, signal } from '@preact/signals'
import { SECOND } from '../../../shared/time.js'
import { correction, narrow, UNKNOWN_OFFSET } from '../logic/clock-offset.js'

export class ScreenClock {
  readonly #second = signal(Date.now())
  readonly #correction = signal(0)
  #offset = UNKNOWN_OFFSET
  #timer: ReturnType<typeof setTimeout> | undefined

  /** Epoch ms, renewed at each full second: read this in what is drawn. */
  get second(): ReadonlySignal<number> {
    return this.#second
  }

  /** By how much this browser's clock is wrong at least, ms. */
  get correction(): ReadonlySignal<number> {
    return this.#correction
  }

  /** Epoch ms by core's clock. */
  now(): number {
    return Date.now() + this.#correction.peek()
  }

  /** Learns from an answer of core. */
  learn(dateMs: number, sentAt: number, receivedAt: number): void {
    this.#offset = narrow(this.#offset, dateMs, sentAt, receivedAt)
    this.#correction.value = correction(this.#offset)
  }

  start(): void {
    const tick = () => {
      const now = this.now()
      this.#second.value = now
      this.#timer = setTimeout(tick, SECOND - (now % SECOND) + 2)
    }
    tick()
  }

  stop(): void {
    clearTimeout(this.#timer)
  }
}
