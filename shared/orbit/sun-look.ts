/**
 * Where the Sun is seen from a site: the one landmark that every antenna has.
 * @module
 */
import { type AzEl, DEG, wrap360 } from '../angles.js'
import type { Site } from '../messages.js'
import { observerAt } from './look.js'
import { sunEarthFixed } from './sun.js'

/**
 * How much the air lifts what stands at this true elevation, degrees: Saemundsson's formula (Sky & Telescope 72, 1986,
 * p. 70; Meeus, Astronomical Algorithms, 16.4), at 1010 hPa and 10 degrees Celsius. Good to 0.1 minutes of arc above 5 degrees.
 */
const refraction = (el: number): number => 1.02 / 60 / Math.tan((el + 10.3 / (el + 5.11)) * DEG)

/** Azimuth and apparent elevation of its middle at epoch milliseconds, UTC; good to 0.02 degrees while it is up. */
export function sunFrom(site: Site, ms: number): AzEl {
  const { east, north, up } = observerAt(site)
  const sun = sunEarthFixed(ms)
  const dot = (axis: typeof sun) => sun.x * axis.x + sun.y * axis.y + sun.z * axis.z
  const [e, n] = [dot(east), dot(north)]
  const el = Math.atan2(dot(up), Math.hypot(e, n)) / DEG
  return { az: wrap360(Math.atan2(e, n) / DEG), el: el < 0 ? el : el + refraction(el) }
}
