/**
 * Which way round: a pass is a line on the sky, and a mount with more than one turn, or with 180 degrees of elevation,
 * can follow it on several branches. One is chosen for the whole pass before it begins; there is no unwinding inside.
 * @module
 */
import { type AzEl, DEG, separation, wrap180, wrap360 } from '../angles.js'
import type { Mount } from '../messages.js'
import { sweepIsClear, violation } from './limits.js'
import { followable } from './rate.js'
import { slewSeconds } from './slew.js'

/** Azimuth and elevation at equal steps, degrees. */
export interface Track {
  readonly az: readonly number[]
  readonly el: readonly number[]
  /** Step between samples. Without it the rates of the mount are left out of account. */
  readonly dtMs?: number
}

export interface Branch {
  /** Whole turns: az[0] lies in [360 turns, 360 turns + 360). */
  readonly turns: number
  /** True when any of it is beyond the zenith. */
  readonly flip: boolean
  /** Mount degrees, unwrapped, at the samples of the track; within limits and, with `dtMs`, within rates. */
  readonly az: number[]
  readonly el: number[]
  /** Angle on the sky between this branch and the track: what the mount's rates cost. */
  readonly rmsErrDeg: number
  readonly maxErrDeg: number
}

/** The same azimuths without jumps at north; the first lies in [0, 360). */
export function unwrapAzimuth(az: readonly number[]): number[] {
  const out: number[] = []
  let last = wrap360(az[0] ?? 0)
  for (const [i, angle] of az.entries()) {
    if (i > 0) last += wrap180(angle - last)
    out.push(last)
  }
  return out
}

interface Shape {
  readonly az: number[]
  readonly el: number[]
}

/** The track as it is, and, with 180 degrees of elevation, flipped as a whole or over the top at its culmination. */
function shapes(mount: Mount, track: Track): Shape[] {
  const az = unwrapAzimuth(track.az)
  const el = [...track.el]
  const plain = { az, el }
  if (mount.elMax < 180) return [plain]
  const flipped = { az: unwrapAzimuth(az.map((a) => a + 180)), el: el.map((e) => 180 - e) }
  const top = el.indexOf(Math.max(...el))
  const over = {
    az: unwrapAzimuth(az.map((a, i) => (i <= top ? a : a + 180))),
    el: el.map((e, i) => (i <= top ? e : 180 - e)),
  }
  return [plain, flipped, over]
}

/** The largest |360 k| that still meets the azimuth range of the schema (-720..1080). */
const MOST_TURNS = 3

function onMount(mount: Mount, shape: Shape, shift: number, track: Track): Branch | null {
  const wanted = shape.az.map((a) => a + shift)
  if (!wanted.every((a) => a >= mount.azMin && a <= mount.azMax)) return null
  if (!shape.el.every((e) => e >= mount.elMin && e <= mount.elMax)) return null
  let az = wanted
  let el = shape.el
  if (track.dtMs !== undefined) {
    const seconds = track.dtMs / 1000
    const weight = shape.el.map((e) => Math.abs(Math.cos(e * DEG)))
    const { azMin, azMax, elMin, elMax } = mount
    az = followable({ wanted, weight, min: azMin, max: azMax, step: mount.azRate * seconds })
    el = followable({
      wanted: shape.el,
      weight: shape.el.map(() => 1),
      min: elMin,
      max: elMax,
      step: mount.elRate * seconds,
    })
  }
  const points = az.map((a, i): AzEl => ({ az: a, el: el[i] ?? 0 }))
  const isForbidden = points.some(
    (p, i) => violation(mount, p.az, p.el) !== null || !sweepIsClear(mount, [points[i - 1] ?? p, p]),
  )
  if (isForbidden) return null
  const errors = points.map((p, i) => separation(p, { az: track.az[i] ?? 0, el: track.el[i] ?? 0 }))
  return {
    turns: Math.floor((az[0] ?? 0) / 360),
    flip: el.some((e) => e > 90),
    az,
    el,
    rmsErrDeg: Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / errors.length),
    maxErrDeg: Math.max(...errors),
  }
}

/** Every branch on which the mount can follow the whole track within its limits, outside its keep-out. */
export function branches(mount: Mount, track: Track): Branch[] {
  if (track.az.length < 2 || track.az.length !== track.el.length) return []
  if (![...track.az, ...track.el].every(Number.isFinite)) return []
  const found: Branch[] = []
  for (const shape of shapes(mount, track))
    for (let k = -MOST_TURNS; k <= MOST_TURNS; k++) {
      const branch = onMount(mount, shape, k * 360, track)
      if (branch !== null) found.push(branch)
    }
  return found
}

/** Branches whose errors differ by less than this are equally good; then the nearer one wins. */
const SAME_ERROR_DEG = 0.01

/**
 * The branch for a whole pass: the one with the least error on the sky, among equals the one that begins nearest to
 * `from` (the middle of the azimuth travel when unknown). Null when no single branch fits: shorten the pass, or leave it.
 */
export function planBranch(mount: Mount, track: Track, from?: AzEl): Branch | null {
  const start = from ?? { az: (mount.azMin + mount.azMax) / 2, el: mount.parkEl }
  const reach = (b: Branch) => slewSeconds(mount, start, { az: b.az[0] ?? 0, el: b.el[0] ?? 0 })
  let best: Branch | null = null
  for (const branch of branches(mount, track)) {
    if (best === null) best = branch
    else if (branch.rmsErrDeg < best.rmsErrDeg - SAME_ERROR_DEG) best = branch
    else if (branch.rmsErrDeg <= best.rmsErrDeg + SAME_ERROR_DEG && reach(branch) < reach(best)) best = branch
  }
  return best
}
