/**
 * What a mount is asked to follow, and the ways in which it can face it: a direction on the sky is one position of the
 * mount, and, with 180 degrees of elevation, a second one half a turn round and beyond the zenith.
 * @module
 */
import { wrap180, wrap360 } from '../angles.js'
import type { Mount } from '../messages.js'

/** Directions on the sky, degrees, at equal steps. */
export interface Track {
  readonly az: readonly number[]
  readonly el: readonly number[]
  /** Step between samples. */
  readonly dtMs: number
}

/** The same directions in mount degrees without jumps at north; whole turns may be added to the azimuths. */
export interface Facing {
  readonly az: readonly number[]
  readonly el: readonly number[]
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

export const plainFacing = (track: Track): Facing => ({ az: unwrapAzimuth(track.az), el: track.el })

const flippedFacing = ({ az, el }: Facing): Facing => ({
  az: az.map((a) => a + 180),
  el: el.map((e) => 180 - e),
})

/** Plain until the culmination, flipped after it, so that the azimuth need not turn round at the zenith. */
function overTheTop({ az, el }: Facing): Facing {
  const top = el.indexOf(el.reduce((most, e) => Math.max(most, e), Number.NEGATIVE_INFINITY))
  return {
    az: unwrapAzimuth(az.map((a, i) => (i <= top ? a : a + 180))),
    el: el.map((e, i) => (i <= top ? e : 180 - e)),
  }
}

/** Every way in which this mount could face the track, whether or not it can follow it there. */
export function facings(mount: Mount, track: Track): Facing[] {
  const plain = plainFacing(track)
  return mount.elMax > 90 ? [plain, flippedFacing(plain), overTheTop(plain)] : [plain]
}
