/**
 * The setpoint of the motion on its way to the driver: when it is due, and what the last look before it leaves says.
 * @module
 */
import type { AzEl } from '../shared/angles.js'
import { type Clock, SECOND } from '../shared/time.js'
import type { FaultLog } from './fault-log.js'
import type { GuardKeeper, GuardListener } from './guard/keeper.js'
import { clearance } from './guard/rules.js'
import type { Winding } from './guard/winding.js'
import type { Setpoints } from './setpoints.js'

/** A target that the driver did not take is offered again this soon. */
const GO_RETRY_MS = SECOND
/** How much a new round trip counts in the estimate of the latency. */
const LATENCY_GAIN = 0.2

export interface GoingDeps {
  readonly guard: GuardKeeper<GuardListener>
  readonly winding: Winding
  readonly setpoints: Setpoints
  readonly faults: FaultLog
  readonly clock: Clock
  /** A stop is on its way, or this is the end: nothing else may leave. */
  readonly isBarred: () => boolean
  /** Something is due that was not. */
  readonly onDue: () => void
}

export class Going {
  #isWanted = false
  #notBefore = 0
  #latencyMs = 0

  constructor(private readonly deps: GoingDeps) {}

  /** How long the driver takes to take a target, ms. */
  get latencyMs(): number {
    return this.#latencyMs
  }

  isDue(now: number): boolean {
    return this.#isWanted && now >= this.#notBefore && !this.deps.isBarred()
  }

  /** The guard has said go, or that nothing goes any more. */
  heed(isWanted: boolean): void {
    this.#isWanted = isWanted
    this.#notBefore = 0
  }

  /** A target that the driver did not take, or that may have got lost, is offered again, with the mount in sight. */
  offerAgain(): void {
    const { guard, setpoints } = this.deps
    const { motion } = guard.state
    if (motion?.hasArrived === false && !setpoints.has(guard.state, motion.setpoint)) this.#isWanted = true
  }

  async send(): Promise<void> {
    const { clock, guard, winding, setpoints, faults, isBarred } = this.deps
    this.#isWanted = false
    const begin = clock.monotonic()
    const setpoint = clearance(guard.state, begin)
    if (setpoint === null) {
      guard.apply({ kind: 'blocked' })
      return
    }
    if (setpoints.has(guard.state, setpoint)) {
      guard.apply({ kind: 'sent', target: setpoint })
      return
    }
    if (!winding.isReady(setpoint.az)) {
      void this.#keepFirst(setpoint.az)
      return
    }
    try {
      if (await setpoints.send(guard.state, setpoint, () => this.#mayLeave(setpoint))) {
        faults.rprt = 0
        winding.taken(setpoint.az)
        const tookMs = clock.monotonic() - begin
        this.#latencyMs += LATENCY_GAIN * (Math.min(tookMs, SECOND) - this.#latencyMs)
        guard.apply({ kind: 'sent', target: setpoint })
      } else if (!isBarred()) this.#isWanted = true
    } catch (cause) {
      this.#notTaken('the rotator did not take the target', cause)
    }
  }

  /** Asked by the driver in the same breath in which it writes. */
  #mayLeave({ az, el }: AzEl): boolean {
    const { clock, guard, winding, isBarred } = this.deps
    if (isBarred()) return false
    const now = clearance(guard.state, clock.monotonic())
    if (now?.az !== az || now.el !== el || !winding.mayTell(az)) return false
    winding.tell(az)
    return true
  }

  /** A kill after a target has left must not leave a doubt about the cable: the disk comes first. */
  async #keepFirst(az: number): Promise<void> {
    this.#notBefore = Number.POSITIVE_INFINITY
    const { guard, winding } = this.deps
    if (await winding.prepare(az, guard.state.hold)) this.#notBefore = 0
    else this.#notTaken('the target waits for the disk', new Error('guard.json cannot be written'))
    this.#isWanted = true
    this.deps.onDue()
  }

  #notTaken(what: string, cause: unknown): void {
    const { clock, guard, setpoints, faults } = this.deps
    this.#notBefore = clock.monotonic() + GO_RETRY_MS
    setpoints.forget()
    faults.say(what, cause)
    guard.apply({ kind: 'send_failed' })
  }
}
