/**
 * How fast an orbit can bring its satellite over a site: from that, how coarse a grid may be and how much time may be
 * passed over unseen.
 * @module
 */
import { DEG } from '../angles.js'
import type { Omm } from '../messages.js'
import { EARTH_RATE, WGS84_A } from './earth.js'
import type { LookAngles, Observer } from './look.js'

/** Gravitational constant times mass of the Earth as SGP4 has it (WGS72), km^3/s^2. */
export const MU = 398_600.8

/** Samples to a revolution at the angular rate of the perigee. */
const SAMPLES = 60
/** The mean elements leave out what moves the orbit meanwhile; taken as this share of radius and rate. */
const SLACK = { radius: 1.02, rate: 1.1 } as const
/** Elevation counts from the ellipsoid, the angles here from the centre: they differ by at most 0.2 degrees. */
const VERTICAL_SLACK = 1 * DEG

/** Semi-major axis, km, of a mean motion in revolutions a day. */
export const semiMajorAxis = (meanMotion: number): number =>
  Math.cbrt(MU / ((2 * Math.PI * meanMotion) / 86_400) ** 2)

export interface Reach {
  /** The elevation has at most one extremum within this time. */
  readonly stepMs: number
  /** Milliseconds for which a satellite seen so surely stays below the elevation; 0 or less: it may be up. */
  msOutOfSight(look: LookAngles): number
}

/** @param elevation degrees below which the satellite is of no interest */
export function reachOf(omm: Omm, { place }: Observer, elevation: number): Reach {
  const a = semiMajorAxis(omm.MEAN_MOTION)
  // SGP4 reports a decay before a satellite is lower than this.
  const perigee = Math.max(WGS84_A, a * (1 - omm.ECCENTRICITY))
  const rate = Math.sqrt((MU * (1 + omm.ECCENTRICITY)) / perigee ** 3)
  const farthest = a * (1 + omm.ECCENTRICITY) * SLACK.radius
  const site = Math.hypot(place.x, place.y, place.z)
  const e0 = Math.max(-Math.PI / 2, elevation * DEG - VERTICAL_SLACK)
  // The triangle of centre, site and satellite: the widest angle at the centre under which e0 is reached.
  const widest = Math.acos(Math.min(1, (site / farthest) * Math.cos(e0))) - e0
  const perMs = (rate * SLACK.rate + EARTH_RATE) / 1000
  return {
    stepMs: (2 * Math.PI * 1000) / (rate * SAMPLES),
    msOutOfSight({ el, rangeKm }) {
      const up = rangeKm * Math.sin(el * DEG)
      const angle = Math.atan2(rangeKm * Math.cos(el * DEG), site + up)
      return (angle - widest - VERTICAL_SLACK) / perMs
    },
  }
}
