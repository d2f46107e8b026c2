/**
 * A planned unwind: where no single branch holds a pass, the mount begins it on one, leaves the satellite at the moment at
 * which that costs least, goes round (or over the top) at its rates, and takes it up again on another.
 * @module
 */
import type { Mount } from '../messages.js'
import { axisSeconds, azimuthAxis, elevationAxis } from './axis.js'
import { type Branch, branchOf } from './branch.js'
import { sweepIsClear } from './limits.js'
import type { Track } from './sky.js'

export interface Unwind {
  readonly branch: Branch
  /** The last sample at which the mount is still on the first branch. */
  readonly leavesAt: number
}

/** Sums of the samples before each that are in the beam. */
function hitsBefore({ errDeg }: Branch, half: number): number[] {
  const sums = [0]
  for (const e of errDeg) sums.push((sums.at(-1) ?? 0) + (e <= half ? 1 : 0))
  return sums
}

const at = (values: readonly number[], i: number): number => values[i] ?? 0

/** The first sample at which `b` can be met after leaving `a` at sample `i`; null when the pass is over before. */
function meeting(mount: Mount, a: Branch, b: Branch, dtS: number, i: number, from: number): number | null {
  const azimuth = azimuthAxis(mount)
  const elevation = elevationAxis(mount)
  const settle = mount.settleS ?? 0
  for (let j = Math.max(from, i + 1); j < b.az.length; j++) {
    const seconds = Math.max(
      axisSeconds(azimuth, at(b.az, j) - at(a.az, i)),
      axisSeconds(elevation, at(b.el, j) - at(a.el, i)),
    )
    if (seconds + settle <= (j - i) * dtS) return j
  }
  return null
}

/** `a` to sample `i`, straight across, `b` from sample `j` on. */
function joined(mount: Mount, track: Track, a: Branch, b: Branch, i: number, j: number): Branch | null {
  const across = (from: readonly number[], to: readonly number[]) =>
    from.map((value, n) => {
      if (n <= i) return value
      return n >= j ? at(to, n) : at(from, i) + ((at(to, j) - at(from, i)) * (n - i)) / (j - i)
    })
  const az = across(a.az, b.az)
  const el = across(a.el, b.el)
  for (let n = i; n < j; n++) {
    const [here, next] = [n, n + 1].map((m) => ({ az: at(az, m), el: at(el, m) }))
    if (here === undefined || next === undefined || !sweepIsClear(mount, [here, next])) return null
  }
  return branchOf(mount, track, az, el)
}

/** How many of the cheapest moments are tried: the first whose way round is free is taken. */
const MOST_TRIED = 20

/**
 * The best change from `a` to `b` that keeps the satellite in the beam at more than `beat` samples: the most samples, and
 * among equals the lowest elevation, where the signal is weakest. Null when there is no time or no way for one.
 */
export function unwind(mount: Mount, track: Track, a: Branch, b: Branch, beat: number): Unwind | null {
  const half = mount.beamwidth / 2
  const before = hitsBefore(a, half)
  const after = hitsBefore(b, half)
  const [n, total] = [a.az.length, at(after, b.az.length)]
  if (at(before, n) + total <= beat) return null
  const moments: { i: number; j: number; hits: number }[] = []
  let j = 0
  for (let i = 0; i < n - 1; i++) {
    const next = meeting(mount, a, b, track.dtMs / 1000, i, j)
    if (next === null) break
    j = next
    const hits = at(before, i + 1) + total - at(after, j)
    if (hits > beat) moments.push({ i, j, hits })
  }
  moments.sort((p, q) => q.hits - p.hits || at(track.el, p.i) - at(track.el, q.i))
  for (const moment of moments.slice(0, MOST_TRIED)) {
    const branch = joined(mount, track, a, b, moment.i, moment.j)
    if (branch !== null) return { branch, leavesAt: moment.i }
  }
  return null
}
