/**
 * Hands setpoints to the driver: as positions, or, where the configuration says so, as the controller's own park.
 * @module
 */
import type { AzEl } from '../shared/angles.js'
import { isFault } from './drivers/fault.js'
import type { Rotator } from './drivers/rotator.js'
import { nearestStep } from './guard/rules.js'
import type { GuardState } from './guard/state.js'
import { type Log, reasonOf } from './log.js'

/** Whose way it is to the park position: the agent's, or the controller's own command. */
export type ParkBy = 'position' | 'controller'

export class Setpoints {
  /** The controller has said that it has no park of its own. */
  #cannotPark = false

  constructor(
    private readonly driver: Rotator,
    private readonly parkBy: ParkBy,
    private readonly log: Log,
  ) {}

  /**
   * Sends a setpoint that the guard has cleared. Only the last leg to the park position may become a park command.
   * @throws DriverError
   */
  async send(guard: GuardState, setpoint: AzEl): Promise<void> {
    if (this.parkBy === 'controller' && !this.#cannotPark && isLastLegOfPark(guard, setpoint)) {
      try {
        await this.driver.park()
        return
      } catch (cause) {
        if (!isFault(cause, 'not_available', 'not_implemented')) throw cause
        this.#cannotPark = true
        this.log.warn('the controller has no park of its own: it is sent to the park position', {
          reason: reasonOf(cause),
        })
      }
    }
    await this.driver.moveTo(setpoint.az, setpoint.el)
  }
}

function isLastLegOfPark(guard: GuardState, setpoint: AzEl): boolean {
  const { motion, mount } = guard
  const place = nearestStep(guard, { az: mount.parkAz, el: mount.parkEl })
  return motion?.source === 'park' && setpoint.az === place.az && setpoint.el === place.el
}
