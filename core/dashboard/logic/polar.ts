/**
 * Geometry of the polar plot: north up, east right, the zenith in the middle, the horizon on the rim. The unit is the
 * radius of the rim; y grows downwards, as on screens.
 * @module
 */
import { type AzEl, DEG, wrap360 } from '../../../shared/angles.js'
import { skyline } from '../../../shared/orbit/mask.js'

export interface Point {
  readonly x: number
  readonly y: number
}

/** Where a direction is on the sky, whatever the mount does to get there: a flipped mount (el > 90) looks backwards. */
export const foldMount = ({ az, el }: AzEl): AzEl =>
  el > 90 ? { az: wrap360(az + 180), el: 180 - el } : { az: wrap360(az), el }

/** A direction as a point. Below the horizon it lies on the rim, where it is still to be seen. */
export function polarPoint(direction: AzEl): Point {
  const { az, el } = foldMount(direction)
  const r = 1 - Math.min(90, Math.max(0, el)) / 90
  return { x: r * Math.sin(az * DEG), y: -r * Math.cos(az * DEG) }
}

const coordinate = (n: number): string => (Math.abs(n) < 5e-4 ? 0 : n).toFixed(3)
const pair = ({ x, y }: Point): string => `${coordinate(x)},${coordinate(y)}`

/** SVG path data through directions, in order; empty for fewer than two. */
export const trackPath = (directions: readonly AzEl[]): string =>
  directions.length < 2 ? '' : `M${directions.map((d) => pair(polarPoint(d))).join('L')}`

/** The line of the mask, each two degrees of azimuth; empty where there is no mask. */
export function maskLine(mask: readonly AzEl[]): readonly AzEl[] {
  if (mask.length === 0) return []
  const height = skyline(mask)
  return Array.from({ length: 180 }, (_, i) => ({ az: i * 2, el: Math.max(0, height(i * 2)) }))
}

/** The sky that a mask hides, between its line and the rim, for `fill-rule: evenodd`. */
export function maskedSky(mask: readonly AzEl[]): string {
  const line = maskLine(mask)
  return line.length === 0 ? '' : `${RIM}${trackPath(line)}Z`
}
const RIM = 'M0,-1A1,1 0 1 1 0,1A1,1 0 1 1 0,-1Z'

/** A sector from `azFrom` eastwards to `azTo`, from the rim up to `elBelow`: a keep-out of the mount. */
export function sector(azFrom: number, azTo: number, elBelow: number): string {
  const sweep = wrap360(azTo - azFrom) || 360
  const steps = Math.max(2, Math.ceil(sweep / 2))
  const az = Array.from({ length: steps + 1 }, (_, i) => azFrom + (sweep * i) / steps)
  const outer = az.map((a) => pair(polarPoint({ az: a, el: 0 })))
  const inner = az.reverse().map((a) => pair(polarPoint({ az: a, el: Math.min(90, elBelow) })))
  return `M${outer.join('L')}L${inner.join('L')}Z`
}
