/**
 * The station's live state, as people see it, out of the guard's.
 * @module
 */
import { separation } from '../../shared/angles.js'
import type { ErrorCode } from '../../shared/errors.js'
import type { LiveState } from '../../shared/messages.js'
import { MISSES_DEGRADED } from './guard.js'
import type { GuardState } from './state.js'
import { ARRIVAL_DEG } from './watch.js'

export interface Live {
  readonly state: LiveState
  /** Why it holds or is degraded, or null. */
  readonly code: ErrorCode | null
}

function resting({ position, mount }: GuardState): LiveState {
  if (position === null) return 'idle'
  const isParked =
    Math.abs(position.az - mount.parkAz) <= ARRIVAL_DEG && Math.abs(position.el - mount.parkEl) <= ARRIVAL_DEG
  return isParked ? 'parked' : 'idle'
}

export function liveState(guard: GuardState): Live {
  const { hold, misses, sendFailures, motion, position, mount } = guard
  if (hold !== null) return { state: 'safe_hold', code: hold }
  if (misses >= MISSES_DEGRADED || sendFailures >= MISSES_DEGRADED)
    return { state: 'degraded', code: 'driver_failed' }
  if (motion === null || motion.hasArrived) return { state: resting(guard), code: null }
  const isOnTarget =
    motion.source === 'plan' && position !== null && separation(position, motion.goal) <= mount.beamwidth / 2
  return { state: isOnTarget ? 'on_target' : 'slewing', code: null }
}
