/**
 * Between the samples of a plan: cubic Hermite with central differences (Catmull-Rom), which errs by thousandths of a
 * degree on a one-second table where the straight line errs by hundredths.
 * @module
 */
import type { AzEl } from '../angles.js'

export interface SampledTrack {
  /** Epoch ms of the first sample. */
  readonly t0Ms: number
  readonly dtMs: number
  readonly az: readonly number[]
  readonly el: readonly number[]
}

function cubic(values: readonly number[], index: number, u: number): number {
  const p1 = values[index] ?? 0
  const p2 = values[index + 1] ?? p1
  const p0 = values[index - 1] ?? 2 * p1 - p2
  const p3 = values[index + 2] ?? 2 * p2 - p1
  const m1 = (p2 - p0) / 2
  const m2 = (p3 - p1) / 2
  const d = p2 - p1
  return p1 + u * (m1 + u * (3 * d - 2 * m1 - m2 + u * (m1 + m2 - 2 * d)))
}

/** Where the track is at `tMs`; before the first sample it waits there, after the last it stays. */
export function positionAt(track: SampledTrack, tMs: number): AzEl {
  const last = track.az.length - 1
  const x = Math.max(0, Math.min(last, (tMs - track.t0Ms) / track.dtMs))
  const index = Math.min(Math.floor(x), Math.max(0, last - 1))
  return { az: cubic(track.az, index, x - index), el: cubic(track.el, index, x - index) }
}
