/**
 * One axis of a mount as a thing that moves: it gathers speed, runs at its rate, brakes, and stops where it was told.
 * Degrees, degrees a second, degrees a second squared, seconds.
 * @module
 */
import type { Mount } from '../messages.js'

export interface Axis {
  readonly rate: number
  /** Infinity where nobody has told it: the axis then has its rate at once. */
  readonly accel: number
  /** Play between the sensor and the antenna. */
  readonly backlash: number
  readonly min: number
  readonly max: number
}

export type AxisFacts = Pick<
  Mount,
  | 'azMin'
  | 'azMax'
  | 'elMin'
  | 'elMax'
  | 'azRate'
  | 'elRate'
  | 'azAccel'
  | 'elAccel'
  | 'azBacklash'
  | 'elBacklash'
>

export const azimuthAxis = (mount: AxisFacts): Axis => ({
  rate: mount.azRate,
  accel: mount.azAccel ?? Number.POSITIVE_INFINITY,
  backlash: mount.azBacklash ?? 0,
  min: mount.azMin,
  max: mount.azMax,
})

export const elevationAxis = (mount: AxisFacts): Axis => ({
  rate: mount.elRate,
  accel: mount.elAccel ?? Number.POSITIVE_INFINITY,
  backlash: mount.elBacklash ?? 0,
  min: mount.elMin,
  max: mount.elMax,
})

/** Seconds from rest to rest over `degrees`: a trapezoid of speed, or a triangle where the way is short. */
export function axisSeconds({ rate, accel }: Pick<Axis, 'rate' | 'accel'>, degrees: number): number {
  const way = Math.abs(degrees)
  if (way === 0) return 0
  return way * accel >= rate * rate ? way / rate + rate / accel : 2 * Math.sqrt(way / accel)
}

export interface AxisState {
  /** What the sensor reads. */
  readonly at: number
  /** degrees a second, signed */
  readonly speed: number
  /** Where the antenna points: it trails the sensor by half of the play, on the side it came from. */
  readonly out: number
}

export const atRest = (at: number): AxisState => ({ at, speed: 0, out: at })

/** This near, and slow enough to stop within a step, the axis is there. */
const THERE_DEG = 1e-6
/** Rounding of speeds. */
const EPSILON = 1e-6

function speedTowards(axis: Axis, way: number, speed: number, seconds: number): number {
  const most = Math.min(axis.rate, Math.abs(way) / seconds)
  if (axis.accel === Number.POSITIVE_INFINITY) return Math.sign(way) * most
  // As fast as may be so that whole steps of braking still end at the goal.
  const a = axis.accel * seconds
  const braking = (Math.sqrt(a * a + 8 * axis.accel * Math.abs(way)) - a) / 2
  const wanted = Math.sign(way) * Math.min(most, braking)
  return speed + Math.max(-a, Math.min(a, wanted - speed))
}

/** The axis after `seconds` of heading for `goal`; short steps (50 ms) are near enough to the true motion. */
export function headed(axis: Axis, state: AxisState, goal: number, seconds: number): AxisState {
  const way = Math.min(axis.max, Math.max(axis.min, goal)) - state.at
  const canStop = (speed: number) => Math.abs(speed) <= axis.accel * seconds + EPSILON
  if (Math.abs(way) < THERE_DEG && canStop(state.speed))
    return state.speed === 0 ? state : { ...state, speed: 0 }
  const speed = speedTowards(axis, way, state.speed, seconds)
  const moved = speed * seconds
  const isThere = moved * way > 0 && Math.abs(moved) > Math.abs(way) - THERE_DEG && canStop(speed)
  const at = state.at + (isThere ? way : moved)
  const half = axis.backlash / 2
  return { at, speed: isThere ? 0 : speed, out: Math.min(at + half, Math.max(at - half, state.out)) }
}
