/**
 * Whole turns. A controller that shows 0..360 hides how the cable is wound; the agent counts, and keeps the count on
 * disk over restarts.
 * @module
 */

/**
 * The mount azimuth behind what a controller shows: the one nearest to where the mount was last known to be. When
 * nothing is known: as shown where the travel has it, else the turn nearest to the middle of the travel.
 */
export function unwound(
  shown: number,
  last: number | null,
  travel: { azMin: number; azMax: number },
): number {
  if (last === null && shown >= travel.azMin && shown <= travel.azMax) return shown
  const near = last ?? (travel.azMin + travel.azMax) / 2
  return shown + 360 * Math.round((near - shown) / 360)
}

/** Whole turns of the cable from the neutral point, signed. */
export const turnsOf = (az: number): number => {
  const turns = Math.trunc(az / 360)
  return turns === 0 ? 0 : turns
}
