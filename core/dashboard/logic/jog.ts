/**
 * Steps of the jog pad. The station guards itself; this only spares a person commands that it would refuse.
 * @module
 */
import type { AzEl } from '../../../shared/angles.js'
import type { Mount, RotTelemetry } from '../../../shared/messages.js'

export const JOG_STEPS = [0.1, 1, 5, 10] as const
export type JogStep = (typeof JOG_STEPS)[number]
export type JogDirection = 'up' | 'down' | 'left' | 'right'

const DELTA: Readonly<Record<JogDirection, AzEl>> = {
  up: { az: 0, el: 1 },
  down: { az: 0, el: -1 },
  left: { az: -1, el: 0 },
  right: { az: 1, el: 0 },
}

/**
 * Where a step leads, in the mount's own unwrapped degrees, held inside its limits. Steps count from where the antenna
 * was told to be, so that quick presses add up; from where it is when nothing is commanded. Null when neither is known:
 * nobody jogs blind.
 */
export function jogTarget(
  rot: RotTelemetry,
  mount: Mount,
  direction: JogDirection,
  step: JogStep,
): AzEl | null {
  const az = rot.cmdAz ?? rot.az
  const el = rot.cmdEl ?? rot.el
  if (az === null || el === null) return null
  const delta = DELTA[direction]
  const hold = (value: number, low: number, high: number) =>
    Number(Math.min(high, Math.max(low, value)).toFixed(2))
  return {
    az: hold(az + delta.az * step, mount.azMin, mount.azMax),
    el: hold(el + delta.el * step, mount.elMin, mount.elMax),
  }
}
