/**
 * Where antennas stand and what sky they have, packed for the loops of the search.
 * @module
 */
import { DEG } from '../../angles.js'
import type { Site } from '../../messages.js'
import { earthFixed } from '../earth.js'
import type { MaskPoint } from '../mask.js'

/** A place to look from. */
export interface Stand {
  readonly site: Site
  /** Operating minimum elevation, degrees. */
  readonly minElevation: number
  /** RF skyline; a pass is cut where the satellite is behind it. */
  readonly mask?: readonly MaskPoint[]
  /** Passes that do not come as high as this, degrees, are left out. */
  readonly minCulmination?: number
}

/** The vertical of the ellipsoid and the direction from the centre of the Earth differ by at most 0.193 degrees. */
const VERTICAL_SLACK = 0.2 * DEG

/** Numbers of one stand in `PackedStands.numbers`. */
export const STAND = {
  /** Earth-fixed place, km. */
  X: 0,
  Y: 1,
  Z: 2,
  SIN_LAT: 3,
  COS_LAT: 4,
  SIN_LON: 5,
  COS_LON: 6,
  /** Sine of the lowest elevation of interest. */
  SIN_EL: 7,
  /** The direction of the place from the centre of the Earth, and the distance, km. */
  CX: 8,
  CY: 9,
  CZ: 10,
  RADIUS: 11,
  /** Sine and cosine of the lowest elevation less the slack of the vertical. */
  SIN_REACH: 12,
  COS_REACH: 13,
  SIZE: 14,
} as const

export interface PackedStands {
  readonly stands: readonly Stand[]
  readonly numbers: Float64Array
}

/** The lowest elevation at which a stand may see anything, degrees. */
export const lowestOf = ({ minElevation, mask = [] }: Stand): number =>
  mask.length === 0 ? minElevation : Math.max(minElevation, Math.min(...mask.map(({ el }) => el)))

export function packStands(stands: readonly Stand[]): PackedStands {
  const numbers = new Float64Array(stands.length * STAND.SIZE)
  for (const [i, stand] of stands.entries()) {
    const { lat, lon } = stand.site
    const { x, y, z } = earthFixed(stand.site)
    const radius = Math.hypot(x, y, z)
    const lowest = lowestOf(stand) * DEG
    const reach = Math.max(-Math.PI / 2, lowest - VERTICAL_SLACK)
    const [sinLat, cosLat] = [Math.sin(lat * DEG), Math.cos(lat * DEG)]
    const [sinLon, cosLon] = [Math.sin(lon * DEG), Math.cos(lon * DEG)]
    const centre = [x / radius, y / radius, z / radius, radius]
    numbers.set(
      [
        x,
        y,
        z,
        sinLat,
        cosLat,
        sinLon,
        cosLon,
        Math.sin(lowest),
        ...centre,
        Math.sin(reach),
        Math.cos(reach),
      ],
      i * STAND.SIZE,
    )
  }
  return { stands, numbers }
}
