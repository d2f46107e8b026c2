/**
 * The track nearest to the wanted one, in the sense of least squares on the sky, that keeps bounds and rate: exact, by
 * dynamic programming over convex piecewise quadratic costs. Only the derivative of the cost-to-come is kept, a rising
 * broken line, as two stacks of corners left and right of its zero; moving by at most a step pushes the stacks apart, a
 * new sample tilts both, and both are done lazily (the «slope trick»; for the problem see Lipschitz regression, Beliakov,
 * J. Approx. Theory 132, 2005).
 * @module
 */
import { type AxisProblem, type Envelope, LEAST_WEIGHT } from './rate.js'

/** Corners of the broken line on one side of its zero: true x = x + dx, true slope = slope + a x(stored) + b. */
class Side {
  readonly #x: number[] = []
  readonly #slope: number[] = []
  #dx = 0
  #a = 0
  #b = 0

  get isEmpty(): boolean {
    return this.#x.length === 0
  }
  /** How steep the line is beyond the outermost corner. */
  get tilt(): number {
    return this.#a
  }

  shift(by: number): void {
    this.#dx += by
  }

  /** Adds the derivative of w (x - g)^2, with `w` twice over. */
  add(w: number, g: number): void {
    this.#a += w
    this.#b += w * (this.#dx - g)
  }

  push(x: number, slope: number): void {
    const stored = x - this.#dx
    this.#x.push(stored)
    this.#slope.push(slope - this.#a * stored - this.#b)
  }

  /** The corner nearest to the zero. */
  top(): { x: number; slope: number } {
    const stored = this.#x.at(-1) ?? 0
    return { x: stored + this.#dx, slope: (this.#slope.at(-1) ?? 0) + this.#a * stored + this.#b }
  }

  pop(): void {
    this.#x.pop()
    this.#slope.pop()
  }

  clear(): void {
    this.#x.length = 0
    this.#slope.length = 0
  }
}

type Corner = ReturnType<Side['top']>

const zeroBetween = (p: Corner, q: Corner): number =>
  q.slope === p.slope ? (p.x + q.x) / 2 : p.x - (p.slope * (q.x - p.x)) / (q.slope - p.slope)

/** Moves corners across until the zero lies between the stacks, and tells where it is. */
function zero(left: Side, right: Side): number {
  while (!left.isEmpty && left.top().slope > 0) {
    const { x, slope } = left.top()
    left.pop()
    right.push(x, slope)
  }
  while (!right.isEmpty && right.top().slope < 0) {
    const { x, slope } = right.top()
    right.pop()
    left.push(x, slope)
  }
  if (left.isEmpty) return right.top().x - right.top().slope / right.tilt
  if (right.isEmpty) return left.top().x - left.top().slope / left.tilt
  return zeroBetween(left.top(), right.top())
}

/** Ends the line at `bound`, beyond which nothing is allowed: there the stack `gone` lay, and all of `kept` up to it. */
function cut(gone: Side, kept: Side, bound: number, at: number, isBeyond: (x: number) => boolean): void {
  let inner: Corner = { x: at, slope: 0 }
  while (!kept.isEmpty && isBeyond(kept.top().x)) {
    inner = kept.top()
    kept.pop()
  }
  const tilt = kept.isEmpty
    ? kept.tilt
    : kept.top().x === inner.x
      ? 0
      : (kept.top().slope - inner.slope) / (kept.top().x - inner.x)
  kept.push(bound, inner.slope + tilt * (bound - inner.x))
  gone.clear()
}

/**
 * The angles at each sample that lie within `room` (an envelope of the same problem), keep the rate, and have the least
 * weighted sum of squares from the wanted ones.
 */
export function closest({ wanted, weight, step }: AxisProblem, room: Envelope): number[] {
  const n = wanted.length
  const best = new Array<number>(n)
  const left = new Side()
  const right = new Side()
  for (let i = 0; i < n; i++) {
    const g = wanted[i] ?? 0
    const w = 2 * Math.max(weight[i] ?? 1, LEAST_WEIGHT) ** 2
    if (i > 0) {
      left.shift(-step)
      right.shift(step)
      left.push((best[i - 1] ?? 0) - step, 0)
      right.push((best[i - 1] ?? 0) + step, 0)
    } else {
      left.push(g, 0)
      right.push(g, 0)
    }
    left.add(w, g)
    right.add(w, g)
    const at = zero(left, right)
    const low = room.low[i] ?? 0
    const high = room.high[i] ?? 0
    if (at < low) cut(left, right, low, at, (x) => x <= low)
    else if (at > high) cut(right, left, high, at, (x) => x >= high)
    best[i] = Math.min(high, Math.max(low, at))
  }
  for (let i = n - 2; i >= 0; i--) {
    const next = best[i + 1] ?? 0
    best[i] = Math.min(next + step, Math.max(next - step, best[i] ?? 0))
  }
  return best
}
