/**
 * Hands setpoints to the driver: as positions, or, where the configuration says so, as the controller's own park.
 * @module
 */
import type { AzEl } from '../shared/angles.js'
import { type Clock, SECOND } from '../shared/time.js'
import { isFault } from './drivers/fault.js'
import type { MayLeave, Rotator } from './drivers/rotator.js'
import { nearestStep } from './guard/rules.js'
import type { GuardState } from './guard/state.js'
import { ARRIVAL_DEG, near } from './guard/watch.js'
import { type Log, reasonOf } from './log.js'

/** Whose way it is to the park position: the agent's, or the controller's own command. */
export type ParkBy = 'position' | 'controller'

/**
 * The same target is not sent again while it is fresh: controllers let go of the brake for each. It is sent again after
 * this, as long as the mount is not there: most controllers answer no target, and a line may have lost it.
 */
const REPEAT_MS = 2 * SECOND

export class Setpoints {
  /** The controller has said that it has no park of its own. */
  #cannotPark = false
  /** The target that the controller took last, and when (monotonic ms). */
  #taken: { readonly target: AzEl; readonly at: number } | null = null
  /** What was on its way when it was forgotten stays forgotten. */
  #epoch = 0

  constructor(
    private readonly driver: Rotator,
    private readonly parkBy: ParkBy,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** What the controller took counts no more: it was stopped, or is another one. */
  forget(): void {
    this.#taken = null
    this.#epoch += 1
  }

  /**
   * Sends a setpoint that the guard has cleared, if `mayLeave` says so still. Only the last leg to the park position may
   * become a park command. Resolves with whether the controller has taken it.
   * @throws DriverError
   */
  async send(guard: GuardState, target: AzEl, mayLeave: MayLeave): Promise<boolean> {
    this.#taken = null
    const epoch = this.#epoch
    const isTaken = await this.#send(guard, target, mayLeave)
    if (isTaken && epoch === this.#epoch) this.#taken = { target, at: this.clock.monotonic() }
    return isTaken
  }

  /** Does the controller have this target, as far as can be told? */
  has({ position }: GuardState, target: AzEl): boolean {
    const taken = this.#taken
    if (taken?.target.az !== target.az || taken.target.el !== target.el) return false
    return (
      this.clock.monotonic() - taken.at < REPEAT_MS ||
      (position !== null && near(position, target, ARRIVAL_DEG))
    )
  }

  async #send(guard: GuardState, { az, el }: AzEl, mayLeave: MayLeave): Promise<boolean> {
    if (this.parkBy === 'controller' && !this.#cannotPark && isLastLegOfPark(guard, { az, el })) {
      try {
        return await this.driver.park(mayLeave)
      } catch (cause) {
        if (!isFault(cause, 'not_available', 'not_implemented')) throw cause
        this.#cannotPark = true
        this.log.warn('the controller has no park of its own: it is sent to the park position', {
          reason: reasonOf(cause),
        })
      }
    }
    return this.driver.moveTo(az, el, mayLeave)
  }
}

function isLastLegOfPark(guard: GuardState, setpoint: AzEl): boolean {
  const { motion, mount } = guard
  const place = nearestStep(guard, { az: mount.parkAz, el: mount.parkEl })
  return motion?.source === 'park' && setpoint.az === place.az && setpoint.el === place.el
}
