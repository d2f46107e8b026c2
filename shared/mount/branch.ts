/**
 * A pass is a line on the sky, and a mount with more than one turn, or with more than 90 degrees of elevation, can follow
 * it on several branches. Each is shaped here to what the mount can do: its rates, its stops, its keep-out. Ahead of the
 * keyhole the azimuth leads and behind it lags; at a stop it waits; over a zone the antenna is lifted. All of it costs
 * degrees on the sky, and the cost is what branches are compared by.
 * @module
 */
import { type AzEl, DEG, separation, wrap180 } from '../angles.js'
import type { Mount } from '../messages.js'
import { closest } from './closest.js'
import { freeElevations } from './limits.js'
import { type AxisProblem, envelope, isFollowable, LEAST_WEIGHT, leastWorst } from './rate.js'
import { axisBand } from './setpoint.js'
import { type Facing, facings, type Track } from './sky.js'

/** Mount degrees, unwrapped, at the samples of the track; within limits, keep-out and rates. */
export interface Branch {
  readonly az: readonly number[]
  readonly el: readonly number[]
  /** Angle on the sky between the branch and the track at each sample: what the mount costs. */
  readonly errDeg: readonly number[]
  readonly rmsErrDeg: number
  readonly maxErrDeg: number
  /** Part of the samples at which the error is within half the beam width, 0..1. */
  readonly onTarget: number
}

/** Part of half the beam width that a branch may spend on being nearer elsewhere; the rest is for what is not planned. */
const TUBE_SHARE = 0.8
/** Rounds of giving up what is lost anyway in favour of the rest. */
const LETTING_GO = 3

export function branchOf(mount: Mount, track: Track, az: readonly number[], el: readonly number[]): Branch {
  const errDeg = az.map((a, i) =>
    separation({ az: a, el: el[i] ?? 0 }, { az: track.az[i] ?? 0, el: track.el[i] ?? 0 }),
  )
  let squares = 0
  let worst = 0
  let hits = 0
  for (const e of errDeg) {
    squares += e * e
    worst = Math.max(worst, e)
    if (e <= mount.beamwidth / 2) hits += 1
  }
  const n = Math.max(1, errDeg.length)
  return { az, el, errDeg, rmsErrDeg: Math.sqrt(squares / n), maxErrDeg: worst, onTarget: hits / n }
}

const filled = (n: number, value: number): number[] => new Array<number>(n).fill(value)

/** The nearest track with at most the least possible worst error, or `spare` where that is more. */
function followed(problem: AxisProblem, spare: number): number[] | null {
  if (isFollowable(problem)) return [...problem.wanted]
  const room = envelope(problem, spare)
  if (room !== null) return closest(problem, room)
  const least = leastWorst(problem)
  const wider = least === null ? null : envelope(problem, least)
  return wider === null ? null : closest(problem, wider)
}

/**
 * The elevation that is nearest to the satellite from an azimuth that is not its own: the foot of the perpendicular from
 * the satellite to that vertical circle.
 */
function elevationFor(facing: Facing, i: number, az: number): number {
  const el = facing.el[i] ?? 0
  const off = wrap180(az - (facing.az[i] ?? 0)) * DEG
  if (off === 0) return el
  return Math.atan2(Math.sin(el * DEG), Math.cos(el * DEG) * Math.cos(off)) / DEG
}

/** The mount may be off the track by its dead band and its play, and must not be in a zone then. Degrees. */
const clearance = (mount: Mount): number =>
  axisBand(mount) + (mount.deadband ?? 0) + Math.max(mount.azBacklash ?? 0, mount.elBacklash ?? 0)

/** Elevations along an azimuth track, lifted over what is kept out between each sample and its neighbours. */
function elevations(mount: Mount, track: Track, facing: Facing, az: readonly number[]): number[] | null {
  const n = az.length
  const low = filled(n, mount.elMin)
  const high = filled(n, mount.elMax)
  const clear = clearance(mount)
  if (mount.keepOut.length > 0)
    for (let i = 0; i < n; i++) {
      const here = az[i] ?? 0
      const ends = [az[i - 1] ?? here, here, az[i + 1] ?? here]
      const free = freeElevations(mount, Math.min(...ends) - clear, Math.max(...ends) + clear)
      low[i] = free.low > mount.elMin ? free.low + clear : free.low
      high[i] = free.high < mount.elMax ? free.high - clear : free.high
    }
  const wanted = az.map((a, i) => elevationFor(facing, i, a))
  const step = (mount.elRate * track.dtMs) / 1000
  return followed({ wanted, weight: filled(n, 1), low, high, step }, 0)
}

