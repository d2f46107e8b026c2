/**
 * The positions that a controller can be told at all: whole steps of a degree. What is checked must be what leaves, so
 * rounding is done before checking, and always towards the inside of the travel.
 * @module
 */
import type { AzEl } from '../angles.js'
import type { Limits } from './limits.js'

/** How finely a controller takes positions: 1 is whole degrees, 10 tenths, 2 halves. */
export interface StepsPerDegree {
  readonly az: number
  readonly el: number
  /** Where its zero stands, degrees, when that is not at 0: a calibrated mount. */
  readonly azZero?: number
  readonly elZero?: number
}

/** Two decimals: what rotctld is sent when nothing is known of the controller behind it. */
export const CENTIDEGREES: StepsPerDegree = { az: 100, el: 100 }

/** As `wholeStep`, of steps that are counted from `zero`. */
function step(value: number, perDegree: number, min: number, max: number, zero = 0): number | null {
  const steps = wholeStep(value - zero, perDegree, min - zero, max - zero)
  // Adding may round beyond the edge, by the last digit.
  return steps === null ? null : Math.max(min, Math.min(max, steps + zero))
}

/** The whole step nearest to `value` between `min` and `max`, or null when no step lies between them. */
function wholeStep(value: number, perDegree: number, min: number, max: number): number | null {
  // By division, not by floor and ceil of a product: 4.35 * 100 is below 435, and an edge is to be reached exactly.
  const low = Math.round(min * perDegree)
  const high = Math.round(max * perDegree)
  const lowest = low / perDegree >= min ? low : low + 1
  const highest = high / perDegree <= max ? high : high - 1
  if (!(lowest <= highest)) return null
  const nearest = Math.max(lowest, Math.min(highest, Math.round(value * perDegree)))
  // Never minus zero: some formats print its sign.
  return nearest / perDegree + 0
}

/**
 * The position of the grid nearest to one that lies within `limits`, itself within `limits`. Null when the position
 * does not, when it is no number, or when the travel holds no step of the grid.
 */
export function onGrid(limits: Limits, steps: StepsPerDegree, { az, el }: AzEl): AzEl | null {
  const { azMin, azMax, elMin, elMax } = limits
  // Written so that NaN fails.
  if (!(az >= azMin && az <= azMax && el >= elMin && el <= elMax)) return null
  const a = step(az, steps.az, azMin, azMax, steps.azZero)
  const e = step(el, steps.el, elMin, elMax, steps.elZero)
  return a === null || e === null ? null : { az: a, el: e }
}
