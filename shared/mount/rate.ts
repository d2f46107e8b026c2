/**
 * The best track that an axis can follow at its rate. Near the zenith azimuth runs faster than any rotator (the
 * keyhole), while a degree of azimuth there is only cos(el) of a degree on the sky: so the axis may start early and end
 * late, and the pass stays in the beam.
 * @module
 */

export interface AxisProblem {
  /** The wanted angle at each sample, degrees, unwrapped. */
  readonly wanted: readonly number[]
  /** What a degree of this axis is worth on the sky at each sample, 0..1. */
  readonly weight: readonly number[]
  readonly min: number
  readonly max: number
  /** Degrees a sample. */
  readonly step: number
}

/** Below this weight (el > 89.4) a degree of azimuth is nothing to any antenna a rotator carries. */
const LEAST_WEIGHT = 0.01
const BISECTIONS = 40
/** Rounding of sums of steps; a thousandth of the finest controller step. */
const EPSILON = 1e-9

interface Envelope {
  readonly low: number[]
  readonly high: number[]
  readonly isOpen: boolean
}

/**
 * The lowest and the highest track that stay within `error` of the wanted one and within the rate. They exist exactly
 * when the forward and backward cones do not cut each other off.
 */
function envelope({ wanted, weight, min, max, step }: AxisProblem, error: number): Envelope {
  const n = wanted.length
  const low = new Array<number>(n)
  const high = new Array<number>(n)
  for (let i = 0; i < n; i++) {
    const tolerance = error / Math.max(weight[i] ?? 1, LEAST_WEIGHT)
    const angle = wanted[i] ?? 0
    low[i] = Math.max(min, angle - tolerance, i === 0 ? min : (low[i - 1] ?? min) - step)
    high[i] = Math.min(max, angle + tolerance, i === 0 ? max : (high[i - 1] ?? max) + step)
  }
  let isOpen = (low[n - 1] ?? 0) <= (high[n - 1] ?? 0) + EPSILON
  for (let i = n - 2; i >= 0; i--) {
    low[i] = Math.max(low[i] ?? min, (low[i + 1] ?? min) - step)
    high[i] = Math.min(high[i] ?? max, (high[i + 1] ?? max) + step)
    isOpen &&= (low[i] ?? 0) <= (high[i] ?? 0) + EPSILON
  }
  return { low, high, isOpen }
}

const isFollowable = ({ wanted, min, max, step }: AxisProblem): boolean =>
  wanted.every((angle, i) => {
    const before = i === 0 ? angle : (wanted[i - 1] ?? angle)
    return angle >= min && angle <= max && Math.abs(angle - before) <= step + EPSILON
  })

/**
 * The followable track with the least largest error on the sky: bisection on the error, then the middle of the
 * envelope, which keeps the rate because both of its edges do. The wanted track itself when the axis can follow it.
 */
export function followable(problem: AxisProblem): number[] {
  if (isFollowable(problem)) return [...problem.wanted]
  let bad = 0
  let good = Math.max(
    ...problem.wanted.map((a) => Math.max(Math.abs(a - problem.min), Math.abs(a - problem.max))),
  )
  for (let i = 0; i < BISECTIONS; i++) {
    const error = (bad + good) / 2
    if (envelope(problem, error).isOpen) good = error
    else bad = error
  }
  const { low, high } = envelope(problem, good)
  return low.map((value, i) => (value + (high[i] ?? value)) / 2)
}
