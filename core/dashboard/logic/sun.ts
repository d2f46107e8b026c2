/**
 * Day and night on the map.
 * @module
 */
import { DEG, wrap180 } from '../../../shared/angles.js'
import { siderealAngle } from '../../../shared/orbit/earth.js'
import { DAY } from '../../../shared/time.js'

/** 2000-01-01T12:00Z, epoch ms. */
const J2000 = 946_728_000_000

/**
 * The point of the Earth under the Sun, by the low-precision formulae of the Astronomical Almanac (section C), good to
 * about 0.01 degree between 1950 and 2050: far finer than a pixel of a world map.
 * @param ms epoch ms
 */
export function subsolarPoint(ms: number): { readonly lat: number; readonly lon: number } {
  const n = (ms - J2000) / DAY
  const meanLongitude = 280.46 + 0.985_647_4 * n
  const anomaly = (357.528 + 0.985_600_3 * n) * DEG
  const longitude = (meanLongitude + 1.915 * Math.sin(anomaly) + 0.02 * Math.sin(2 * anomaly)) * DEG
  const obliquity = (23.439 - 0.000_000_4 * n) * DEG
  const rightAscension = Math.atan2(Math.cos(obliquity) * Math.sin(longitude), Math.cos(longitude)) / DEG
  const declination = Math.asin(Math.sin(obliquity) * Math.sin(longitude)) / DEG
  return { lat: declination, lon: wrap180(rightAscension - siderealAngle(ms) / DEG) }
}
