/**
 * Real passes over a site, some of each band of culmination.
 * @module
 */
import type { AzEl } from '../../../shared/angles.js'
import type { Site } from '../../../shared/messages.js'
import type { Track } from '../../../shared/mount/sky.js'
import { lookAngles } from '../../../shared/orbit/look.js'
import { findPasses } from '../../../shared/orbit/passes.js'
import type { Satellite } from '../../../shared/orbit/propagate.js'
import { DAY, SECOND } from '../../../shared/time.js'

/** Culminations, degrees: from, to. */
export const BANDS: readonly (readonly [number, number])[] = [
  [10, 30],
  [30, 60],
  [60, 80],
  [80, 86],
  [86, 90],
]

export const bandOf = (el: number): number => BANDS.findIndex(([from, to]) => el >= from && el <= to)

export interface RealPass {
  readonly band: number
  readonly aosMs: number
  readonly losMs: number
  readonly sky: (ms: number) => AzEl
  /** Directions a second apart, as a plan has them. */
  readonly track: Track
}

const FINE_MS = 50
/** The sky is known this much before AOS and after LOS. */
const MARGIN_MS = 10 * SECOND

/** Looks worked out once, 50 ms apart; between two the direction moves by less than a tenth of a degree. */
function skyTable(satellite: Satellite, site: Site, aosMs: number, losMs: number): (ms: number) => AzEl {
  const from = aosMs - MARGIN_MS
  const table: AzEl[] = []
  for (let ms = from; ms <= losMs + MARGIN_MS; ms += FINE_MS) {
    const { az, el } = lookAngles(satellite, site, ms)
    table.push({ az, el })
  }
  const last = table.length - 1
  return (ms) => {
    const look = table[Math.min(last, Math.max(0, Math.round((ms - from) / FINE_MS)))]
    if (look === undefined) throw new Error('an empty table')
    return look
  }
}

function passOf(satellite: Satellite, site: Site, aosMs: number, losMs: number, band: number): RealPass {
  const sky = skyTable(satellite, site, aosMs, losMs)
  const count = Math.ceil((losMs - aosMs) / SECOND) + 1
  const looks = Array.from({ length: count }, (_, i) => sky(aosMs + i * SECOND))
  const track = { az: looks.map((l) => l.az), el: looks.map((l) => l.el), dtMs: SECOND }
  return { band, aosMs, losMs, sky, track }
}

/** Up to `each` passes of every band over a site within a day, the satellites in turn. */
export function passesOver(
  satellites: readonly Satellite[],
  site: Site,
  fromMs: number,
  minElevation: number,
  each: number,
): RealPass[] {
  const counts = BANDS.map(() => 0)
  const found: RealPass[] = []
  for (const satellite of satellites) {
    if (counts.every((n) => n >= each)) break
    for (const pass of findPasses(satellite, site, fromMs, fromMs + DAY, { minElevation })) {
      const band = bandOf(pass.maxEl)
      if (band < 0 || pass.clippedStart || pass.clippedEnd || (counts[band] ?? 0) >= each) continue
      counts[band] = (counts[band] ?? 0) + 1
      found.push(passOf(satellite, site, pass.aos, pass.los, band))
    }
  }
  return found
}
