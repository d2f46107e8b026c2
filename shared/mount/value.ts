/**
 * What a pass is worth on a mount, for a schedule that weighs thousands: seconds in the beam, after wrap, keyhole, stops
 * and keep-out. No simulation: dead band, latency and play are well inside a beam.
 * @module
 */
import type { Mount } from '../messages.js'
import { planPath } from './path.js'
import type { Track } from './sky.js'
import { unwrapAzimuth } from './sky.js'

const lengthS = (track: Track): number => ((track.az.length - 1) * track.dtMs) / 1000

/**
 * Seconds on target for a pass, from a coarse track of it (10 to 20 s between samples is enough). A pass that fits the
 * mount as it is costs microseconds; one that must be shaped, well below a millisecond.
 */
export function onTargetSeconds(mount: Mount, track: Track): number {
  if (track.az.length < 2) return 0
  if (fits(mount, track)) return lengthS(track)
  return (planPath(mount, track)?.onTarget ?? 0) * lengthS(track)
}

/** The quick answer, never wrong when it is yes: inside the travel on one branch, below the rates, nothing kept out. */
function fits(mount: Mount, track: Track): boolean {
  if (mount.keepOut.length > 0) return false
  const seconds = track.dtMs / 1000
  const az = unwrapAzimuth(track.az)
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let i = 0; i < az.length; i++) {
    const [a, e] = [az[i] ?? 0, track.el[i] ?? 0]
    if (!(e >= mount.elMin && e <= mount.elMax)) return false
    least = Math.min(least, a)
    most = Math.max(most, a)
    if (i === 0) continue
    if (Math.abs(a - (az[i - 1] ?? a)) > mount.azRate * seconds) return false
    if (Math.abs(e - (track.el[i - 1] ?? e)) > mount.elRate * seconds) return false
  }
  const turns = Math.ceil((mount.azMin - least) / 360)
  return most + 360 * turns <= mount.azMax
}
