/**
 * A mount that moves at its rates and no faster: the director runs each plan against it before sending it, and the
 * built-in driver is one.
 * @module
 */
import { type AzEl, separation } from '../angles.js'
import type { Mount } from '../messages.js'
import { advance } from './slew.js'

export interface Simulation {
  /** Where the mount is at each sample. */
  readonly az: number[]
  readonly el: number[]
  /** Angle on the sky between the mount and the target at each sample, degrees. */
  readonly errDeg: number[]
  readonly rmsErrDeg: number
  readonly maxErrDeg: number
  /** Part of the samples at which the error is within half the beam width, 0..1. */
  readonly onTarget: number
}

interface Line {
  readonly az: readonly number[]
  readonly el: readonly number[]
}

/**
 * Follows `commanded` (samples `dtMs` apart) from `start`, heading for the next sample between two. The error is taken
 * against `sky`, the true directions, when the commanded line is one shaped to the mount's rates.
 */
export function simulate(
  mount: Pick<Mount, 'azRate' | 'elRate' | 'beamwidth'>,
  start: AzEl,
  commanded: Line,
  dtMs: number,
  sky: Line = commanded,
): Simulation {
  const az: number[] = []
  const el: number[] = []
  const errDeg: number[] = []
  let at = start
  for (const [i, a] of commanded.az.entries()) {
    if (i > 0) at = advance(mount, at, { az: a, el: commanded.el[i] ?? at.el }, dtMs / 1000)
    az.push(at.az)
    el.push(at.el)
    errDeg.push(separation(at, { az: sky.az[i] ?? at.az, el: sky.el[i] ?? at.el }))
  }
  const n = Math.max(1, errDeg.length)
  return {
    az,
    el,
    errDeg,
    rmsErrDeg: Math.sqrt(errDeg.reduce((sum, e) => sum + e * e, 0) / n),
    maxErrDeg: errDeg.reduce((most, e) => Math.max(most, e), 0),
    onTarget: errDeg.filter((e) => e <= mount.beamwidth / 2).length / n,
  }
}
