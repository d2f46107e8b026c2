/**
 * How old elements are, and how old they may be.
 * @module
 */
import { TalosError } from '../errors.js'
import type { Omm } from '../messages.js'
import { DAY } from '../time.js'
import { semiMajorAxis } from './axis.js'
import { WGS84_A } from './earth.js'
import { parseEpoch } from './epoch.js'

/** From `warnMs` on a set is used with a warning, from `refuseMs` on it is not used. */
export interface AgeLimits {
  readonly warnMs: number
  readonly refuseMs: number
}

/** SGP4's own boundary between near earth and deep space, minutes. */
const LOW_ORBIT_PERIOD_MIN = 225
/** Below this height, km, the air brakes at every perigee. */
const AIR_KM = 1000

/**
 * Of low orbits one in ten is a minute off after 14 days, and more of those that manoeuvre. What comes down to the air
 * only at its perigee lasts a little longer. Farther out there is no drag, but satellites are kept in their places by
 * thrust, of which their elements know nothing.
 */
export const LOW_LIMITS: AgeLimits = { warnMs: 3 * DAY, refuseMs: 14 * DAY }
const DIVING_LIMITS: AgeLimits = { warnMs: 3 * DAY, refuseMs: 21 * DAY }
const HIGH_LIMITS: AgeLimits = { warnMs: 7 * DAY, refuseMs: 60 * DAY }

/** How old elements of such an orbit may be. */
export function ageLimits({
  MEAN_MOTION,
  ECCENTRICITY,
}: Pick<Omm, 'MEAN_MOTION' | 'ECCENTRICITY'>): AgeLimits {
  if (1440 / MEAN_MOTION < LOW_ORBIT_PERIOD_MIN) return LOW_LIMITS
  return semiMajorAxis(MEAN_MOTION) * (1 - ECCENTRICITY) < WGS84_A + AIR_KM ? DIVING_LIMITS : HIGH_LIMITS
}

/**
 * How old the set is, ms; negative when its epoch is to come.
 * @throws TalosError `elements_invalid` when the epoch is no date
 */
export function elementAgeMs(omm: Omm, nowMs: number): number {
  const epoch = parseEpoch(omm.EPOCH)
  if (epoch === null) throw new TalosError('elements_invalid', `The epoch ${omm.EPOCH} is no date and time.`)
  return nowMs - epoch
}

/** Fresh; old: used with a warning; stale: refused unless a campaign allows it (design section 9). */
export type AgeLevel = 'fresh' | 'old' | 'stale'

/** @param ageMs negative when the epoch is to come */
export function ageLevel(ageMs: number, { warnMs, refuseMs }: AgeLimits): AgeLevel {
  if (ageMs >= refuseMs) return 'stale'
  return ageMs >= warnMs ? 'old' : 'fresh'
}

/** Are these elements at an age at which they point beside the satellite? */
export const areStale = (omm: Omm, nowMs: number): boolean =>
  ageLevel(elementAgeMs(omm, nowMs), ageLimits(omm)) === 'stale'
