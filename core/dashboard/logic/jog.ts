/**
 * Steps of the jog pad. The station guards itself; this only spares a person commands that it would refuse.
 * @module
 */
import type { AzEl } from '../../../shared/angles.js'
import type { Mount, RotTelemetry } from '../../../shared/messages.js'
import { pathViolation } from '../../../shared/mount/limits.js'

export const JOG_STEPS = [0.1, 1, 5, 10] as const
export type JogStep = (typeof JOG_STEPS)[number]
export type JogDirection = 'up' | 'down' | 'left' | 'right'

const DELTA: Readonly<Record<JogDirection, AzEl>> = {
  up: { az: 0, el: 1 },
  down: { az: 0, el: -1 },
  left: { az: -1, el: 0 },
  right: { az: 1, el: 0 },
}

/** `limit`: it is there already; `keep_out`: the way or its end is in a keep-out; `blind`: nobody knows where it is. */
export type JogStop = 'limit' | 'keep_out' | 'blind'
export type Jog = { readonly ok: true; readonly target: AzEl } | { readonly ok: false; readonly why: JogStop }

/**
 * Where a step leads, in the mount's own unwrapped degrees, held inside its limits. Steps count from where the antenna
 * was told to be, so that quick presses add up; from where it is when nothing is commanded.
 */
export function jogTarget(rot: RotTelemetry, mount: Mount, direction: JogDirection, step: JogStep): Jog {
  const az = rot.cmdAz ?? rot.az
  const el = rot.cmdEl ?? rot.el
  // Nobody jogs blind.
  if (az === null || el === null) return { ok: false, why: 'blind' }
  const delta = DELTA[direction]
  const hold = (value: number, low: number, high: number) =>
    Number(Math.min(high, Math.max(low, value)).toFixed(2))
  const target = {
    az: hold(az + delta.az * step, mount.azMin, mount.azMax),
    el: hold(el + delta.el * step, mount.elMin, mount.elMax),
  }
  const moved = delta.az * (target.az - az) + delta.el * (target.el - el)
  if (moved < 0.005) return { ok: false, why: 'limit' }
  if (pathViolation(mount, { az, el }, target) !== null) return { ok: false, why: 'keep_out' }
  return { ok: true, target }
}
