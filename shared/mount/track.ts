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

/** The value at `tMs` of samples that begin at `t0Ms`; before the first it is the first, after the last the last. */
export function sampleAt(values: readonly number[], t0Ms: number, dtMs: number, tMs: number): number {
  const last = values.length - 1
  const x = Math.max(0, Math.min(last, (tMs - t0Ms) / dtMs))
  const i = Math.min(Math.floor(x), Math.max(0, last - 1))
  return cubic(values, i, x - i)
}

/** Where the track is at `tMs`; before the first sample it waits there, after the last it stays. */
export const positionAt = ({ az, el, t0Ms, dtMs }: SampledTrack, tMs: number): AzEl => ({
  az: sampleAt(az, t0Ms, dtMs, tMs),
  el: sampleAt(el, t0Ms, dtMs, tMs),
})
