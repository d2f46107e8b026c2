/**
 * A rotator that exists only here: it moves at its rates towards its target, for demonstrations and tests.
 * @module
 */
import type { AzEl } from '../../shared/angles.js'
import { advance } from '../../shared/mount/slew.js'
import { type Clock, SECOND } from '../../shared/time.js'
import { type RotatorCapabilities, type RotatorDriver, RotatorError } from './rotator.js'

export interface SimulatedOptions {
  /** degrees a second */
  readonly azRate: number
  readonly elRate: number
  readonly start: AzEl
}

export class SimulatedDriver implements RotatorDriver {
  readonly kind = 'simulated'
  readonly capabilities: RotatorCapabilities = { model: 'Simulated rotator', limits: null }
  #from: AzEl
  #to: AzEl
  #since: number

  constructor(
    private readonly options: SimulatedOptions,
    private readonly clock: Clock,
  ) {
    this.#from = options.start
    this.#to = options.start
    this.#since = clock.monotonic()
  }

  start(): Promise<RotatorCapabilities> {
    return Promise.resolve(this.capabilities)
  }

  position(): Promise<AzEl> {
    return Promise.resolve(this.#now())
  }

  moveTo(az: number, el: number): Promise<void> {
    if (!Number.isFinite(az) || !Number.isFinite(el))
      return Promise.reject(new RotatorError('invalid_parameter', -1, `${az}, ${el} is no position`))
    this.#head({ az, el })
    return Promise.resolve()
  }

  stop(): Promise<void> {
    this.#head(this.#now())
    return Promise.resolve()
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  #now(): AzEl {
    return advance(this.options, this.#from, this.#to, (this.clock.monotonic() - this.#since) / SECOND)
  }

  #head(to: AzEl): void {
    this.#from = this.#now()
    this.#since = this.clock.monotonic()
    this.#to = to
  }
}
