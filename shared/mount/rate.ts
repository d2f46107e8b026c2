/**
 * What an axis can follow at its rate. Near the zenith azimuth runs faster than any rotator (the keyhole), while a
 * degree of azimuth there is only cos(el) of a degree on the sky: so the axis may start early and end late, and the pass
 * stays in the beam. The tracks within a given error that keep rate and bounds are those between two envelopes, and
 * there is one exactly when the envelopes do not cross.
 * @module
 */

export interface AxisProblem {
  /** The wanted angle at each sample, degrees, unwrapped. */
  readonly wanted: readonly number[]
  /** What a degree of this axis is worth on the sky at each sample, 0..1. */
  readonly weight: readonly number[]
  /** Where the axis may be at each sample, degrees. */
  readonly low: readonly number[]
  readonly high: readonly number[]
  /** Degrees a sample. */
  readonly step: number
}

/** The lowest and the highest track that keep the bounds and the rate. */
export interface Envelope {
  readonly low: number[]
  readonly high: number[]
}

/** Below this weight (el > 89.4) a degree of azimuth is nothing to any antenna a rotator carries. */
export const LEAST_WEIGHT = 0.01
/** 360 degrees halved so often are a thousandth. */
const BISECTIONS = 18
/** Rounding of sums of steps; a thousandth of the finest controller step. */
const EPSILON = 1e-9

/** What may be off the wanted angle at sample `i`, in degrees of the axis, for an error on the sky. */
const tolerance = (weight: readonly number[], i: number, error: number): number =>
  error / Math.max(weight[i] ?? 1, LEAST_WEIGHT)

/**
 * The envelope of all tracks whose error on the sky is at most `error` degrees at each sample; null when there is none.
 * Two sweeps cut each bound down to what can be reached from, and left towards, its neighbours.
 */
export function envelope(problem: AxisProblem, error: number): Envelope | null {
  const { wanted, weight, low, high, step } = problem
  const n = wanted.length
  const from = new Array<number>(n)
  const to = new Array<number>(n)
  let below = Number.NEGATIVE_INFINITY
  let above = Number.POSITIVE_INFINITY
  for (let i = 0; i < n; i++) {
    const angle = wanted[i] ?? 0
    const spare = tolerance(weight, i, error)
    below = Math.max(low[i] ?? 0, angle - spare, below - step)
    above = Math.min(high[i] ?? 0, angle + spare, above + step)
    from[i] = below
    to[i] = above
    if (below > above + EPSILON) return null
  }
  for (let i = n - 2; i >= 0; i--) {
    below = Math.max(from[i] ?? 0, below - step)
    above = Math.min(to[i] ?? 0, above + step)
    from[i] = below
    to[i] = above
  }
  return { low: from, high: to }
}

/** Is there a track within `error`? What can be reached sample by sample tells, without an envelope. */
function isOpen({ wanted, weight, low, high, step }: AxisProblem, error: number): boolean {
  let below = Number.NEGATIVE_INFINITY
  let above = Number.POSITIVE_INFINITY
  for (let i = 0; i < wanted.length; i++) {
    const angle = wanted[i] ?? 0
    const spare = tolerance(weight, i, error)
    below = Math.max(low[i] ?? 0, angle - spare, below - step)
    above = Math.min(high[i] ?? 0, angle + spare, above + step)
    if (below > above + EPSILON) return false
  }
  return true
}

/** Does the wanted track keep bounds and rate as it is? */
export const isFollowable = ({ wanted, low, high, step }: AxisProblem): boolean =>
  wanted.every((angle, i) => {
    const before = i === 0 ? angle : (wanted[i - 1] ?? angle)
    return angle >= (low[i] ?? 0) && angle <= (high[i] ?? 0) && Math.abs(angle - before) <= step + EPSILON
  })

/**
 * The least error on the sky, degrees, that some track need not exceed at any sample, by bisection. Null when the
 * bounds themselves leave no track.
 */
export function leastWorst(problem: AxisProblem): number | null {
  let good = 0
  problem.wanted.forEach((angle, i) => {
    good = Math.max(good, Math.abs(angle - (problem.low[i] ?? 0)), Math.abs(angle - (problem.high[i] ?? 0)))
  })
  if (!isOpen(problem, good)) return null
  let bad = 0
  for (let i = 0; i < BISECTIONS; i++) {
    const error = (bad + good) / 2
    if (isOpen(problem, error)) good = error
    else bad = error
  }
  return good
}
