/**
 * Where one satellite is during a window, Earth-fixed: propagated at the nodes of a grid, interpolated at the samples
 * between them. The arrays are used again for the next satellite.
 * @module
 */
import type { Satellite } from '../propagate.js'
import type { TimeGrid } from './grid.js'
import { MIDDLE, PARTS, STENCIL } from './lagrange.js'
import { placeSamples, slopeSamples } from './upsample.js'

/** Intervals between nodes that are judged out of sight together. */
export const BLOCK = 4

/** Between two nodes an orbit may be a little higher or lower than at both, and its way is no great circle. */
const SLACK = { distance: 1.002, reach: 1.05 } as const

export class Ephemeris {
  /** km at each sample, x y z in turn; `intervals * PARTS + 1` of them. */
  readonly position: Float64Array
  /** km for each step between two samples. */
  readonly velocity: Float64Array
  /** For each interval: the unit vector to its middle. */
  readonly middles: Float64Array
  /** For each block of intervals the same. */
  readonly blocks: Float64Array
  /** How far (rad) a sample may be from the middle of its interval, or block. */
  intervalReach = 0
  blockReach = 0
  /** Largest and smallest distance from the centre of the Earth, km. */
  apogee = 0
  perigee = 0
  /** Intervals that hold positions: all, or those before the orbit ends. */
  intervals = 0
  /** Epoch ms of the first node without a position; null when there is none in the window. */
  endMs: number | null = null
  private readonly nodes: Float64Array

  constructor(readonly grid: TimeGrid) {
    const samples = grid.intervals * PARTS + 1
    this.position = new Float64Array(3 * samples)
    this.velocity = new Float64Array(3 * samples)
    this.middles = new Float64Array(3 * grid.intervals)
    this.blocks = new Float64Array(3 * Math.ceil(grid.intervals / BLOCK))
    this.nodes = new Float64Array(3 * grid.nodes)
  }

  /** Epoch ms of the first sample. */
  get startMs(): number {
    return this.grid.firstMs + MIDDLE * this.grid.stepMs
  }

  /** Between two samples. */
  get sampleMs(): number {
    return this.grid.stepMs / PARTS
  }

  /**
   * Follows a satellite through the window. When its orbit ends on the way, `intervals` are those up to the last good
   * node and `endMs` says when.
   * @returns false when too few nodes are good to interpolate between them
   */
  follow(satellite: Satellite): boolean {
    const [first, last] = this.propagate(satellite)
    this.intervals = Math.max(0, Math.min(this.grid.intervals, last - MIDDLE))
    if (last - first + 1 < STENCIL) return false
    placeSamples(this.nodes, first, last, this.intervals, this.position)
    slopeSamples(this.nodes, first, last, this.intervals, this.position, this.velocity)
    this.measure()
    return true
  }

  /** SGP4 at all nodes, turned into the Earth-fixed frame. @returns the first and the last node of the good ones */
  private propagate(satellite: Satellite): [number, number] {
    const { grid, nodes } = this
    const { firstMs, stepMs } = grid
    this.endMs = null
    let first = 0
    let beyond = satellite.placesAt(firstMs, stepMs, 0, grid.nodes, nodes)
    // Before the window a position may be missing, as for one that was launched just now: the stencil does without.
    while (beyond < MIDDLE) {
      first = beyond + 1
      beyond = satellite.placesAt(firstMs, stepMs, first, grid.nodes, nodes)
    }
    if (beyond <= MIDDLE + grid.intervals) this.endMs = firstMs + beyond * stepMs
    for (let i = first; i < beyond; i++) {
      const sin = grid.sin[i] as number
      const cos = grid.cos[i] as number
      const x = nodes[3 * i] as number
      const y = nodes[3 * i + 1] as number
      nodes[3 * i] = cos * x + sin * y
      nodes[3 * i + 1] = cos * y - sin * x
    }
    return [first, beyond - 1]
  }

  private measure(): void {
    this.intervalReach = this.middlesOf(this.middles, 1)
    this.blockReach = this.middlesOf(this.blocks, BLOCK)
    const { nodes } = this
    let farthest = 0
    let nearest = Number.POSITIVE_INFINITY
    for (let at = 3 * MIDDLE; at <= 3 * (MIDDLE + this.intervals); at += 3) {
      const x = nodes[at] as number
      const y = nodes[at + 1] as number
      const z = nodes[at + 2] as number
      const distance2 = x * x + y * y + z * z
      farthest = Math.max(farthest, distance2)
      nearest = Math.min(nearest, distance2)
    }
    this.apogee = SLACK.distance * Math.sqrt(farthest)
    this.perigee = Math.sqrt(nearest) / SLACK.distance
  }

  /**
   * Writes the unit vectors to the middles of stretches of `length` intervals.
   * @returns how far (rad) any moment is from the middle of its stretch, with some slack for its bends
   */
  private middlesOf(out: Float64Array, length: number): number {
    const { nodes, intervals } = this
    let least = 1
    for (let begin = 0, at = 0; begin < intervals; begin += length, at += 3) {
      const a = 3 * (begin + MIDDLE)
      const b = 3 * (Math.min(intervals, begin + length) + MIDDLE)
      const ax = nodes[a] as number
      const ay = nodes[a + 1] as number
      const az = nodes[a + 2] as number
      const bx = nodes[b] as number
      const by = nodes[b + 1] as number
      const bz = nodes[b + 2] as number
      const weightA = 1 / Math.sqrt(ax * ax + ay * ay + az * az)
      const weightB = 1 / Math.sqrt(bx * bx + by * by + bz * bz)
      const mx = ax * weightA + bx * weightB
      const my = ay * weightA + by * weightB
      const mz = az * weightA + bz * weightB
      // Half the length of the sum of two unit vectors is the cosine of half the angle between them.
      const norm = Math.sqrt(mx * mx + my * my + mz * mz)
      out[at] = mx / norm
      out[at + 1] = my / norm
      out[at + 2] = mz / norm
      least = Math.min(least, norm / 2)
    }
    return SLACK.reach * Math.acos(least)
  }
}
