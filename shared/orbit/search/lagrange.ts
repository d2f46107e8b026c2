/**
 * Ten-point Lagrange interpolation on evenly spaced nodes. The places that are asked for are fixed, so all weights are
 * worked out once.
 * @module
 */

/** Nodes that one value is made of. */
export const STENCIL = 10
/** Parts into which each interval between two nodes is cut. */
export const PARTS = 5
/** The interval in the middle of the stencil, where the error is smallest. */
export const MIDDLE = STENCIL / 2 - 1

export interface Weights {
  /** Of the value, at `weightsAt` for each node: the sum of node values so weighted is the value. */
  readonly value: Float64Array
  /** Of the derivative by the distance of two nodes, in the same order. */
  readonly slope: Float64Array
}

/** Where the weights begin for a part (0 to PARTS - 1) after a node (0 to STENCIL - 1) of the stencil. */
export const weightsAt = (node: number, part: number): number => (node * PARTS + part) * STENCIL

/** The basis polynomial of `node` and its derivative at `x`, in units of the distance of two nodes. */
function basis(node: number, x: number): { value: number; slope: number } {
  let value = 1
  let slope = 0
  for (let other = 0; other < STENCIL; other++) {
    if (other === node) continue
    const factor = (x - other) / (node - other)
    slope = slope * factor + value / (node - other)
    value *= factor
  }
  return { value, slope }
}

function allWeights(): Weights {
  const value = new Float64Array(STENCIL * PARTS * STENCIL)
  const slope = new Float64Array(STENCIL * PARTS * STENCIL)
  for (let before = 0; before < STENCIL; before++)
    for (let part = 0; part < PARTS; part++)
      for (let node = 0; node < STENCIL; node++) {
        const weight = basis(node, before + part / PARTS)
        value[weightsAt(before, part) + node] = weight.value
        slope[weightsAt(before, part) + node] = weight.slope
      }
  return { value, slope }
}

export const WEIGHTS = allWeights()
