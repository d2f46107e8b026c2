/**
 * SGP4 (Vallado, Crawford, Hujsak, Kelso, "Revisiting Spacetrack Report #3", AIAA 2006-6753; WGS72), by satellite.js.
 * Nothing that is not a number leaves this file.
 * @module
 */
import { checkForDecay, json2satrec, sgp4 } from 'satellite.js'
import { TalosError } from '../errors.js'
import type { Omm } from '../messages.js'
import { MINUTE } from '../time.js'
import { parseEpoch } from './epoch.js'
import { NearEarth } from './near-earth.js'

export interface Vec3 {
  readonly x: number
  readonly y: number
  readonly z: number
}

/** In TEME, the frame of SGP4: km and km/s. */
export interface State {
  readonly position: Vec3
  readonly velocity: Vec3
}

/** A satellite that can be asked where it is. Not to be shared between threads: SGP4 writes into its own record. */
export interface Satellite {
  readonly omm: Omm
  /** Milliseconds since the Unix epoch, with the microseconds as a fraction. */
  readonly epochMs: number
  /**
   * At epoch milliseconds, UTC.
   * @throws TalosError `elements_invalid` when SGP4 fails there or the satellite has decayed
   */
  stateAt(ms: number): State
  /** At minutes since the epoch of the elements. Throws as `stateAt`. */
  stateSince(minutes: number): State
  /**
   * For loops: writes positions (TEME, km), x y z in turn, for the moments `from` to before `to` of those that begin at
   * `firstMs` and are `stepMs` apart. Throws nothing.
   * @returns the first moment without a position, or `to`
   */
  placesAt(firstMs: number, stepMs: number, from: number, to: number, out: Float64Array): number
}

/** AIAA 2006-6753, appendix; 6 also for what satellite.js's check finds decayed although SGP4 returns a position. */
const SGP4_ERRORS: Readonly<Record<number, string>> = {
  1: 'mean eccentricity outside 0 to 1',
  2: 'mean motion below zero',
  3: 'perturbed eccentricity outside 0 to 1',
  4: 'semi-latus rectum below zero',
  6: 'the satellite has decayed',
}

const isFiniteVector = ({ x, y, z }: Vec3) => Number.isFinite(x) && Number.isFinite(y) && Number.isFinite(z)

/**
 * Prepares SGP4 for a set.
 * @throws TalosError `elements_invalid` when the epoch is no date
 */
export function satelliteFrom(omm: Omm): Satellite {
  const epochMs = parseEpoch(omm.EPOCH)
  const failed = (minutes: number, why: string) =>
    new TalosError(
      'elements_invalid',
      `${omm.OBJECT_NAME} (${omm.NORAD_CAT_ID}) has no position ${minutes.toFixed(1)} min after its epoch ${omm.EPOCH}: ${why}. Get newer elements.`,
    )
  if (epochMs === null) throw failed(0, 'the epoch is no date and time')
  // satellite.js cuts the epoch to milliseconds. Time is counted here from the whole of it; what is left is the pull
  // of Sun and Moon on deep orbits, taken up to 1 ms early: 4 cm at most in ten days, over the catalogue of 2026-05-07.
  const record = json2satrec({ ...omm, EPHEMERIS_TYPE: 0, CLASSIFICATION_TYPE: 'U' })

  /** The state, or in words why there is none. */
  function attempt(minutes: number): State | string {
    if (!Number.isFinite(minutes)) return 'the time is not a finite number'
    const state = sgp4(record, minutes)
    if (state === null) return `SGP4 error ${record.error} (${SGP4_ERRORS[record.error] ?? 'unknown'})`
    if (checkForDecay(record)) return 'the satellite has decayed'
    if (!isFiniteVector(state.position) || !isFiniteVector(state.velocity))
      return 'SGP4 gives no finite numbers'
    return state
  }

  function stateSince(minutes: number): State {
    const state = attempt(minutes)
    if (typeof state === 'string') throw failed(minutes, state)
    return state
  }

  const since = (ms: number) => (ms - epochMs) / MINUTE

  const near = record.method === 'n' ? new NearEarth(record) : null

  function placesAt(firstMs: number, stepMs: number, from: number, to: number, out: Float64Array): number {
    if (near !== null) return near.places(since(firstMs), stepMs / MINUTE, from, to, out)
    for (let i = from; i < to; i++) {
      const state = attempt(since(firstMs + i * stepMs))
      if (typeof state === 'string') return i
      out[3 * i] = state.position.x
      out[3 * i + 1] = state.position.y
      out[3 * i + 2] = state.position.z
    }
    return to
  }

  return {
    omm,
    epochMs,
    stateSince,
    placesAt,
    stateAt: (ms) => stateSince(since(ms)),
  }
}
