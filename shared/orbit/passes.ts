/**
 * When satellites can be seen: from rising above the operating elevation and the skyline to setting. Elevations are
 * geometric, without refraction; times are those of the propagator to a millisecond or two on low orbits.
 * @module
 */
import { wrap360 } from '../angles.js'
import { TalosError } from '../errors.js'
import type { Site } from '../messages.js'
import { SECOND } from '../time.js'
import type { MaskPoint } from './mask.js'
import type { Satellite } from './propagate.js'
import { CLIPPED_END, CLIPPED_START, type Column, LIGHT_SHIFT, type PassColumns } from './search/pass-rows.js'
import { type EndedOrbit, search } from './search/search.js'
import type { Stand } from './search/stands.js'
import { LIGHTS, type Light } from './sun.js'

/** Times in epoch milliseconds, UTC, rounded; angles in degrees. */
export interface Pass {
  readonly aos: number
  /** The moment of the highest elevation inside the pass; for a clipped pass it may be an end of the window. */
  readonly tca: number
  readonly los: number
  readonly aosAz: number
  readonly tcaAz: number
  readonly losAz: number
  readonly maxEl: number
  readonly durationS: number
  /** At TCA. */
  readonly rangeKm: number
  /** Whether the Sun shines on the satellite. */
  readonly light: { readonly aos: Light; readonly tca: Light; readonly los: Light }
  /** The satellite was up before the window began: `aos` is the begin of the window. */
  readonly clippedStart: boolean
  /** The satellite was up when the window, or its orbit, ended: `los` is that end. */
  readonly clippedEnd: boolean
}

const lightIn = (flags: number, shift: number): Light => LIGHTS[(flags >> shift) & 3] ?? 'sunlit'

/**
 * Passes of many satellites over many stands, in order of satellite, stand, time. Where columns were left out, only
 * `columns` is of use, and only the others of it.
 */
export class PassTable {
  constructor(
    readonly columns: PassColumns,
    /** Satellites whose orbit ends in the window, or has ended before it: their passes until then are here. */
    readonly ended: readonly EndedOrbit[],
  ) {}

  get length(): number {
    return this.columns.aos.length
  }

  /** Index of the satellite in the list that was searched. */
  satellite(i: number): number {
    return this.columns.satellite[i] ?? 0
  }

  /** Index of the stand in the list that was searched. */
  stand(i: number): number {
    return this.columns.stand[i] ?? 0
  }

  /** @throws RangeError when there is no such pass */
  pass(i: number): Pass {
    const c = this.columns
    const flags = c.flags[i]
    if (flags === undefined) throw new RangeError(`There is no pass ${i} of ${this.length}.`)
    const number = (column: Float32Array | Float64Array) => column[i] ?? Number.NaN
    const aos = Math.round(number(c.aos))
    const los = Math.round(number(c.los))
    return {
      aos,
      tca: Math.round(number(c.tca)),
      los,
      aosAz: wrap360(number(c.aosAz)),
      tcaAz: wrap360(number(c.tcaAz)),
      losAz: wrap360(number(c.losAz)),
      maxEl: number(c.maxEl),
      durationS: (los - aos) / SECOND,
      rangeKm: number(c.range),
      light: {
        aos: lightIn(flags, LIGHT_SHIFT.aos),
        tca: lightIn(flags, LIGHT_SHIFT.tca),
        los: lightIn(flags, LIGHT_SHIFT.los),
      },
      clippedStart: (flags & CLIPPED_START) !== 0,
      clippedEnd: (flags & CLIPPED_END) !== 0,
    }
  }

  *passes(): Generator<Pass> {
    for (let i = 0; i < this.length; i++) yield this.pass(i)
  }
}

/**
 * Passes between two moments. A satellite that decays on the way is followed to its end.
 * @param fromMs epoch milliseconds, UTC
 * @param wanted columns, `aos` among them; default: all
 * @throws TalosError `invalid_request` for times, elevations or masks that are not finite numbers
 */
export function searchPasses(
  satellites: readonly Satellite[],
  stands: readonly Stand[],
  fromMs: number,
  toMs: number,
  wanted?: readonly Column[],
): PassTable {
  const numbers = stands.flatMap(({ site, minElevation, minCulmination = 0, mask = [] }) => [
    ...[site.lat, site.lon, site.altM, minElevation, minCulmination],
    ...mask.flatMap(({ az, el }) => [az, el]),
  ])
  if (![fromMs, toMs, ...numbers].every(Number.isFinite))
    throw new TalosError(
      'invalid_request',
      'The window, the site, the elevation and the mask must be finite numbers.',
    )
  const { passes, ended } = search(satellites, stands, fromMs, toMs, wanted)
  return new PassTable(passes, ended)
}

export interface PassOptions {
  /** Operating minimum elevation, degrees. */
  readonly minElevation: number
  /** RF skyline; a pass is cut where the satellite is behind it. */
  readonly mask?: readonly MaskPoint[]
}

/**
 * The passes of one satellite over one site, in order of time.
 * @throws TalosError `elements_invalid` when the satellite has no position at `fromMs`; else as `searchPasses`
 */
export function findPasses(
  satellite: Satellite,
  site: Site,
  fromMs: number,
  toMs: number,
  options: PassOptions,
): Pass[] {
  const table = searchPasses([satellite], [{ site, ...options }], fromMs, toMs)
  if (table.length === 0 && table.ended.length > 0) satellite.stateAt(fromMs)
  return [...table.passes()]
}
