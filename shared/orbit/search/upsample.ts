/**
 * From positions at nodes to positions and velocities at the samples between them.
 * @module
 */
import { MIDDLE, PARTS, STENCIL, WEIGHTS, weightsAt } from './lagrange.js'

/** Samples on either side of one that its velocity is made of; nearer to an end it is a little less exact. */
export const ASIDE = 3

/** The weights of the middle interval for the parts before its half, split for pairs of nodes that mirror each other. */
const MIRRORED = mirrored()

function mirrored(): { readonly even: Float64Array; readonly odd: Float64Array } {
  const even: number[] = []
  const odd: number[] = []
  for (let part = 1; part < PARTS / 2; part++)
    for (let node = 0; node < STENCIL / 2; node++) {
      const near = WEIGHTS.value[weightsAt(MIDDLE, part) + node] as number
      const far = WEIGHTS.value[weightsAt(MIDDLE, part) + STENCIL - 1 - node] as number
      even.push((near + far) / 2)
      odd.push((near - far) / 2)
    }
  return { even: Float64Array.from(even), odd: Float64Array.from(odd) }
}

/** Where the stencil of an interval begins: around it, or beside it where the good nodes end. */
const stencilFor = (node: number, first: number, last: number): number =>
  Math.max(first, Math.min(last - STENCIL + 1, node - MIDDLE))

/**
 * Positions at all samples of the intervals behind node MIDDLE.
 * @param nodes x y z in turn, of which `first` to `last` are good, at least STENCIL of them
 */
export function placeSamples(
  nodes: Float64Array,
  first: number,
  last: number,
  intervals: number,
  position: Float64Array,
): void {
  for (let interval = 0; interval < intervals; interval++) {
    const node = interval + MIDDLE
    const from = stencilFor(node, first, last)
    if (from === interval) inTheMiddle(nodes, interval, position)
    else aside(nodes, node, from, position)
  }
  const end = 3 * (intervals + MIDDLE)
  position.set(nodes.subarray(end, end + 3), 3 * PARTS * intervals)
}

/** The samples of an interval that has as many nodes before it as behind it: each pair of nodes serves two samples. */
function inTheMiddle(nodes: Float64Array, interval: number, position: Float64Array): void {
  const { even, odd } = MIRRORED
  for (let axis = 0; axis < 3; axis++) {
    const at = 3 * interval + axis
    const n0 = nodes[at] as number
    const n1 = nodes[at + 3] as number
    const n2 = nodes[at + 6] as number
    const n3 = nodes[at + 9] as number
    const n4 = nodes[at + 12] as number
    const n5 = nodes[at + 15] as number
    const n6 = nodes[at + 18] as number
    const n7 = nodes[at + 21] as number
    const n8 = nodes[at + 24] as number
    const n9 = nodes[at + 27] as number
    const out = 3 * PARTS * interval + axis
    position[out] = n4
    for (let part = 1, w = 0; part < PARTS / 2; part++, w += STENCIL / 2) {
      const sum =
        (even[w] as number) * (n0 + n9) +
        (even[w + 1] as number) * (n1 + n8) +
        (even[w + 2] as number) * (n2 + n7) +
        (even[w + 3] as number) * (n3 + n6) +
        (even[w + 4] as number) * (n4 + n5)
      const difference =
        (odd[w] as number) * (n0 - n9) +
        (odd[w + 1] as number) * (n1 - n8) +
        (odd[w + 2] as number) * (n2 - n7) +
        (odd[w + 3] as number) * (n3 - n6) +
        (odd[w + 4] as number) * (n4 - n5)
      position[out + 3 * part] = sum + difference
      position[out + 3 * (PARTS - part)] = sum - difference
    }
  }
}

/** The samples of an interval at the end of the good nodes. */
function aside(nodes: Float64Array, node: number, from: number, position: Float64Array): void {
  for (let part = 0; part < PARTS; part++) {
    const weights = weightsAt(node - from, part)
    for (let axis = 0; axis < 3; axis++) {
      let sum = 0
      for (let i = 0; i < STENCIL; i++)
        sum += (WEIGHTS.value[weights + i] as number) * (nodes[3 * (from + i) + axis] as number)
      position[3 * (PARTS * (node - MIDDLE) + part) + axis] = sum
    }
  }
}

/** Velocities, km for each step between samples: central differences of sixth order, at both ends Lagrange's slopes. */
export function slopeSamples(
  nodes: Float64Array,
  first: number,
  last: number,
  intervals: number,
  position: Float64Array,
  velocity: Float64Array,
): void {
  const samples = intervals * PARTS
  for (let axis = 0; axis < 3; axis++) {
    let p0 = position[axis] as number
    let p1 = position[axis + 3] as number
    let p2 = position[axis + 6] as number
    let p3 = position[axis + 9] as number
    let p4 = position[axis + 12] as number
    let p5 = position[axis + 15] as number
    for (let at = 3 * 2 * ASIDE + axis; at <= 3 * samples + 2; at += 3) {
      const p6 = position[at] as number
      velocity[at - 3 * ASIDE] = 0.75 * (p4 - p2) - 0.15 * (p5 - p1) + (p6 - p0) * (1 / 60)
      p0 = p1
      p1 = p2
      p2 = p3
      p3 = p4
      p4 = p5
      p5 = p6
    }
  }
  for (let aside = 0; aside < ASIDE; aside++)
    for (const sample of [aside, samples - aside]) {
      const node = Math.floor(sample / PARTS) + MIDDLE
      const from = stencilFor(node, first, last)
      const weights = weightsAt(node - from, sample % PARTS)
      for (let axis = 0; axis < 3; axis++) {
        let slope = 0
        for (let i = 0; i < STENCIL; i++)
          slope += (WEIGHTS.slope[weights + i] as number) * (nodes[3 * (from + i) + axis] as number)
        velocity[3 * sample + axis] = slope / PARTS
      }
    }
}
