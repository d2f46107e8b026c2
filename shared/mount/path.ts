/**
 * Which way round: decided for the whole pass before it begins, so that nothing need be unwound inside it, unless no
 * branch holds it; then the unwinding is part of the plan.
 * @module
 */
import type { AzEl } from '../angles.js'
import type { Mount } from '../messages.js'
import { type Branch, branches, hurried, perfectBranches, startOf } from './branch.js'
import type { Track } from './sky.js'
import { slewSeconds } from './slew.js'
import { unwind } from './unwind.js'

export interface MountPath extends Branch {
  /** Whole turns: az[0] lies in [360 turns, 360 turns + 360). */
  readonly turns: number
  /** True when any of it is beyond the zenith. */
  readonly flip: boolean
  /** The sample after which the mount leaves the satellite to go round, or null. */
  readonly unwindsAt: number | null
}

/** Branches whose errors differ by less than this are equally good; then the nearer one wins. */
const SAME_ERROR_DEG = 0.01

/** Where the beam is lost anyway, this many of the best branches are tried again in a hurry. */
const MOST_HURRIED = 2

const pathOf = (branch: Branch, unwindsAt: number | null): MountPath => ({
  ...branch,
  turns: Math.floor(startOf(branch).az / 360),
  flip: branch.el.some((e) => e > 90),
  unwindsAt,
})

/** Negative when `a` is to be preferred: time in the beam, then error, then the way there. */
function compare(a: MountPath, b: MountPath, reach: (p: MountPath) => number): number {
  const sample = 0.5 / a.az.length
  if (Math.abs(a.onTarget - b.onTarget) > sample) return b.onTarget - a.onTarget
  if (Math.abs(a.rmsErrDeg - b.rmsErrDeg) > SAME_ERROR_DEG) return a.rmsErrDeg - b.rmsErrDeg
  return reach(a) - reach(b)
}

function best(paths: readonly MountPath[], reach: (p: MountPath) => number): MountPath | null {
  let chosen: MountPath | null = null
  for (const path of paths) if (chosen === null || compare(path, chosen, reach) < 0) chosen = path
  return chosen
}

/** The best path that leaves one branch for another in mid-pass, if it holds the beam for longer than `chosen`. */
function unwound(mount: Mount, track: Track, single: readonly Branch[], chosen: MountPath): MountPath {
  let best = chosen
  for (const a of single)
    for (const b of single) {
      if (a === b) continue
      const change = unwind(mount, track, a, b, Math.round(best.onTarget * a.az.length))
      if (change !== null && change.branch.onTarget > best.onTarget)
        best = pathOf(change.branch, change.leavesAt)
    }
  return best
}

/**
 * The path for a whole pass: the most time within half the beam width, then the least error, among equals the one that
 * begins nearest to `from` (the middle of the azimuth travel when unknown). Null when the keep-out leaves no path.
 */
export function planPath(mount: Mount, track: Track, from?: AzEl): MountPath | null {
  const start = from ?? { az: (mount.azMin + mount.azMax) / 2, el: mount.parkEl }
  const reach = (p: MountPath) => slewSeconds(mount, start, startOf(p))
  const perfect = perfectBranches(mount, track).map((b) => pathOf(b, null))
  if (perfect.length > 0) return best(perfect, reach)
  const single = branches(mount, track)
  const first = best(
    single.map((b) => pathOf(b, null)),
    reach,
  )
  if (first === null || first.onTarget === 1) return first
  const better = [...single].sort((a, b) => b.onTarget - a.onTarget).slice(0, MOST_HURRIED)
  const chosen = best([first, ...better.map((b) => pathOf(hurried(mount, track, b), null))], reach)
  return chosen === null ? null : unwound(mount, track, single, chosen)
}
