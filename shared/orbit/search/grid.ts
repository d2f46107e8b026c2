/**
 * The moments at which all satellites of one step are propagated, with what is the same for all of them: how the Earth
 * is turned and where the Sun stands.
 * @module
 */
import { siderealAngle } from '../earth.js'
import { sunEarthFixed } from '../sun.js'
import { MIDDLE, PARTS } from './lagrange.js'
import { ASIDE } from './upsample.js'

/** A sample before and after the window is looked at, with a velocity like all others. */
const MARGIN = (1 + ASIDE) / PARTS

/** Nodes in multiples of the step since the Unix epoch, so that two windows that overlap share their nodes. */
export interface TimeGrid {
  readonly stepMs: number
  /** Epoch ms of the first node. */
  readonly firstMs: number
  readonly nodes: number
  /** Intervals between nodes that cover the window and a margin; the nodes before and after are what the stencil needs. */
  readonly intervals: number
  readonly sin: Float64Array
  readonly cos: Float64Array
  /** Unit vectors to the Sun, Earth-fixed, one for each end of an interval. */
  readonly sun: Float64Array
}

/** The grid of a step for a window, both ends included. */
export function gridOf(stepMs: number, fromMs: number, toMs: number): TimeGrid {
  const first = Math.floor(fromMs / stepMs - MARGIN)
  const intervals = Math.ceil(toMs / stepMs + MARGIN) - first
  const nodes = intervals + 1 + 2 * MIDDLE
  const firstMs = (first - MIDDLE) * stepMs
  const sin = new Float64Array(nodes)
  const cos = new Float64Array(nodes)
  for (let i = 0; i < nodes; i++) {
    const angle = siderealAngle(firstMs + i * stepMs)
    sin[i] = Math.sin(angle)
    cos[i] = Math.cos(angle)
  }
  const sun = new Float64Array(3 * (intervals + 1))
  for (let i = 0; i <= intervals; i++) {
    const { x, y, z } = sunEarthFixed((first + i) * stepMs)
    sun.set([x, y, z], 3 * i)
  }
  return { stepMs, firstMs, nodes, intervals, sin, cos, sun }
}
