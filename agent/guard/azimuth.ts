/**
 * Whole turns. A controller that shows 0..360 hides how the cable is wound; the agent counts, and keeps the count on
 * disk over restarts.
 * @module
 */

/** What a controller that forgets turns can show: one turn, and what overlaps. Anything else is no position. */
const SHOWN = { min: -360, max: 540 }

/**
 * The mount azimuth behind what a controller shows: the one nearest to where the mount was last known to be. When
 * nothing is known: as shown where the travel has it, else the turn nearest to the middle of the travel. NaN for what no
 * such controller shows: to unwind a lie would make it believable.
 */
export function unwound(
  shown: number,
  last: number | null,
  travel: { azMin: number; azMax: number },
): number {
  if (!(shown >= SHOWN.min && shown <= SHOWN.max)) return Number.NaN
  if (last === null && shown >= travel.azMin && shown <= travel.azMax) return shown
  const near = last ?? (travel.azMin + travel.azMax) / 2
  return shown + 360 * Math.round((near - shown) / 360)
}

/** Whole turns of the cable from the neutral point, signed. */
export const turnsOf = (az: number): number => {
  const turns = Math.trunc(az / 360)
  return turns === 0 ? 0 : turns
}
