/**
 * Real mounts at their real places, from the catalogues of the International VLBI Service (`antenna.cat`, `position.cat`
 * of sked): travel, rates, seconds to settle, dish. Degrees and metres here; degrees a minute there.
 * @module
 */
import type { Mount, Site } from '../../shared/messages.js'
import { geodetic } from '../../shared/orbit/earth.js'

export interface RealMount {
  readonly name: string
  readonly mount: Mount
  readonly site: Site
  readonly dishM: number
}

/** What the catalogue does not tell: full speed within a second of starting. */
const SECONDS_TO_SPEED = 1
/** Slower mounts were not built to follow low orbits, whose azimuth needs 1 degree a second at 45 degrees of elevation. */
export const LEAST_RATE = { az: 1, el: 0.5 }
/** The range of the schema of mounts. */
const [AZ_LEAST, AZ_MOST] = [-720, 1080]

const lines = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('*'))
    .map((line) => line.trim().split(/\s+/))

function sites(text: string): Map<string, Site> {
  const found = new Map<string, Site>()
  for (const [code = '', , x, y, z] of lines(text)) {
    const place = { x: Number(x) / 1000, y: Number(y) / 1000, z: Number(z) / 1000 }
    if (![place.x, place.y, place.z].every(Number.isFinite)) continue
    const { lat, lon, altKm } = geodetic(place)
    found.set(code, { lat, lon, altM: Math.min(9000, Math.max(-500, altKm * 1000)) })
  }
  return found
}

/** Every azimuth-elevation mount that has a place and is fast enough. `beamwidth`: from the dish, or the same for all. */
export function realMounts(
  antennas: string,
  positions: string,
  beamwidth: (dishM: number) => number,
): RealMount[] {
  const places = sites(positions)
  return lines(antennas).flatMap(([, name = '', type, , ...rest]) => {
    const [azRate, azSettle, azMin, azMax, elRate, elSettle, elMin, elMax, dishM] = rest.map(Number)
    const site = places.get(rest[9] ?? '')
    if (type !== 'AZEL' || site === undefined || dishM === undefined) return []
    const rates = { azRate: (azRate ?? 0) / 60, elRate: (elRate ?? 0) / 60 }
    if (rates.azRate < LEAST_RATE.az || rates.elRate < LEAST_RATE.el) return []
    const mount: Mount = {
      ...rates,
      azMin: Math.max(AZ_LEAST, azMin ?? 0),
      azMax: Math.min(AZ_MOST, azMax ?? 0),
      elMin: elMin ?? 0,
      elMax: elMax ?? 0,
      azAccel: rates.azRate / SECONDS_TO_SPEED,
      elAccel: rates.elRate / SECONDS_TO_SPEED,
      settleS: Math.max(azSettle ?? 0, elSettle ?? 0),
      deadband: 0,
      beamwidth: beamwidth(dishM),
      parkAz: ((azMin ?? 0) + (azMax ?? 0)) / 2,
      parkEl: elMax ?? 0,
      keepOut: [],
    }
    return [{ name, mount, site, dishM }]
  })
}
