/**
 * Whole turns. A controller that shows 0..360 hides how the cable is wound; the agent counts, and keeps the count on
 * disk over restarts.
 * @module
 */

/**
 * The mount azimuth behind what a controller shows: the one nearest to where the mount was last known to be, or, when
 * nothing is known, the one inside the travel that is nearest to its middle.
 */
export function unwound(
  shown: number,
  last: number | null,
  travel: { azMin: number; azMax: number },
): number {
  const middle = (travel.azMin + travel.azMax) / 2
  return shown + 360 * Math.round(((last ?? middle) - shown) / 360)
}

/** Whole turns of the cable from the neutral point, signed. */
export const turnsOf = (az: number): number => {
  const turns = Math.trunc(az / 360)
  return turns === 0 ? 0 : turns
}
