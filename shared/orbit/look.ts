/**
 * Where to look: azimuth, elevation, range and its rate from a site, and the point under the satellite. Geometric:
 * no refraction, no light time.
 * @module
 */
import { type AzEl, DEG, wrap360 } from '../angles.js'
import type { Site } from '../messages.js'
import { earthFixed, type Geodetic, geodetic, toEarthFixed } from './earth.js'
import type { Satellite, State, Vec3 } from './propagate.js'

export interface LookAngles extends AzEl {
  /** Degrees in [0, 360). At the zenith any azimuth is right. */
  readonly az: number
  /** Degrees above the horizon of the ellipsoid. */
  readonly el: number
  readonly rangeKm: number
  /** km/s, positive when the satellite recedes. */
  readonly rangeRate: number
}

/** A site with its axes worked out once: the Earth-fixed place (km) and the unit vectors east, north and up. */
export interface Observer {
  readonly place: Vec3
  readonly east: Vec3
  readonly north: Vec3
  readonly up: Vec3
}

export function observerAt(site: Site): Observer {
  const sinLat = Math.sin(site.lat * DEG)
  const cosLat = Math.cos(site.lat * DEG)
  const sinLon = Math.sin(site.lon * DEG)
  const cosLon = Math.cos(site.lon * DEG)
  return {
    place: earthFixed(site),
    east: { x: -sinLon, y: cosLon, z: 0 },
    north: { x: -sinLat * cosLon, y: -sinLat * sinLon, z: cosLat },
    up: { x: cosLat * cosLon, y: cosLat * sinLon, z: sinLat },
  }
}

const dot = (a: Vec3, b: Vec3) => a.x * b.x + a.y * b.y + a.z * b.z

/** What the observer sees of a TEME state at epoch milliseconds. */
export function view(observer: Observer, state: State, ms: number): LookAngles {
  const { position, velocity } = toEarthFixed(state, ms)
  const { place } = observer
  const line = { x: position.x - place.x, y: position.y - place.y, z: position.z - place.z }
  const east = dot(line, observer.east)
  const north = dot(line, observer.north)
  const up = dot(line, observer.up)
  const along = dot(line, velocity)
  const range = Math.sqrt(dot(line, line))
  return {
    az: wrap360(Math.atan2(east, north) / DEG),
    // By the tangent: the sine alone loses half its digits near the zenith.
    el: Math.atan2(up, Math.hypot(east, north)) / DEG,
    rangeKm: range,
    rangeRate: along / range,
  }
}

/**
 * Look angles at epoch milliseconds, UTC.
 * @throws TalosError `elements_invalid` when there is no position then
 */
export const lookAngles = (satellite: Satellite, site: Site, ms: number): LookAngles =>
  view(observerAt(site), satellite.stateAt(ms), ms)

/** The point of the Earth under the satellite and its height, for maps. Throws as `lookAngles`. */
export const subPoint = (satellite: Satellite, ms: number): Geodetic =>
  geodetic(toEarthFixed(satellite.stateAt(ms), ms).position)
