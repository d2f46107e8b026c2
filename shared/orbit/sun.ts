/**
 * Where the Sun stands, and whether a satellite is in its light.
 *
 * The shadow is conical: umbra and penumbra of an Earth with its flattening, the Sun at its mean distance, no refraction
 * in the air. The direction is that of the low-precision formulae of the Astronomical Almanac (section C), good to
 * 0.01 degree between 1950 and 2050, which moves the edge of the shadow of a low orbit by some 0.2 s.
 * @module
 */
import { DEG } from '../angles.js'
import { DAY } from '../time.js'
import { toEarthFixed, WGS84_A, WGS84_F } from './earth.js'
import type { Satellite, Vec3 } from './propagate.js'

/** 2000-01-01T12:00Z, epoch ms. */
const J2000 = 946_728_000_000
/** km: the astronomical unit, and the mean radius of the photosphere (IAU 2012 B2, 2015 B3). */
const AU = 149_597_870.7
const SUN_RADIUS = 695_700
/** Tangents of half the opening of the two cones of shadow. */
const UMBRA = (SUN_RADIUS - WGS84_A) / AU
const PENUMBRA = (SUN_RADIUS + WGS84_A) / AU
/** Stretches the ellipsoid to a sphere. */
const STRETCH = 1 / (1 - WGS84_F)

/** How much of the Sun a satellite sees: all of it, a part, nothing. */
export type Light = 'sunlit' | 'penumbra' | 'umbra'

/** By number, as `lightAt` gives it. */
export const LIGHTS: readonly Light[] = ['sunlit', 'penumbra', 'umbra']

/** The unit vector to the Sun in the inertial frame of date, at epoch milliseconds. */
export function sunDirection(ms: number): Vec3 {
  const n = (ms - J2000) / DAY
  const anomaly = (357.528 + 0.985_600_3 * n) * DEG
  const longitude =
    (280.46 + 0.985_647_4 * n + 1.915 * Math.sin(anomaly) + 0.02 * Math.sin(2 * anomaly)) * DEG
  const obliquity = (23.439 - 0.000_000_4 * n) * DEG
  return {
    x: Math.cos(longitude),
    y: Math.cos(obliquity) * Math.sin(longitude),
    z: Math.sin(obliquity) * Math.sin(longitude),
  }
}

const REST: Vec3 = { x: 0, y: 0, z: 0 }

/** The same in the turning frame of the Earth. */
export const sunEarthFixed = (ms: number): Vec3 =>
  toEarthFixed({ position: sunDirection(ms), velocity: REST }, ms).position

/**
 * The light at a place: 0 sunlit, 1 penumbra, 2 umbra. Both vectors in one frame whose z is the axis of the Earth.
 * @param x km from the centre of the Earth
 * @param sx unit vector to the Sun
 */
export function lightAt(x: number, y: number, z: number, sx: number, sy: number, sz: number): number {
  const high = z * STRETCH
  const sunHigh = sz * STRETCH
  const depth = -(x * sx + y * sy + high * sunHigh) / Math.sqrt(sx * sx + sy * sy + sunHigh * sunHigh)
  if (depth <= 0) return 0
  const out2 = x * x + y * y + high * high - depth * depth
  const outer = WGS84_A + depth * PENUMBRA
  if (out2 >= outer * outer) return 0
  const inner = WGS84_A - depth * UMBRA
  return inner > 0 && out2 < inner * inner ? 2 : 1
}

/**
 * The light on a satellite at epoch milliseconds.
 * @throws TalosError `elements_invalid` when there is no position then
 */
export function lightOn(satellite: Satellite, ms: number): Light {
  const { x, y, z } = satellite.stateAt(ms).position
  const sun = sunDirection(ms)
  return LIGHTS[lightAt(x, y, z, sun.x, sun.y, sun.z)] ?? 'sunlit'
}
