/**
 * May a set of elements point an antenna? One that is wrong or old is refused here, before anything moves.
 * @module
 */
import { TalosError } from '../errors.js'
import type { Omm } from '../messages.js'
import { DAY, SECOND } from '../time.js'
import { ageLevel, ageLimits, elementAgeMs } from './age.js'
import { semiMajorAxis } from './axis.js'
import { parseEpoch } from './epoch.js'
import { type Satellite, satelliteFrom, type Vec3 } from './propagate.js'

/** What can be wrong with a set, besides its age. */
export type ElementsFault =
  /** The epoch is no date, or before there were satellites. */
  | 'epoch_invalid'
  /** The epoch is to come. */
  | 'epoch_ahead'
  /** SGP4 reports an error, a decay, or what is no number. */
  | 'no_position'
  /** The ellipse, or the satellite, is in the air or beyond the Moon. */
  | 'radius_absurd'
  /** SGP4 reports no error, but what it says is no orbit any more (satellite.js, issue 152). */
  | 'diverged'

export interface Fault {
  readonly fault: ElementsFault
  /** In words, with the values. */
  readonly detail: string
}

/**
 * SGP4 divides the pull of Sun and Moon on a slow orbit by the sine of its inclination (AIAA 2006-6753, `dpper`): closer to
 * 180 degrees than this, degrees, the numbers leap from second to second. Nothing flies there.
 */
const RETROGRADE_LIMIT = 179.98
/** Revolutions a day; SGP4 takes orbits slower than about 6.4 for deep. */
const DEEP_BELOW = 6.5

/** Nothing was in orbit before. */
const SPUTNIK = Date.UTC(1957, 9, 4)
/** An epoch may lie ahead by this much: some operators publish the state after the next manoeuvre. */
const AHEAD_MS = DAY
/** Below: 120 km of height, where no orbit lasts. Above: beyond the Moon. km from the centre of the Earth. */
const RADIUS_KM = { min: 6498, max: 400_000 } as const
/** A satellite does not go higher than the apogee of its elements by more than this. */
const APOGEE_SLACK = 1.1
/** Nor is it faster, or slower, than SGP4 says by more than this share; SGP4 itself is off by a ten-thousandth. */
const SPEED_SLACK = 0.02

const days = (ms: number) => `${(ms / DAY).toFixed(1)} days`
const length = ({ x, y, z }: Vec3) => Math.hypot(x, y, z)

/**
 * What is wrong with a set at some moments, age aside; null when it can be used.
 * @param moments epoch ms
 */
export function faultOf(omm: Omm, nowMs: number, moments: readonly number[]): Fault | null {
  const who = `${omm.OBJECT_NAME} (${omm.NORAD_CAT_ID})`
  const epoch = parseEpoch(omm.EPOCH)
  if (epoch === null || epoch < SPUTNIK)
    return {
      fault: 'epoch_invalid',
      detail: `The epoch of ${who}, ${omm.EPOCH}, is ${epoch === null ? 'no date and time' : 'before the first satellite'}.`,
    }
  if (epoch - nowMs > AHEAD_MS)
    return {
      fault: 'epoch_ahead',
      detail: `The epoch of ${who}, ${omm.EPOCH}, lies ${days(epoch - nowMs)} ahead; at most a day is taken.`,
    }
  const axis = semiMajorAxis(omm.MEAN_MOTION)
  // The ellipse as well: a satellite that would run through the Earth may be above it just now.
  const [perigee, apogee] = [axis * (1 - omm.ECCENTRICITY), axis * (1 + omm.ECCENTRICITY)]
  const absurd = [perigee, apogee].find(isAbsurd)
  if (absurd !== undefined) return absurdRadius(who, absurd)
  if (omm.MEAN_MOTION < DEEP_BELOW && omm.INCLINATION > RETROGRADE_LIMIT)
    return {
      fault: 'diverged',
      detail: `The inclination of ${who}, ${omm.INCLINATION} degrees, is so close to 180 that SGP4 has no steady numbers for an orbit as slow as this.`,
    }
  const satellite = satelliteFrom(omm)
  for (const ms of moments) {
    const fault = faultAt(who, satellite, ms, apogee)
    if (fault !== null) return fault
  }
  return null
}

const isAbsurd = (radius: number) => radius < RADIUS_KM.min || radius > RADIUS_KM.max

const absurdRadius = (who: string, radius: number): Fault => ({
  fault: 'radius_absurd',
  detail: `${who} would come to ${Math.round(radius)} km from the centre of the Earth: no usable orbit.`,
})

function faultAt(who: string, satellite: Satellite, ms: number, apogee: number): Fault | null {
  try {
    const { position, velocity } = satellite.stateAt(ms)
    const radius = length(position)
    if (isAbsurd(radius)) return absurdRadius(who, radius)
    const next = satellite.stateAt(ms + SECOND).position
    const moved = length({ x: next.x - position.x, y: next.y - position.y, z: next.z - position.z })
    const speed = length(velocity)
    if (radius <= APOGEE_SLACK * apogee && Math.abs(moved - speed) <= SPEED_SLACK * speed) return null
    const since = days(ms - satellite.epochMs)
    return {
      fault: 'diverged',
      detail: `${since} after its epoch ${satellite.omm.EPOCH} ${who} would be ${Math.round(radius)} km from the centre of the Earth, ${moved.toFixed(1)} km/s fast: these elements describe no orbit any more. Get newer ones.`,
    }
  } catch (error) {
    if (error instanceof TalosError) return { fault: 'no_position', detail: error.detail }
    throw error
  }
}

export interface Judgement {
  readonly ok: true
  readonly warnings: string[]
}

/**
 * May this set point an antenna now and for the coming day?
 * @throws TalosError `elements_invalid` with the fault and its values; `elements_stale` with the age
 */
export function judge(omm: Omm, nowMs: number): Judgement {
  const wrong = faultOf(omm, nowMs, [nowMs, nowMs + DAY])
  if (wrong !== null)
    throw new TalosError('elements_invalid', wrong.detail, {
      errors: [{ pointer: `/${wrong.fault}`, detail: wrong.detail }],
    })
  const age = elementAgeMs(omm, nowMs)
  const limits = ageLimits(omm)
  const level = ageLevel(age, limits)
  const old = `The elements of ${omm.OBJECT_NAME} (${omm.NORAD_CAT_ID}) are ${days(age)} old (epoch ${omm.EPOCH}).`
  if (level === 'stale')
    throw new TalosError(
      'elements_stale',
      `${old} An orbit like this needs elements younger than ${days(limits.refuseMs)}.`,
    )
  return { ok: true, warnings: level === 'old' ? [old] : [] }
}
