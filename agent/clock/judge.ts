/**
 * How far the clock of this machine may be off, and whether a pass can be flown by it (field C12). Pure. Each witness
 * says that true time lies within an interval; two that agree narrow each other down, of two that exclude each other
 * one is wrong, and nobody here can say which (Marzullo, ACM SIGOPS 19(3), 1985).
 * @module
 */
import { separation } from '../../shared/angles.js'
import type { SampledTrack } from '../../shared/mount/track.js'
import type { CLOCK_SOURCES } from '../../shared/station-clock.js'
import { SECOND } from '../../shared/time.js'

/** What one witness has said. True time then goes on with the monotonic clock, which no step disturbs. */
export interface Reference {
  /** Epoch ms. */
  readonly trueMs: number
  readonly uncertaintyMs: number
  /** Monotonic ms at which that was so. */
  readonly at: number
}

export interface References {
  readonly core: Reference | null
  /** The clock of this machine, when NTP vouched for it. */
  readonly ntp: Reference | null
  /** The same at the start, when the configuration vouches for it. Heard when there is nobody else. */
  readonly rtc: Reference | null
}

/** All null when nothing is known. */
export interface ClockState {
  readonly source: (typeof CLOCK_SOURCES)[number]
  /** How far the clock is ahead of true time. */
  readonly offsetMs: number | null
  readonly uncertaintyMs: number | null
}

/** Crystals of small computers are within 50 ppm: 4.3 s a day, when nobody corrects them. */
export const DRIFT = 50e-6
/** Low orbits pass a station that is right below them at about this many degrees a second. */
const LEO_RATE = 1.2

/** True time less `wallMs`. */
interface Span {
  readonly lo: number
  readonly hi: number
}

function spanOf(reference: Reference, wallMs: number, at: number): Span {
  const age = at - reference.at
  const middle = reference.trueMs + age - wallMs
  const uncertainty = reference.uncertaintyMs + Math.abs(age) * DRIFT
  return { lo: middle - uncertainty, hi: middle + uncertainty }
}

const stateOf = (source: ClockState['source'], { lo, hi }: Span): ClockState => ({
  source,
  offsetMs: -(lo + hi) / 2,
  uncertaintyMs: (hi - lo) / 2,
})

/** What is known at monotonic `at` of a clock that shows `wallMs`. */
export function judge({ core, ntp, rtc }: References, wallMs: number, at: number): ClockState {
  const only = core ?? ntp ?? rtc
  if (only === null) return { source: 'none', offsetMs: null, uncertaintyMs: null }
  if (core === null || ntp === null)
    return stateOf(core !== null ? 'core' : ntp !== null ? 'ntp' : 'rtc', spanOf(only, wallMs, at))
  const a = spanOf(core, wallMs, at)
  const b = spanOf(ntp, wallMs, at)
  const both = { lo: Math.max(a.lo, b.lo), hi: Math.min(a.hi, b.hi) }
  if (both.lo <= both.hi) return stateOf('both', both)
  return stateOf('conflict', { lo: Math.min(a.lo, b.lo), hi: Math.max(a.hi, b.hi) })
}

/** The most that it can be off, ms; null when nothing is known. */
export const worstMs = ({ offsetMs, uncertaintyMs }: ClockState): number | null =>
  offsetMs === null || uncertaintyMs === null ? null : Math.abs(offsetMs) + uncertaintyMs

/** The earliest that it can be when the clock shows `wallMs`; `wallMs` itself when nothing is known. */
export const earliestMs = ({ offsetMs, uncertaintyMs }: ClockState, wallMs: number): number =>
  wallMs - (offsetMs ?? 0) - (uncertaintyMs ?? 0)

/** What a clock costs a pass: the most that the antenna can point beside the satellite, and what the beam forgives. */
export interface Pointing extends ClockState {
  /** Degrees on the sky; null when nothing is known. */
  readonly errDeg: number | null
  readonly allowedDeg: number
}

/** Fastest motion of a track on the sky, degrees a second. */
export function peakRate({ az, el, dtMs }: SampledTrack): number {
  let most = 0
  for (let i = 1; i < az.length; i++) {
    const from = { az: az[i - 1] ?? 0, el: el[i - 1] ?? 0 }
    most = Math.max(most, separation(from, { az: az[i] ?? 0, el: el[i] ?? 0 }))
  }
  return (most * SECOND) / dtMs
}

/** @param rate fastest motion of the satellite, degrees a second */
export function pointing(state: ClockState, rate: number, beamwidth: number): Pointing {
  const worst = worstMs(state)
  const errDeg = worst === null ? null : Math.min(180, (worst / SECOND) * rate)
  return { ...state, errDeg, allowedDeg: beamwidth / 2 }
}

/** May a pass be flown by it? Not by a clock of which nothing is known. */
export const isWithinBeam = ({ errDeg, allowedDeg }: Pointing): boolean =>
  errDeg !== null && errDeg <= allowedDeg

/** Is it time to mend the clock, plans or no plans? Half of what the fastest low satellites forgive is used up. */
export const isDoubtful = (state: ClockState, beamwidth: number): boolean => {
  const { errDeg, allowedDeg } = pointing(state, LEO_RATE, beamwidth)
  return errDeg === null || errDeg > allowedDeg / 2
}
