/**
 * An orbit in the words of people: how long a revolution takes, how high it is.
 * @module
 */
import type { Omm } from '../../../shared/messages.js'
import { semiMajorAxis } from '../../../shared/orbit/axis.js'
import { WGS84_A } from '../../../shared/orbit/earth.js'

export interface OrbitFacts {
  readonly periodMin: number
  /** Above the equator's radius, km. */
  readonly perigeeKm: number
  readonly apogeeKm: number
}

export function orbitFacts({ MEAN_MOTION, ECCENTRICITY }: Omm): OrbitFacts {
  const axis = semiMajorAxis(MEAN_MOTION)
  return {
    periodMin: 1440 / MEAN_MOTION,
    perigeeKm: axis * (1 - ECCENTRICITY) - WGS84_A,
    apogeeKm: axis * (1 + ECCENTRICITY) - WGS84_A,
  }
}

const megahertz = (hz: number): string => String(Number((hz / 1e6).toFixed(6)))

/** `437.8`, `145.9–146`, in MHz; null where there is none. */
export const bandText = (lowHz: number | null, highHz: number | null): string | null =>
  lowHz === null ? null : highHz === null ? megahertz(lowHz) : `${megahertz(lowHz)}–${megahertz(highHz)}`