function azimuthProblem(mount: Mount, track: Track, facing: Facing): AxisProblem {
  const n = facing.az.length
  return {
    wanted: facing.az,
    weight: facing.el.map((e) => Math.abs(Math.cos(e * DEG))),
    low: filled(n, mount.azMin),
    high: filled(n, mount.azMax),
    step: (mount.azRate * track.dtMs) / 1000,
  }
}

/** A branch, and the directions that it was shaped from. */
export interface Shaped extends Branch {
  readonly facing: Facing
}

function along(mount: Mount, track: Track, facing: Facing, az: readonly number[] | null): Shaped | null {
  const el = az === null ? null : elevations(mount, track, facing, az)
  return az === null || el === null ? null : { ...branchOf(mount, track, az, el), facing }
}

/** The branch that faces the track like this, with the least worst error; null when the keep-out leaves none. */
function shaped(mount: Mount, track: Track, facing: Facing): Shaped | null {
  const problem = azimuthProblem(mount, track, facing)
  return along(mount, track, facing, followed(problem, (mount.beamwidth / 2) * TUBE_SHARE))
}

/**
 * The same with more time in the beam: where the beam is lost anyway, that while is given up round by round, and the
 * axes hurry to where they can hold it again.
 */
export function hurried(mount: Mount, track: Track, branch: Shaped): Shaped {
  const problem = azimuthProblem(mount, track, branch.facing)
  const everywhere = envelope(problem, 1080)
  let best = branch
  let weight = problem.weight
  for (let i = 0; i < LETTING_GO && everywhere !== null && best.onTarget < 1; i++) {
    const next = along(mount, track, branch.facing, closest({ ...problem, weight }, everywhere))
    if (next === null) break
    if (next.onTarget > best.onTarget) best = next
    weight = problem.weight.map((w, j) => ((next.errDeg[j] ?? 0) > mount.beamwidth / 2 ? LEAST_WEIGHT : w))
  }
  return best
}

const turned = ({ az, el }: Facing, turns: number): Facing => ({ az: az.map((a) => a + 360 * turns), el })

const isTrack = ({ az, el }: Track): boolean =>
  az.length >= 2 && az.length === el.length && az.every(Number.isFinite) && el.every(Number.isFinite)

/** Each way to face the track, by whole turns, that meets the travel of the mount at all. */
function facingsWithin(mount: Mount, track: Track): Facing[] {
  return facings(mount, track).flatMap((facing) => {
    const least = facing.az.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
    const most = facing.az.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
    const found: Facing[] = []
    for (let k = Math.ceil((mount.azMin - most) / 360); 360 * k + least <= mount.azMax; k++)
      found.push(turned(facing, k))
    return found
  })
}

/** The branches on which the mount follows the whole track without any error. */
export function perfectBranches(mount: Mount, track: Track): Branch[] {
  if (!isTrack(track)) return []
  return facingsWithin(mount, track).flatMap((facing) => {
    if (!isFollowable(azimuthProblem(mount, track, facing))) return []
    const el = elevations(mount, track, facing, facing.az)
    const isTrue = el?.every((e, i) => e === facing.el[i]) ?? false
    return el !== null && isTrue ? [branchOf(mount, track, facing.az, el)] : []
  })
}

/** Every branch, as near to the track as the mount gets on it. */
export function branches(mount: Mount, track: Track): Shaped[] {
  if (!isTrack(track)) return []
  return facingsWithin(mount, track).flatMap((facing) => shaped(mount, track, facing) ?? [])
}

export const startOf = ({ az, el }: Pick<Branch, 'az' | 'el'>): AzEl => ({ az: az[0] ?? 0, el: el[0] ?? 0 })
