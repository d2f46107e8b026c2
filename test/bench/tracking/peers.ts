/**
 * How others follow a pass, told from their sources, in our words: what they send, and when. All get the same mount, wait
 * where they would send it first, and reach it through a controller that takes compass azimuths into the first turn of its
 * travel. Degrees, ms.
 * @module
 */
import { type AzEl, wrap360 } from '../../../shared/angles.js'
import type { Mount } from '../../../shared/messages.js'
import type { Sender } from '../../../shared/mount/simulate.js'
import type { RealPass } from './passes.js'

export interface Peer {
  readonly sender: Sender
  readonly periodMs: number
  readonly start: AzEl
}

/** What the controller makes of a compass azimuth and an elevation. */
const taken = (mount: Mount, { az, el }: AzEl): AzEl => ({
  az: Math.min(mount.azMax, mount.azMin + wrap360(az - mount.azMin)),
  el: Math.min(mount.elMax, Math.max(mount.elMin, el)),
})

const opposite = ({ az, el }: AzEl): AzEl => ({ az: wrap360(az + 180), el: 180 - el })

const isOff = (a: AzEl, b: AzEl, threshold: number): boolean =>
  Math.abs(a.az - b.az) > threshold || Math.abs(a.el - b.el) > threshold

/** Where the satellite is now, once a second. */
export function current(mount: Mount, pass: RealPass): Peer {
  return {
    sender: (ms) => taken(mount, pass.sky(ms)),
    periodMs: 1000,
    start: taken(mount, pass.sky(pass.aosMs)),
  }
}

/** The same through a controller that goes by itself to the turn that is nearest to where it stands. */
export function currentNearest(mount: Mount, pass: RealPass): Peer {
  const { sender, periodMs, start } = current(mount, pass)
  return {
    sender: (ms, measured) => {
      const first = sender(ms, measured)
      if (first === null) return null
      const turns = Math.round((measured.az - first.az) / 360)
      const most = Math.floor((mount.azMax - first.az) / 360)
      return { az: first.az + 360 * Math.max(0, Math.min(most, turns)), el: first.el }
    },
    periodMs,
    start: { az: start.az + 360 * Math.floor((mount.azMax - start.az) / 720), el: start.el },
  }
}

/** Does the azimuth jump from one stop to the other? */
function crossesStop(mount: Mount, { track }: RealPass): boolean {
  const az = track.az.map((a, i) => taken(mount, { az: a, el: track.el[i] ?? 0 }).az)
  return az.some((a, i) => Math.abs(a - (az[i - 1] ?? a)) > 180)
}

/**
 * Gpredict's gtk-rot-ctrl.c: each second, when an axis is off by more than the threshold, it goes to where the satellite
 * will be at the edge of the threshold, found by halving the rest of the pass. With 180 degrees of elevation a pass
 * that crosses the stop is flipped as a whole.
 */
export function gpredict(mount: Mount, pass: RealPass, threshold: number): Peer {
  const cycleMs = 1000
  const isFlipped = mount.elMax >= 180 && crossesStop(mount, pass)
  const wanted = (ms: number): AzEl => {
    const look = pass.sky(ms)
    return taken(mount, isFlipped ? opposite(look) : look)
  }
  const sender: Sender = (ms, measured) => {
    const now = wanted(ms)
    if (!isOff(now, measured, threshold)) return null
    let ahead = pass.losMs - ms
    for (let step = Math.max(ahead / 2, cycleMs); step > cycleMs / 4; step /= 2)
      ahead += isOff(wanted(ms + ahead), now, threshold) ? -step : step
    return wanted(ms + ahead)
  }
  return { sender, periodMs: cycleMs, start: wanted(pass.aosMs) }
}

/**
 * The SatNOGS client's worker.py: four times a second, when an axis is off by more than the threshold, it goes to where the
 * satellite is. With its flip, a pass above 75 degrees is mirrored about its culmination after it.
 */
export function satnogs(mount: Mount, pass: RealPass, threshold: number, withFlip: boolean): Peer {
  const { az, el, dtMs } = pass.track
  const top = el.indexOf(el.reduce((most, e) => Math.max(most, e), 0))
  const [topAz, topEl, topMs] = [az[top] ?? 0, el[top] ?? 0, pass.aosMs + top * dtMs]
  const isFlipped = withFlip && mount.elMax >= 180 && topEl >= 75
  const wanted = (ms: number): AzEl => {
    const look = pass.sky(ms)
    return taken(
      mount,
      isFlipped && ms >= topMs ? { az: wrap360(2 * topAz - look.az), el: 2 * topEl - look.el } : look,
    )
  }
  const sender: Sender = (ms, measured) => {
    const now = wanted(ms)
    return isOff(now, measured, threshold) ? now : null
  }
  return { sender, periodMs: 250, start: wanted(pass.aosMs) }
}
