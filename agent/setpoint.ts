/**
 * From a plan's table to the direction of one moment. The check at upload and the runner use this same function.
 * @module
 */
import type { AzEl } from '../shared/angles.js'
import type { Plan } from '../shared/messages.js'
import type { Limits } from '../shared/mount/limits.js'
import { positionAt, type SampledTrack } from '../shared/mount/track.js'

export const trackOf = (plan: Plan): SampledTrack => ({
  t0Ms: Date.parse(plan.t0),
  dtMs: plan.dtMs,
  az: plan.az,
  el: plan.el,
})

/** A cubic swings past a limit that its samples just keep, by less than this on tables of a few seconds. */
const SWING_DEG = 0.5

function kept(value: number, min: number, max: number): number {
  if (value < min && value >= min - SWING_DEG) return min
  return value > max && value <= max + SWING_DEG ? max : value
}

/** Where the plan wants the mount at `tMs`. Swings past a limit end at it; anything more is left for the guard to refuse. */
export function setpointAt(limits: Limits, track: SampledTrack, tMs: number): AzEl {
  const { az, el } = positionAt(track, tMs)
  return { az: kept(az, limits.azMin, limits.azMax), el: kept(el, limits.elMin, limits.elMax) }
}
