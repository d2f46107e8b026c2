/**
 * One root of a function inside a bracket.
 * @module
 */
export interface End {
  readonly at: number
  readonly value: number
}

const opposite = (a: number, b: number) => a < 0 !== b < 0

/**
 * Regula falsi in its Illinois form, with every third step a bisection: as fast as a secant where the function is
 * smooth, and never slower than a third of bisection where it is not (the edge of a stepped horizon mask). Returns the
 * place at which the sign changes to within `tolerance`, on the side of `high`. Zero counts as positive.
 */
export function signChange(f: (at: number) => number, low: End, high: End, tolerance: number): number {
  let a = low
  let b = high
  for (let step = 1; Math.abs(b.at - a.at) > tolerance; step++) {
    const secant = b.at - (b.value * (b.at - a.at)) / (b.value - a.value)
    const middle = (a.at + b.at) / 2
    const inside = secant > Math.min(a.at, b.at) && secant < Math.max(a.at, b.at)
    const at = step % 3 === 0 || !inside ? middle : secant
    if (at === a.at || at === b.at) break
    const value = f(at)
    if (opposite(value, b.value)) a = b
    else a = { at: a.at, value: a.value / 2 }
    b = { at, value }
  }
  return opposite(b.value, high.value) ? a.at : b.at
}
