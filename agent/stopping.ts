/**
 * A stop that is said until the rotator has taken it, beside whatever else the driver is doing.
 * @module
 */
import { type Clock, SECOND } from '../shared/time.js'
import type { Rotator } from './drivers/rotator.js'

/** A stop that the driver did not take is said again this soon. */
const RETRY_MS = SECOND / 4

export class Stopping {
  #waiters: (() => void)[] = []
  #isWanted = false
  #notBefore = 0
  #underWay: Promise<void> | null = null

  constructor(
    private readonly driver: Pick<Rotator, 'stop'>,
    private readonly clock: Clock,
    /** Told how each attempt ended: null when the rotator has taken it. It must not throw. */
    private readonly onTried: (cause: unknown) => void,
  ) {}

  /** The rotator has not taken the last stop yet: nothing else may make it move. */
  get isPending(): boolean {
    return this.#isWanted || this.#underWay !== null
  }

  /** When `begin` has something to do again (monotonic ms). */
  get dueAt(): number {
    return this.#isWanted && this.#underWay === null ? this.#notBefore : Number.POSITIVE_INFINITY
  }

  /** Wants a stop, now. */
  want(): void {
    this.#isWanted = true
    this.#notBefore = 0
    this.begin()
  }

  /** Resolves when the rotator has taken a stop that begins from now on. */
  taken(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve))
  }

  /** Says what is due. */
  begin(): void {
    if (this.#underWay !== null || this.clock.monotonic() < this.dueAt) return
    this.#underWay = this.#say()
  }

  async #say(): Promise<void> {
    const waiters = this.#waiters
    this.#waiters = []
    this.#isWanted = false
    let failure: unknown = null
    try {
      await this.driver.stop()
      for (const resolve of waiters) resolve()
    } catch (cause) {
      failure = cause
      this.#waiters.unshift(...waiters)
      this.#isWanted = true
      this.#notBefore = this.clock.monotonic() + RETRY_MS
    }
    this.#underWay = null
    this.onTried(failure)
    this.begin()
  }
}
