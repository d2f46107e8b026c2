/**
 * The turning Earth: WGS84, and from TEME to the Earth-fixed frame by the sidereal angle of 1982 (Vallado, AIAA
 * 2006-6753, appendix C). UTC stands for UT1 and the pole stays put: below 0.9 s of turning and 15 m.
 * @module
 */
import { DEG, wrap180 } from '../angles.js'
import type { Site } from '../messages.js'
import type { State, Vec3 } from './propagate.js'

/** Semi-major axis, km, and squared eccentricity of the ellipsoid (NIMA TR8350.2). */
export const WGS84_A = 6378.137
export const WGS84_F = 1 / 298.257223563
const WGS84_E2 = WGS84_F * (2 - WGS84_F)

/** 2000-01-01T12:00:00Z */
const J2000_MS = 946_728_000_000
const MS_PER_CENTURY = 36_525 * 86_400_000

/** How fast the sidereal angle grows, rad/s: 1.002737909350795 turns a day. */
export const EARTH_RATE = (2 * Math.PI * 1.002737909350795) / 86_400

/** Greenwich mean sidereal time (IAU 1982) at epoch milliseconds, radians in [0, 2 pi). */
export function siderealAngle(ms: number): number {
  const t = (ms - J2000_MS) / MS_PER_CENTURY
  const seconds = 67_310.54841 + t * (876_600 * 3600 + 8_640_184.812866 + t * (0.093104 - t * 6.2e-6))
  const turn = (seconds / 86_400) % 1
  return 2 * Math.PI * (turn < 0 ? turn + 1 : turn)
}

/** A TEME state in the turning frame: the velocity is that which an observer on the ground sees. */
export function toEarthFixed({ position, velocity }: State, ms: number): State {
  const angle = siderealAngle(ms)
  const sin = Math.sin(angle)
  const cos = Math.cos(angle)
  const x = cos * position.x + sin * position.y
  const y = cos * position.y - sin * position.x
  return {
    position: { x, y, z: position.z },
    velocity: {
      x: cos * velocity.x + sin * velocity.y + EARTH_RATE * y,
      y: cos * velocity.y - sin * velocity.x - EARTH_RATE * x,
      z: velocity.z,
    },
  }
}

/** A site in the Earth-fixed frame, km. */
export function earthFixed({ lat, lon, altM }: Site): Vec3 {
  const sinLat = Math.sin(lat * DEG)
  const cosLat = Math.cos(lat * DEG)
  const normal = WGS84_A / Math.sqrt(1 - WGS84_E2 * sinLat * sinLat)
  const out = (normal + altM / 1000) * cosLat
  return {
    x: out * Math.cos(lon * DEG),
    y: out * Math.sin(lon * DEG),
    z: (normal * (1 - WGS84_E2) + altM / 1000) * sinLat,
  }
}

/** Geodetic coordinates: degrees, and km above the ellipsoid. */
export interface Geodetic {
  readonly lat: number
  /** [-180, 180) */
  readonly lon: number
  readonly altKm: number
}

/** The point of the ellipsoid below an Earth-fixed position: Bowring's formula, twice; good at the poles as well. */
export function geodetic({ x, y, z }: Vec3): Geodetic {
  const out = Math.hypot(x, y)
  const b = WGS84_A * (1 - WGS84_F)
  let reduced = Math.atan2(WGS84_A * z, b * out)
  let lat = 0
  for (let i = 0; i < 2; i++) {
    lat = Math.atan2(
      z + ((WGS84_E2 * WGS84_A * WGS84_A) / b) * Math.sin(reduced) ** 3,
      out - WGS84_E2 * WGS84_A * Math.cos(reduced) ** 3,
    )
    reduced = Math.atan2((1 - WGS84_F) * Math.sin(lat), Math.cos(lat))
  }
  const sinLat = Math.sin(lat)
  return {
    lat: lat / DEG,
    lon: wrap180(Math.atan2(y, x) / DEG),
    altKm: out * Math.cos(lat) + z * sinLat - WGS84_A * Math.sqrt(1 - WGS84_E2 * sinLat * sinLat),
  }
}
