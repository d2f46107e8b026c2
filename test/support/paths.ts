/** What every path of a mount must keep. */
import { separation } from '../../shared/angles.js'
import type { Mount } from '../../shared/messages.js'
import type { Branch } from '../../shared/mount/branch.js'
import { sweepIsClear, violation } from '../../shared/mount/limits.js'
import type { Track } from '../../shared/mount/sky.js'

/** Why a path is none: it leaves limits, keep-out or rates, or does not err as it says. Null when all is well. */
export function pathFault(mount: Mount, track: Track, path: Branch): string | null {
  const dtS = track.dtMs / 1000
  for (const [i, az] of path.az.entries()) {
    const el = path.el[i] ?? Number.NaN
    const before = { az: path.az[i - 1] ?? az, el: path.el[i - 1] ?? el }
    const broken = violation(mount, az, el)
    if (broken !== null) return `sample ${i}: ${broken}`
    if (!sweepIsClear(mount, [before, { az, el }])) return `keep_out on the way to sample ${i}`
    if (Math.abs(az - before.az) > mount.azRate * dtS + 1e-6) return `azimuth rate at sample ${i}`
    if (Math.abs(el - before.el) > mount.elRate * dtS + 1e-6) return `elevation rate at sample ${i}`
    const error = separation({ az, el }, { az: track.az[i] ?? 0, el: track.el[i] ?? 0 })
    if (Math.abs(error - (path.errDeg[i] ?? 0)) > 1e-9 || error > path.maxErrDeg + 1e-9)
      return `error at sample ${i}`
  }
  return null
}
