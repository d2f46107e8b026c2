/**
 * Which setpoints make a mount follow a track with few starts. Rotators wear by starts, and a beam need not be held more
 * closely than it is wide. So each axis is sent to the angle that stays good for longest (the longest stretch of track
 * that lies within the dead band of one angle: cutting greedily makes the fewest pieces), and is sent so early that the
 * satellite passes the middle of the motion when the mount does. An axis that cannot stop in time for its next setpoint is
 * led by its braking distance, so that it does not slow down. Degrees, ms.
 * @module
 */
import { type AzEl, DEG } from '../angles.js'
import type { Mount } from '../messages.js'
import { type Axis, axisSeconds, azimuthAxis, elevationAxis } from './axis.js'
import { pathViolation, violation } from './limits.js'
import { positionAt, type SampledTrack, sampleAt } from './track.js'

/**
 * Half the dead band as a part of the beam width: at its edge a twentieth of the width costs 12 / 20^2 = 0.03 dB of gain
 * (Gaussian main lobe, 3 dB at half the width).
 */
export const DEADBAND_SHARE = 1 / 20
/** Beyond 87 degrees the azimuth's dead band grows no more. */
const LEAST_COS = 0.05
/** An axis that must run at more than half of its rate cannot catch up: its dead band shrinks, down to this part. */
const LEAST_EASE = 0.02
/** The search for the longest good stretch goes no further. */
const HORIZON_MS = 120_000
const LOOK_MS = 500
/** The direction in which a pass begins is that of its first seconds. */
const APPROACH_MS = 5000
/** A move of the controller's dead band and this is heeded, rounding included. */
const HEEDED = 1.05
/** The guard lets a setpoint run ahead of the last by 1.5 of the rate and half a degree; this stays below. */
const JUMP_FACTOR = 1.4
const JUMP_SLACK_DEG = 0.4

interface Line {
  readonly axis: Axis
  readonly value: (ms: number) => number
  /** degrees a second */
  readonly speed: (ms: number) => number
  /** Half the dead band at that time. */
  readonly band: (ms: number) => number
  /** The smallest move that the controller heeds, and a little. */
  readonly least: number
}

/** Half the dead band of an axis: both together stay within the share; never less than the controller heeds. */
export const axisBand = (mount: Mount): number =>
  Math.max((mount.beamwidth * DEADBAND_SHARE) / Math.SQRT2, ((mount.deadband ?? 0) * HEEDED) / 2)

function lineOf(
  axis: Axis,
  least: number,
  value: (ms: number) => number,
  forgiven: (ms: number) => number,
): Line {
  const speed = (ms: number) => (value(ms + LOOK_MS) - value(ms - LOOK_MS)) / ((2 * LOOK_MS) / 1000)
  const ease = (ms: number) => Math.max(LEAST_EASE, Math.min(1, 2 - (2 * Math.abs(speed(ms))) / axis.rate))
  return { axis, value, speed, band: (ms) => forgiven(ms) * ease(ms), least }
}

function lines(mount: Mount, { az, el, t0Ms, dtMs }: SampledTrack): { az: Line; el: Line } {
  const band = axisBand(mount)
  const least = (mount.deadband ?? 0) * HEEDED
  const elevation = (ms: number) => sampleAt(el, t0Ms, dtMs, ms)
  const cos = (ms: number) => Math.max(LEAST_COS, Math.abs(Math.cos(elevation(ms) * DEG)))
  return {
    az: lineOf(
      azimuthAxis(mount),
      least,
      (ms) => sampleAt(az, t0Ms, dtMs, ms),
      (ms) => band / cos(ms),
    ),
    el: lineOf(elevationAxis(mount), least, elevation, () => band),
  }
}

/** The angle that is within the dead band from `ms` on for as long as any is. */
function longestGood({ value, band }: Line, ms: number): number {
  let low = value(ms) - band(ms)
  let high = value(ms) + band(ms)
  for (let t = ms + LOOK_MS; t < ms + HORIZON_MS; t += LOOK_MS) {
    const [v, b] = [value(t), band(t)]
    // Of what is still good, that which the track leaves last.
    if (v - b > high) return high
    if (v + b < low) return low
    low = Math.max(low, v - b)
    high = Math.min(high, v + b)
  }
  return (low + high) / 2
}

/** Where the axis should head at `ms`, or its last goal while that is good. */
function aimed(line: Line, ms: number, last: number | null): number {
  const { axis, value, band } = line
  const then = ms + (axisSeconds(axis, 2 * band(ms)) / 2) * 1000
  const wanted = value(then)
  if (last !== null && Math.abs(wanted - last) <= band(then)) return last
  const goal = longestGood(line, then)
  const speed = line.speed(then)
  const braking = wanted + (Math.sign(speed) * (speed * speed)) / (2 * axis.accel)
  const ahead = speed > 0 ? Math.max(goal, braking) : speed < 0 ? Math.min(goal, braking) : goal
  return Math.min(
    axis.max,
    Math.max(axis.min, last === null ? ahead : heeded(ahead, last, wanted, line.least)),
  )
}

