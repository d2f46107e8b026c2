/**
 * Day and night on the map.
 * @module
 */
import { DEG, wrap180 } from '../../../shared/angles.js'
import { sunEarthFixed } from '../../../shared/orbit/sun.js'

/** The point of the Earth under the Sun, to about 0.01 degree: far finer than a pixel of a world map. */
export function subsolarPoint(ms: number): { readonly lat: number; readonly lon: number } {
  const { x, y, z } = sunEarthFixed(ms)
  return { lat: Math.asin(z) / DEG, lon: wrap180(Math.atan2(y, x) / DEG) }
}
