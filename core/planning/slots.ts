/**
 * A few places for work that must not run all at once; who comes later waits for a place, in order.
 * @module
 */
export class Slots {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(width: number) {
    this.#free = width
  }

  /** How many wait for a place. */
  get waiting(): number {
    return this.#waiting.length
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      // The place goes straight to the next, so that nobody slips in between.
      if (next === undefined) this.#free += 1
      else next()
    }
  }
}
