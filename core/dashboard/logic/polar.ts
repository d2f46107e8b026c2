/**
 * Geometry of the polar plot: north up, east right, the zenith in the middle, the horizon on the rim. The unit is the
 * radius of the rim; y grows downwards, as on screens.
 * @module
 */
import { type AzEl, DEG, wrap360 } from '../../../shared/angles.js'
import type { Mount } from '../../../shared/messages.js'
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

/** A keep-out or the end of the travel needs no finer line. */
const COLUMN_DEG = 2

/** The lowest and highest elevation of the sky to which the mount gets at a compass azimuth, or null. */
function reachAt(mount: Mount, az: number): { readonly low: number; readonly high: number } | null {
  const turns = [-720, -360, 0, 360, 720]
  const inTravel = (a: number) => turns.some((turn) => a + turn >= mount.azMin && a + turn <= mount.azMax)
  const direct = inTravel(az) ? { low: Math.max(0, mount.elMin), high: Math.min(90, mount.elMax) } : null
  // Over the zenith the beam looks to the other side.
  const over =
    mount.elMax > 90 && inTravel(az + 180) ? { low: Math.max(0, 180 - mount.elMax), high: 90 } : null
  if (direct === null || over === null) return direct ?? over
  return { low: Math.min(direct.low, over.low), high: Math.max(direct.high, over.high) }
}

/**
 * The sky to which the mount never gets, for `fill-rule: evenodd`: beside its travel, below its lowest and above its
 * highest elevation. Empty when it gets everywhere.
 */
export function outOfReach(mount: Mount): string {
  const columns = Array.from({ length: 360 / COLUMN_DEG }, (_, i) => ({
    az: i * COLUMN_DEG,
    reach: reachAt(mount, i * COLUMN_DEG),
  }))
  const low = columns.map(({ az, reach }) => ({ az, el: reach?.low ?? 90 }))
  const high = columns.map(({ az, reach }) => ({ az, el: reach?.high ?? 90 }))
  const beside = low.some(({ el }) => el > 0) ? `${RIM}${trackPath(low)}Z` : ''
  const above = high.some(({ el }) => el < 90) ? `${trackPath(high)}Z` : ''
  return beside + above
}
