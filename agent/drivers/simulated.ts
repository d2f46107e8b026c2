/**
 * A rotator that exists only here: it moves at its rates, with inertia, play and noise as wanted, and fails when it is
 * told to. For demonstrations, tests and rehearsals.
 * @module
 */
import type { AzEl } from '../../shared/angles.js'
import { CENTIDEGREES, type StepsPerDegree } from '../../shared/mount/grid.js'
import type { Limits } from '../../shared/mount/limits.js'
import { type Clock, SECOND } from '../../shared/time.js'
import { DriverError } from './fault.js'
import type { MayLeave, Rotator, RotatorCapabilities } from './rotator.js'
import { type AxisState, type AxisTraits, advanceAxis, axisAt, brakingPoint } from './simulated-axis.js'
import { sendable } from './target.js'

/**
 * `stall`: the motors do not turn. `silent`: nothing is answered and nothing taken. `refuse`: targets are refused.
 * `frozen`: the reading stays as it was. `jump`: the reading is off by 120 degrees. `runaway`: azimuth turns on,
 * whatever it is told.
 */
export const SIMULATED_FAULTS = ['stall', 'silent', 'refuse', 'frozen', 'jump', 'runaway'] as const
export type SimulatedFaultKind = (typeof SIMULATED_FAULTS)[number]

export interface SimulatedFault {
  readonly kind: SimulatedFaultKind
  /** Seconds from when the rotator was made. */
  readonly fromS: number
  readonly lastsS: number
}

export interface SimulatedOptions {
  /** degrees a second */
  readonly azRate: number
  readonly elRate: number
  /** Where it stands at first, and parks. */
  readonly start: AzEl
  /** degrees a second squared; infinite unless said. */
  readonly azAccel?: number | undefined
  readonly elAccel?: number | undefined
  /** Play between motor and antenna, degrees. */
  readonly azBacklash?: number | undefined
  readonly elBacklash?: number | undefined
  /** Standard deviation of a reading, degrees. */
  readonly noise?: number | undefined
  readonly limits?: Limits
  readonly steps?: StepsPerDegree
  readonly faults?: readonly SimulatedFault[] | undefined
}

const JUMP_DEG = 120
/** Any angle at all: what the simulator itself turns by. */
const ANYWHERE: Limits = { azMin: -720, azMax: 1080, elMin: -90, elMax: 180 }

/** Normally distributed, mean 0, deviation 1 (Box and Muller, 1958). */
const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

export class SimulatedDriver implements Rotator {
  readonly kind = 'simulated'
  readonly capabilities: RotatorCapabilities
  readonly #begin: number
  #at: number
  #az: AxisState
  #el: AxisState
  #target: AzEl
  #lastReading: AzEl

  constructor(
    private readonly options: SimulatedOptions,
    private readonly clock: Clock,
    /** In [0, 1). */
    private readonly random: () => number,
  ) {
    const { start, limits = null, steps = CENTIDEGREES } = options
    this.capabilities = { model: 'Simulated rotator', limits, steps }
    this.#az = axisAt(start.az)
    this.#el = axisAt(start.el)
    this.#target = start
    this.#lastReading = start
    this.#begin = clock.monotonic()
    this.#at = this.#begin
  }

  /** Where the antenna truly points, whatever is read: play and faults included. */
  get pointing(): AzEl {
    this.#advance()
    return { az: this.#az.load, el: this.#el.load }
  }

  async start(): Promise<RotatorCapabilities> {
    this.#hear()
    return this.capabilities
  }

  async position(): Promise<AzEl> {
    this.#hear()
    if (this.#has('frozen')) return this.#lastReading
    const off = this.#has('jump') ? JUMP_DEG : 0
    this.#lastReading = { az: this.#read(this.#az) + off, el: this.#read(this.#el) }
    return this.#lastReading
  }

  async moveTo(az: number, el: number, mayLeave: MayLeave): Promise<boolean> {
    this.#hear()
    if (!mayLeave()) return false
    if (this.#has('refuse')) throw new DriverError('rejected', -9, 'the simulated rotator refuses')
    this.#target = sendable(this.options.limits ?? ANYWHERE, this.capabilities.steps, { az, el })
    return true
  }

  async stop(): Promise<void> {
    this.#hear()
    const { az, el } = this.#traits()
    this.#target = { az: brakingPoint(this.#az, az), el: brakingPoint(this.#el, el) }
  }

  async park(mayLeave: MayLeave): Promise<boolean> {
    this.#hear()
    if (!mayLeave()) return false
    this.#target = this.options.start
    return true
  }

  async close(): Promise<void> {}

  #has(kind: SimulatedFaultKind, at = this.clock.monotonic()): boolean {
    const seconds = (at - this.#begin) / SECOND
    return (this.options.faults ?? []).some(
      (f) => f.kind === kind && seconds >= f.fromS && seconds < f.fromS + f.lastsS,
    )
  }

  #hear(): void {
    this.#advance()
    if (this.#has('silent')) throw new DriverError('timeout', -5, 'the simulated rotator is silent')
  }

  /** The encoder sits on the motor. */
  #read({ motor }: AxisState): number {
    const { noise = 0 } = this.options
    return noise === 0 ? motor : motor + noise * normal(this.random)
  }

  #traits(): { readonly az: AxisTraits; readonly el: AxisTraits } {
    const {
      azRate,
      elRate,
      azAccel = Number.POSITIVE_INFINITY,
      elAccel = Number.POSITIVE_INFINITY,
    } = this.options
    const { azBacklash = 0, elBacklash = 0 } = this.options
    return {
      az: { rate: azRate, accel: azAccel, backlash: azBacklash },
      el: { rate: elRate, accel: elAccel, backlash: elBacklash },
    }
  }

  /** Brings the motion up to now, piece by piece between the moments at which faults begin and end. */
  #advance(): void {
    const now = this.clock.monotonic()
    const edges = (this.options.faults ?? [])
      .flatMap(({ fromS, lastsS }) => [fromS, fromS + lastsS])
      .map((seconds) => this.#begin + seconds * SECOND)
      .filter((edge) => edge > this.#at && edge < now)
      .sort((a, b) => a - b)
    for (const until of [...edges, now]) {
      this.#turn((until - this.#at) / SECOND)
      this.#at = until
    }
  }

  #turn(seconds: number): void {
    if (this.#has('stall', this.#at)) {
      this.#az = { ...this.#az, speed: 0 }
      this.#el = { ...this.#el, speed: 0 }
      return
    }
    const { az, el } = this.#traits()
    const azTarget = this.#has('runaway', this.#at) ? ANYWHERE.azMax : this.#target.az
    this.#az = advanceAxis(this.#az, azTarget, az, seconds)
    this.#el = advanceAxis(this.#el, this.#target.el, el, seconds)
  }
}
