/**
 * How much of each pass a mount can follow, for thousands of passes at once: a look every 20 seconds is enough to value
 * them. What is chosen is run on a simulated mount.
 * @module
 */
import { TalosError } from '../shared/errors.js'
import type { Mount } from '../shared/messages.js'
import type { Track } from '../shared/mount/sky.js'
import { onTargetSeconds } from '../shared/mount/value.js'
import { type Observer, observerAt, view } from '../shared/orbit/look.js'
import type { PassTable } from '../shared/orbit/passes.js'
import type { Satellite } from '../shared/orbit/propagate.js'
import type { Stand } from '../shared/orbit/search/stands.js'
import { SECOND } from '../shared/time.js'

/** Of 14,101 real passes five mounts followed as many as a whole as with 10 s, to one in two hundred. */
const STEP_MS = 20 * SECOND
/** A short pass needs its culmination, too; what is in sight for hours moves slowly. */
const [LEAST_SAMPLES, MOST_SAMPLES] = [5, 121]

function coarseTrack(satellite: Satellite, observer: Observer, aosMs: number, losMs: number): Track {
  const wanted = Math.ceil((losMs - aosMs) / STEP_MS) + 1
  const count = Math.min(MOST_SAMPLES, Math.max(LEAST_SAMPLES, wanted))
  const dtMs = (losMs - aosMs) / (count - 1)
  const az: number[] = []
  const el: number[] = []
  for (let i = 0; i < count; i++) {
    const ms = aosMs + i * dtMs
    const look = view(observer, satellite.stateAt(ms), ms)
    az.push(look.az)
    el.push(look.el)
  }
  return { az, el, dtMs }
}

function shareOf(
  mount: Mount,
  satellite: Satellite,
  observer: Observer,
  aosMs: number,
  losMs: number,
): number {
  try {
    return Math.min(
      1,
      (onTargetSeconds(mount, coarseTrack(satellite, observer, aosMs, losMs)) * SECOND) / (losMs - aosMs),
    )
  } catch (error) {
    // A decaying orbit ends inside the pass.
    if (error instanceof TalosError) return 0
    throw error
  }
}

/**
 * The part of each pass of the table, 0..1, in which the mount holds the satellite within half its beam width.
 * @param satellites by the satellites of the table
 * @param mounts by its stands, as `stands`
 */
export function onTargetShares(
  table: PassTable,
  satellites: readonly Satellite[],
  stands: readonly Stand[],
  mounts: readonly Mount[],
): Float32Array<ArrayBuffer> {
  const observers = stands.map(({ site }) => observerAt(site))
  const shares = new Float32Array(table.length)
  const { aos, los } = table.columns
  for (let i = 0; i < table.length; i++) {
    const satellite = satellites[table.satellite(i)]
    const [observer, mount] = [observers[table.stand(i)], mounts[table.stand(i)]]
    if (satellite === undefined || observer === undefined || mount === undefined) continue
    shares[i] = shareOf(mount, satellite, observer, aos[i] ?? 0, los[i] ?? 0)
  }
  return shares
}
