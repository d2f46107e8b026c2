/**
 * Where satellites are, worked out on the screen from the same elements and the same code as the plans.
 * @module
 */
import type { AzEl } from '../../../shared/angles.js'
import type { Omm, Site } from '../../../shared/messages.js'
import { lookAngles, subPoint } from '../../../shared/orbit/look.js'
import { type Satellite, satelliteFrom } from '../../../shared/orbit/propagate.js'

export interface TrackPoint extends AzEl {
  /** epoch ms */
  readonly ms: number
}

export interface GroundPoint {
  readonly lat: number
  readonly lon: number
  readonly altKm: number
}

/** Enough points for a smooth line on a plot of any size here. */
const POINTS = 61

/** Prepares SGP4; null for elements that give no position, which then simply are not drawn. */
export function satellite(omm: Omm): Satellite | null {
  try {
    return satelliteFrom(omm)
  } catch {
    return null
  }
}

function times(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1))
}

/** Look angles from a site over a time, for the polar plot. Empty when the orbit has no position then. */
export function passTrack(craft: Satellite, site: Site, from: number, to: number): readonly TrackPoint[] {
  try {
    return times(from, to, POINTS).map((ms) => {
      const { az, el } = lookAngles(craft, site, ms)
      return { az, el, ms }
    })
  } catch {
    return []
  }
}

/** Where to look now; null when the orbit has no position. */
export function lookNow(craft: Satellite, site: Site, ms: number): AzEl | null {
  try {
    const { az, el } = lookAngles(craft, site, ms)
    return { az, el }
  } catch {
    return null
  }
}

/** The point of the Earth under a satellite; null when the orbit has no position. */
export function groundPoint(craft: Satellite, ms: number): GroundPoint | null {
  try {
    const { lat, lon, altKm } = subPoint(craft, ms)
    return { lat, lon, altKm }
  } catch {
    return null
  }
}

/** The line on the ground over a time, as [longitude, latitude] for d3-geo. */
export function groundTrack(craft: Satellite, from: number, to: number): [number, number][] {
  return times(from, to, POINTS)
    .map((ms) => groundPoint(craft, ms))
    .filter((p) => p !== null)
    .map((p) => [p.lon, p.lat])
}

const EARTH_KM = 6371

/** Half-angle of the cap of the Earth that sees the satellite above its horizon, degrees. */
export const footprintRadius = (altKm: number): number =>
  (Math.acos(EARTH_KM / (EARTH_KM + Math.max(0, altKm))) * 180) / Math.PI
