/**
 * Angles on the sky. Degrees everywhere; azimuth from north through east, elevation from the horizon.
 * @module
 */

export const DEG = Math.PI / 180

/** Azimuth folded into [0, 360). */
export const wrap360 = (deg: number): number => ((deg % 360) + 360) % 360

/** Angle folded into [-180, 180). */
export const wrap180 = (deg: number): number => wrap360(deg + 180) - 180

export interface AzEl {
  /** degrees */
  readonly az: number
  /** degrees */
  readonly el: number
}

/**
 * The great-circle angle between two directions, degrees. By the haversine, which stays exact for small angles, where
 * the arc cosine of a dot product loses half its digits. Elevations above 90 (a flipped mount) are honoured.
 */
export function separation(a: AzEl, b: AzEl): number {
  const sinEl = Math.sin(((b.el - a.el) * DEG) / 2)
  const sinAz = Math.sin(((b.az - a.az) * DEG) / 2)
  const h = sinEl * sinEl + Math.cos(a.el * DEG) * Math.cos(b.el * DEG) * sinAz * sinAz
  return (2 * Math.asin(Math.min(1, Math.sqrt(Math.max(0, h))))) / DEG
}
