/**
 * Where satellites stand in the sky, by satellite.js alone: a second opinion on `shared/orbit`, which it must not use.
 * @module
 */
import {
  degreesToRadians,
  ecfToLookAngles,
  eciToEcf,
  eciToGeodetic,
  gstime,
  propagate,
  radiansToDegrees,
  type SatRec,
  twoline2satrec,
} from 'satellite.js'

export interface Place {
  /** WGS84 degrees. */
  readonly lat: number
  readonly lon: number
}

/** Degrees; azimuth from north eastwards. */
export interface Direction {
  readonly az: number
  readonly el: number
}

export interface PassUnderWay {
  /** Catalogue number. */
  readonly satelliteId: string
  readonly satrec: SatRec
  readonly site: Place
  /** When it sinks below the minimum elevation, epoch ms. */
  readonly losMs: number
}

export interface Wish {
  /** Degrees. */
  readonly minElevation: number
  /** Lowest elevation now, degrees. */
  readonly elevationNow: number
  /** Seconds from now to LOS: at least, at most. */
  readonly losInS: readonly [number, number]
  /** Azimuth at all times until LOS, degrees. */
  readonly azimuth: readonly [number, number]
}

/** Low orbits, revolutions a day; height of the satellite over the ground, km. */
const LEO_REVOLUTIONS = 11
const HEIGHT_KM = [350, 1500] as const
/** Near a pole a place east of a track is hardly another place. */
const MOST_LATITUDE = 65
const within = (value: number, [low, high]: readonly [number, number]) => value >= low && value <= high

export function directionFrom(satrec: SatRec, site: Place, atMs: number): Direction | null {
  const date = new Date(atMs)
  const state = propagate(satrec, date)
  if (state === null || typeof state.position !== 'object') return null
  const observer = {
    latitude: degreesToRadians(site.lat),
    longitude: degreesToRadians(site.lon),
    height: 0,
  }
  const { azimuth, elevation } = ecfToLookAngles(observer, eciToEcf(state.position, gstime(date)))
  return { az: (radiansToDegrees(azimuth) + 360) % 360, el: radiansToDegrees(elevation) }
}

/** The angle between two directions, degrees. */
export function apart(a: Direction, b: Direction): number {
  const [ea, eb, across] = [a.el, b.el, a.az - b.az].map(degreesToRadians) as [number, number, number]
  const cosine = Math.sin(ea) * Math.sin(eb) + Math.cos(ea) * Math.cos(eb) * Math.cos(across)
  return radiansToDegrees(Math.acos(Math.min(1, Math.max(-1, cosine))))
}

/** Below the satellite at that time; null when it is not in a low orbit. */
function groundPoint(satrec: SatRec, atMs: number): Place | null {
  if ((satrec.no * 1440) / (2 * Math.PI) < LEO_REVOLUTIONS) return null
  const date = new Date(atMs)
  const state = propagate(satrec, date)
  if (state === null || typeof state.position !== 'object') return null
  const { latitude, longitude, height } = eciToGeodetic(state.position, gstime(date))
  const [lat, lon] = [radiansToDegrees(latitude), radiansToDegrees(longitude)]
  return within(height, HEIGHT_KM) && Math.abs(lat) <= MOST_LATITUDE ? { lat, lon } : null
}

/** When a satellite that is up will be down, epoch ms; null when the wish is not met. */
function losOf(satrec: SatRec, site: Place, nowMs: number, wish: Wish): number | null {
  const first = directionFrom(satrec, site, nowMs)
  if (first === null || first.el < wish.elevationNow) return null
  for (let second = 0; second <= wish.losInS[1]; second++) {
    const here = directionFrom(satrec, site, nowMs + second * 1000)
    if (here === null || !within(here.az, wish.azimuth)) return null
    if (here.el < wish.minElevation) return second < wish.losInS[0] ? null : nowMs + second * 1000
  }
  return null
}

function* satellitesOf(tle: string): Generator<SatRec> {
  const lines = tle.split(/\r?\n/)
  for (const [i, line] of lines.entries()) {
    const next = lines[i + 1] ?? ''
    if (line.startsWith('1 ') && next.startsWith('2 ')) yield twoline2satrec(line, next)
  }
}

/** Seconds since the satellite was abeam of the place, and how far aside of its track the place lies, degrees. */
const BEHIND_S = [60, 90, 120, 150, 180, 210, 240]
const ASIDE_DEG = [3, -3, 6, -6]

/**
 * A satellite of the file that is in the sky now, and a place that sees it as wished: not far from its ground track, a
 * few minutes behind it.
 * @throws Error when the file has none
 */
export function passUnderWay(tle: string, nowMs: number, wish: Wish): PassUnderWay {
  for (const satrec of satellitesOf(tle))
    for (const behind of BEHIND_S) {
      const below = groundPoint(satrec, nowMs - behind * 1000)
      if (below === null) continue
      for (const aside of ASIDE_DEG) {
        const lon = ((below.lon + aside + 540) % 360) - 180
        const site = { lat: Math.round(below.lat * 1000) / 1000, lon: Math.round(lon * 1000) / 1000 }
        const losMs = losOf(satrec, site, nowMs, wish)
        if (losMs !== null) return { satelliteId: String(Number(satrec.satnum)), satrec, site, losMs }
      }
    }
  throw new Error('No satellite of the file can be seen as wished from any place behind its track.')
}
