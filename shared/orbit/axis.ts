/**
 * From the mean motion of an orbit to its size, as SGP4 has it (WGS72).
 * @module
 */

/** Gravitational constant times mass of the Earth, km^3/s^2. */
export const MU = 398_600.8

/** Semi-major axis, km, of a mean motion in revolutions a day. */
export const semiMajorAxis = (meanMotion: number): number =>
  Math.cbrt(MU / ((2 * Math.PI * meanMotion) / 86_400) ** 2)
