/**
 * How far the table of a plan is from the truth between its samples: what the agent points by is a curve through them.
 * @module
 */
import { type AzEl, separation } from '../shared/angles.js'
import type { Plan, Site } from '../shared/messages.js'
import { positionAt, type SampledTrack } from '../shared/mount/track.js'
import { observerAt, view } from '../shared/orbit/look.js'
import type { Satellite } from '../shared/orbit/propagate.js'

/** Looks between two samples. Of the errors that a cubic makes these miss the peak by a fortieth. */
const PROBES = [0.25, 0.5, 0.75] as const
/** Makes up for that peak, and for a little more than it. */
const SAFETY = 1.1
/** Four decimals on each axis. */
const ROUNDING_DEG = 1e-4

export const trackOf = ({ t0, dtMs, az, el }: Pick<Plan, 't0' | 'dtMs' | 'az' | 'el'>): SampledTrack => ({
  t0Ms: Date.parse(t0),
  dtMs,
  az,
  el,
})

/**
 * Degrees on the sky by which a plan may point worse between two samples than at the worse one of the two, until LOS:
 * at the samples it is as far from the satellite as its mount makes it.
 */
export function tableErrorDeg(
  plan: Pick<Plan, 't0' | 'dtMs' | 'az' | 'el' | 'los'>,
  satellite: Satellite,
  site: Site,
): number {
  const track = trackOf(plan)
  const observer = observerAt(site)
  const losMs = Date.parse(plan.los)
  const off = (ms: number, at: AzEl) => separation(at, view(observer, satellite.stateAt(ms), ms))
  const offAt = (i: number) =>
    off(track.t0Ms + i * track.dtMs, { az: track.az[i] ?? 0, el: track.el[i] ?? 0 })
  let worst = 0
  let before = offAt(0)
  for (let i = 1; i < track.az.length; i++) {
    const after = offAt(i)
    for (const part of PROBES) {
      const ms = track.t0Ms + (i - 1 + part) * track.dtMs
      if (ms <= losMs) worst = Math.max(worst, off(ms, positionAt(track, ms)) - Math.max(before, after))
    }
    before = after
  }
  return worst * SAFETY + ROUNDING_DEG
}
