/**
 * The motors behind a simulated controller: they turn at one rate, by the wall clock.
 * @module
 */
import { performance } from 'node:perf_hooks'

export interface Angles {
  readonly az: number
  readonly el: number
}

export class Mechanics {
  #from: Angles
  #to: Angles
  #since = performance.now()

  constructor(
    start: Angles,
    /** degrees a second, both axes */
    private readonly rate: number,
  ) {
    this.#from = start
    this.#to = start
  }

  get position(): Angles {
    const most = (this.rate * (performance.now() - this.#since)) / 1000
    const near = (from: number, to: number) => from + Math.max(-most, Math.min(most, to - from))
    return { az: near(this.#from.az, this.#to.az), el: near(this.#from.el, this.#to.el) }
  }

  head(to: Angles): void {
    this.#from = this.position
    this.#since = performance.now()
    this.#to = to
  }

  stop(): void {
    this.head(this.position)
  }
}
