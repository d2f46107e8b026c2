/**
 * The passes by which the search is judged: found on the propagator itself, one moment at a time. Nothing of it is
 * interpolated and nothing is passed over; it is a thousand times slower.
 * @module
 */
import type { Site } from '../../shared/messages.js'
import { type LookAngles, type Observer, observerAt, view } from '../../shared/orbit/look.js'
import type { Satellite } from '../../shared/orbit/propagate.js'
import { signChange } from '../../shared/orbit/root.js'

/** Epoch ms with the fraction; degrees. */
export interface TruePass {
  readonly aos: number
  readonly tca: number
  readonly los: number
  readonly maxEl: number
}

/** How far apart two accounts of one pass are, ms and degrees. */
export interface Apart {
  readonly aosMs: number
  readonly tcaMs: number
  readonly losMs: number
  readonly maxEl: number
}

export interface Differences {
  readonly matched: readonly Apart[]
  readonly missed: readonly TruePass[]
  readonly invented: readonly TruePass[]
}

/** Passes of one satellite over one site, ours against the truth. Two are one pass when they overlap, give or take 1 s. */
export function differences(ours: readonly TruePass[], truth: readonly TruePass[]): Differences {
  const unmatched = new Set(ours)
  const matched: Apart[] = []
  const missed: TruePass[] = []
  for (const pass of truth) {
    const same = [...unmatched].find((p) => p.aos < pass.los + 1000 && p.los > pass.aos - 1000)
    if (same === undefined) {
      missed.push(pass)
      continue
    }
    unmatched.delete(same)
    matched.push({
      aosMs: Math.abs(same.aos - pass.aos),
      tcaMs: Math.abs(same.tca - pass.tca),
      losMs: Math.abs(same.los - pass.los),
      maxEl: Math.abs(same.maxEl - pass.maxEl),
    })
  }
  return { matched, missed, invented: [...unmatched] }
}

interface Moment {
  readonly at: number
  readonly value: number
}

interface Sample extends LookAngles {
  readonly ms: number
}

const TOLERANCE_MS = 1e-3
/** By so much (degrees) the elevation falls beside a top of which the two sides are told apart. */
const QUICK = 1e-4
/** Degrees by which no elevation grows between two samples. */
const FAR_BELOW = 40

/**
 * Passes of one satellite over each of the sites. Between two samples the elevation must have one extremum at most:
 * 30 s do for low orbits.
 * @param minElevation degrees, for each site
 */
export function truePasses(
  satellite: Satellite,
  sites: readonly Site[],
  minElevation: (site: number) => number,
  stepMs: number,
  [from, to]: readonly [number, number],
): TruePass[][] {
  const states: { ms: number; state: ReturnType<Satellite['stateAt']> }[] = []
  for (let ms = from; ms < to; ms += stepMs) states.push({ ms, state: satellite.stateAt(ms) })
  states.push({ ms: to, state: satellite.stateAt(to) })
  return sites.map((site, i) => {
    const observer = observerAt(site)
    const samples = states.map(({ ms, state }) => ({ ...view(observer, state, ms), ms }))
    return passesIn(
      withExtrema(satellite, observer, samples, minElevation(i)),
      satellite,
      observer,
      minElevation(i),
    )
  })
}

const look = (satellite: Satellite, observer: Observer, ms: number): Sample => ({
  ...view(observer, satellite.stateAt(ms), ms),
  ms,
})

/**
 * The samples with the extrema among them. By differences of the elevation: the velocity of SGP4 is not quite the rate
 * of its position, which moves the top of a slow orbit by seconds.
 */
function withExtrema(
  satellite: Satellite,
  observer: Observer,
  samples: readonly Sample[],
  minElevation: number,
): Sample[] {
  const extrema = samples.flatMap((sample, i) => {
    if (sample.el < minElevation - FAR_BELOW) return []
    const [before, after] = [samples[i - 1] ?? sample, samples[i + 1] ?? sample]
    const isEnd = before === sample || after === sample
    if (!isEnd && before.el < sample.el === sample.el < after.el) return []
    const elevation = (ms: number) => look(satellite, observer, ms).el
    /** Where the elevation a little later and a little earlier is the same; null when that is not in between. */
    const turn = (from: number, to: number, aside: number): number | null => {
      const gain = (ms: number) => elevation(ms + aside) - elevation(ms - aside)
      const [low, high] = [from, to].map((at) => ({ at, value: gain(at) })) as [Moment, Moment]
      return low.value < 0 === high.value < 0 ? null : signChange(gain, low, high, TOLERANCE_MS)
    }
    const aside = (after.ms - before.ms) / 60
    const about = turn(before.ms, after.ms, aside)
    if (about === null) return []
    // A top that is passed in seconds is steeper on one side: at an eccentricity of 0.6 that moves it by milliseconds.
    const isQuick = Math.abs(elevation(about + aside) - elevation(about)) > QUICK
    const at = isQuick ? turn(about - aside / 5, about + aside / 5, aside / 50) : null
    return [look(satellite, observer, at ?? about)]
  })
  return [...samples, ...extrema].sort((a, b) => a.ms - b.ms)
}

/** All that is above, from samples between which the elevation only grows or only falls. */
function passesIn(
  samples: readonly Sample[],
  satellite: Satellite,
  observer: Observer,
  minElevation: number,
): TruePass[] {
  const passes: TruePass[] = []
  let aos: number | null = null
  let top: Sample | null = null
  const rise = (at: Sample) => {
    aos = at.ms
    top = at
  }
  for (const [i, sample] of samples.entries()) {
    const before = samples[i - 1]
    const isUp = sample.el >= minElevation
    if (before === undefined) {
      if (isUp) rise(sample)
      continue
    }
    if (isUp !== before.el >= minElevation) {
      const at = signChange(
        (ms) => look(satellite, observer, ms).el - minElevation,
        { at: before.ms, value: before.el - minElevation },
        { at: sample.ms, value: sample.el - minElevation },
        TOLERANCE_MS,
      )
      const edge = look(satellite, observer, at)
      if (isUp) rise(edge)
      else if (aos !== null && top !== null) {
        const highest: Sample = top
        passes.push({ aos, tca: highest.ms, los: at, maxEl: highest.el })
        aos = null
      }
    }
    if (isUp && top !== null && sample.el > (top as Sample).el) top = sample
  }
  const last = samples.at(-1)
  if (aos !== null && top !== null && last !== undefined)
    passes.push({ aos, tca: (top as Sample).ms, los: last.ms, maxEl: (top as Sample).el })
  return passes
}