/** A move that the controller does not ignore: the dead band is more than half of its own. */
function heeded(goal: number, last: number, wanted: number, least: number): number {
  return Math.abs(goal - last) >= least ? goal : last + Math.sign(wanted - last) * least
}

/** Half the play towards where the axis goes, when that is more than the dead band forgives. */
function overPlay({ axis }: Line, band: number, from: number, to: number): number {
  if (axis.backlash / 2 <= band || from === to) return to
  return Math.min(axis.max, Math.max(axis.min, to + (Math.sign(to - from) * axis.backlash) / 2))
}

const bounded = (axis: Axis, from: number, to: number, seconds: number): number => {
  const most = axis.rate * seconds * JUMP_FACTOR + JUMP_SLACK_DEG
  return Math.min(from + most, Math.max(from - most, to))
}

/** One axis of an aim. */
interface AxisAim {
  /** Where the axis should come to rest. */
  readonly goal: number
  /** The same with what makes up for play. */
  readonly target: number
  /** What is sent: the target, or as far towards it as may be asked for at once. */
  readonly sent: number
}

function aimAxis(mount: Mount, line: Line, ms: number, last: AxisAim | null, seconds: number): AxisAim {
  const goal = aimed(line, ms, last?.goal ?? null)
  if (last === null) {
    const target = overPlay(line, axisBand(mount), line.value(ms), goal)
    return { goal, target, sent: target }
  }
  const target = goal === last.goal ? last.target : overPlay(line, axisBand(mount), last.goal, goal)
  return { goal, target, sent: bounded(line.axis, last.sent, target, seconds) }
}

/** The last setpoint of a track, and what it was made from. Mount degrees. */
export interface Aim {
  readonly az: AxisAim
  readonly el: AxisAim
  readonly atMs: number
}

const still = (angle: number): AxisAim => ({ goal: angle, target: angle, sent: angle })

export const setpointOf = ({ az, el }: Aim): AzEl => ({ az: az.sent, el: el.sent })

/**
 * The setpoint that is due at `nowMs`, or null while the last one is good. `leadMs`: how long after now it takes effect
 * in the mean, the latency of the driver and half the time between two looks. `last` is null before the first. Where the
 * dead band would lead into a zone the track itself is followed; where that is forbidden too, the guard says so.
 */
export function nextSetpoint(
  mount: Mount,
  track: SampledTrack,
  nowMs: number,
  leadMs: number,
  last: Aim | null,
): Aim | null {
  const ms = nowMs + leadMs
  const exact = positionAt(track, ms)
  const onTrack = { az: still(exact.az), el: still(exact.el), atMs: nowMs }
  if (violation(mount, exact.az, exact.el) !== null) return onTrack
  const line = lines(mount, track)
  const seconds = last === null ? 0 : Math.max(0, nowMs - last.atMs) / 1000
  const az = aimAxis(mount, line.az, ms, last?.az ?? null, seconds)
  const el = aimAxis(mount, line.el, ms, last?.el ?? null, seconds)
  if (az.sent === last?.az.sent && el.sent === last.el.sent) return null
  const aim = { az, el, atMs: nowMs }
  if (last === null) return pathViolation(mount, exact, setpointOf(aim)) === null ? aim : onTrack
  const isFree = (next: Aim) => pathViolation(mount, setpointOf(last), setpointOf(next)) === null
  if (isFree(aim)) return aim
  const back = {
    az: still(bounded(line.az.axis, last.az.sent, exact.az, seconds)),
    el: still(bounded(line.el.axis, last.el.sent, exact.el, seconds)),
    atMs: nowMs,
  }
  return isFree(back) ? back : null
}

/**
 * Where to wait: where the first setpoint of the track would send the mount, so that it need not start for it. Where play
 * counts, half of it short of the first sample: the first motion takes the play up, and the antenna comes from the side on
 * which it goes on.
 */
export function waitingPosition(mount: Mount, track: SampledTrack): AzEl {
  const { az, el } = lines(mount, track)
  const first = positionAt(track, track.t0Ms)
  const place = (line: Line) => {
    const [begin, onwards] = [line.value(track.t0Ms), line.value(track.t0Ms + APPROACH_MS)]
    const play = overPlay(line, axisBand(mount), begin, onwards) - onwards
    return play === 0
      ? aimed(line, track.t0Ms, null)
      : Math.min(line.axis.max, Math.max(line.axis.min, begin - play))
  }
  const before = { az: place(az), el: place(el) }
  return pathViolation(mount, before, first) === null ? before : first
}
