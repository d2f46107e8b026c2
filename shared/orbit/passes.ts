/**
 * The passes of one satellite over one site: from rising above the operating elevation and the skyline to setting.
 * Between two samples of a grid the elevation has at most one extremum; each is solved for and added to the samples,
 * so that every crossing lies alone in its bracket and even a pass of seconds is found. Elevations are geometric,
 * without refraction.
 * @module
 */
import { TalosError } from '../errors.js'
import type { Site } from '../messages.js'
import { SECOND } from '../time.js'
import { observerAt, type View, view } from './look.js'
import { type MaskPoint, skyline } from './mask.js'
import type { Satellite } from './propagate.js'
import { type Reach, reachOf } from './reach.js'
import { signChange } from './root.js'

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
  /** The satellite was up before the window began: `aos` is the begin of the window. */
  readonly clippedStart: boolean
  /** The satellite was up when the window, or its orbit, ended: `los` is that end. */
  readonly clippedEnd: boolean
}

export interface PassOptions {
  /** Operating minimum elevation, degrees. */
  readonly minElevation: number
  /** RF skyline; a pass is cut where the satellite is behind it. */
  readonly mask?: readonly MaskPoint[]
}

const TOLERANCE_MS = 0.5
/** Behind a skyline the sky is sampled this densely, so that gaps and glimpses of 5 s and more are seen on low orbits. */
const MASK_STEP_MS = 5 * SECOND

interface Sample extends View {
  readonly ms: number
}

/** A stretch of time above the lowest elevation of interest, with the samples in it, extrema included. */
interface Arc {
  readonly samples: readonly Sample[]
  readonly clippedStart: boolean
  readonly clippedEnd: boolean
}

type Look = (ms: number) => Sample

/** Samples of the window in order of time: the grid, and every extremum of the elevation that may be in sight. */
function sampleWindow(look: Look, reach: Reach, from: number, to: number): Sample[] {
  let last = look(from)
  const samples = [last]
  while (last.ms < to) {
    const away = reach.msOutOfSight(last)
    const ms = Math.min(to, last.ms + Math.max(away, reach.stepMs))
    let next: Sample
    try {
      next = look(ms)
    } catch (error) {
      // The orbit ends inside the window: what was found before stands.
      if (error instanceof TalosError) break
      throw error
    }
    if (away < reach.stepMs && last.climb > 0 !== next.climb > 0)
      samples.push(look(crossing((sample) => sample.climb, look, last, next)))
    samples.push(next)
    last = next
  }
  return samples
}

/** When a function of what is seen changes its sign between two samples. */
const crossing = (f: (view: View) => number, look: Look, low: Sample, high: Sample): number =>
  signChange(
    (at) => f(look(at)),
    { at: low.ms, value: f(low) },
    { at: high.ms, value: f(high) },
    TOLERANCE_MS,
  )

/** Cuts samples into arcs where `margin` is not negative; the crossings themselves become samples. */
function arcsOf(look: Look, samples: readonly Sample[], margin: (view: View) => number): Arc[] {
  const arcs: Arc[] = []
  let open: Sample[] | null = null
  let clippedStart = false
  for (const [i, sample] of samples.entries()) {
    const visible = margin(sample) >= 0
    const before = samples[i - 1]
    if (before === undefined) {
      open = visible ? [sample] : null
      clippedStart = visible
      continue
    }
    if (visible !== (open !== null)) {
      const edge = look(crossing(margin, look, before, sample))
      if (open === null) {
        open = [edge]
        clippedStart = false
      } else {
        arcs.push({ samples: [...open, edge], clippedStart, clippedEnd: false })
        open = null
      }
    }
    open?.push(sample)
  }
  if (open !== null) arcs.push({ samples: open, clippedStart, clippedEnd: true })
  return arcs
}

/** The samples of an arc with more in between, so many that no two are farther apart than `stepMs`. */
function denser(look: Look, samples: readonly Sample[], stepMs: number): Sample[] {
  const fine: Sample[] = []
  for (const [i, sample] of samples.entries()) {
    const before = samples[i - 1]
    if (before !== undefined) {
      const parts = Math.ceil((sample.ms - before.ms) / stepMs)
      for (let part = 1; part < parts; part++)
        fine.push(look(before.ms + ((sample.ms - before.ms) * part) / parts))
    }
    fine.push(sample)
  }
  return fine
}

/** The parts of an arc in which the satellite stands above the skyline. */
function aboveSkyline(
  look: Look,
  reach: Reach,
  arc: Arc,
  minElevation: number,
  height: (az: number) => number,
): Arc[] {
  const step = Math.max(MASK_STEP_MS, reach.stepMs / 20)
  const parts = arcsOf(
    look,
    denser(look, arc.samples, step),
    ({ az, el }) => el - Math.max(minElevation, height(az)),
  )
  // An arc that begins with a rise begins visible, which is no cut by the window.
  return parts.map((part) => ({
    ...part,
    clippedStart: part.clippedStart && arc.clippedStart,
    clippedEnd: part.clippedEnd && arc.clippedEnd,
  }))
}

function passOf({ samples, clippedStart, clippedEnd }: Arc): Pass | null {
  const first = samples[0] as Sample
  const last = samples.at(-1) as Sample
  const highest = samples.reduce((best, sample) => (sample.el > best.el ? sample : best))
  const aos = Math.round(first.ms)
  const los = Math.round(last.ms)
  if (los <= aos) return null
  return {
    aos,
    tca: Math.round(highest.ms),
    los,
    aosAz: first.az,
    tcaAz: highest.az,
    losAz: last.az,
    maxEl: highest.el,
    durationS: (los - aos) / SECOND,
    clippedStart,
    clippedEnd,
  }
}

/**
 * Passes between two moments, in order of time. A satellite that decays on the way is followed to its end.
 * @param fromMs epoch milliseconds, UTC
 * @throws TalosError `elements_invalid` when the satellite has no position at `fromMs`; `invalid_request` for times
 *   or elevations that are not finite
 */
export function findPasses(
  satellite: Satellite,
  site: Site,
  fromMs: number,
  toMs: number,
  { minElevation, mask = [] }: PassOptions,
): Pass[] {
  const numbers = [fromMs, toMs, minElevation, ...mask.flatMap(({ az, el }) => [az, el])]
  if (!numbers.every(Number.isFinite))
    throw new TalosError('invalid_request', 'The window, the elevation and the mask must be finite numbers.')
  if (toMs <= fromMs) return []
  const observer = observerAt(site)
  const look: Look = (ms) => ({ ...view(observer, satellite.stateAt(ms), ms), ms })
  const lowest = Math.max(minElevation, mask.length === 0 ? -90 : Math.min(...mask.map(({ el }) => el)))
  const reach = reachOf(satellite.omm, observer, lowest)
  const clear = arcsOf(look, sampleWindow(look, reach, fromMs, toMs), ({ el }) => el - lowest)
  const arcs = mask.some(({ el }) => el > lowest)
    ? clear.flatMap((arc) => aboveSkyline(look, reach, arc, minElevation, skyline(mask)))
    : clear
  return arcs.map(passOf).filter((pass) => pass !== null)
}
