/**
 * Between the samples of a plan: a piecewise cubic that never leaves the range of the two samples around it (Fritsch and
 * Butland, SIAM J. Sci. Stat. Comput. 5, 1984). Where the samples may be and may be swept between, the curve may be.
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

/** Slope at a sample: the harmonic mean of both sides, level at a peak or a kink. */
function slope(values: readonly number[], i: number): number {
  const here = values[i] ?? 0
  const before = values[i - 1]
  const after = values[i + 1]
  if (before === undefined) return after === undefined ? 0 : after - here
  if (after === undefined) return here - before
  const left = here - before
  const right = after - here
  return left * right <= 0 ? 0 : (2 * left * right) / (left + right)
}

function cubic(values: readonly number[], i: number, u: number): number {
  const from = values[i] ?? 0
  const d = (values[i + 1] ?? from) - from
  const m1 = slope(values, i)
  const m2 = slope(values, i + 1)
  return from + u * (m1 + u * (3 * d - 2 * m1 - m2 + u * (m1 + m2 - 2 * d)))
}

/** Where the track is at `tMs`; before the first sample it waits there, after the last it stays. */
export function positionAt(track: SampledTrack, tMs: number): AzEl {
  const last = track.az.length - 1
  const x = Math.max(0, Math.min(last, (tMs - track.t0Ms) / track.dtMs))
  const i = Math.min(Math.floor(x), Math.max(0, last - 1))
  return { az: cubic(track.az, i, x - i), el: cubic(track.el, i, x - i) }
}
