/**
 * What one set of elements says of a satellite against another: how well the older one foretold the newer.
 * @module
 */
import { TalosError } from '../errors.js'
import type { Omm } from '../messages.js'
import { DAY } from '../time.js'
import { satelliteFrom, type Vec3 } from './propagate.js'

/** At the epoch of the newer set. */
export interface Difference {
  /** From epoch to epoch. */
  readonly days: number
  /** Between the two positions, in TEME. */
  readonly km: number
  /**
   * By so much the satellite is ahead of where the older set has it, along its way, seconds; negative: behind. AOS and
   * LOS come so much earlier.
   */
  readonly earlyS: number
}

const dot = (a: Vec3, b: Vec3) => a.x * b.x + a.y * b.y + a.z * b.z

/** Null where SGP4 makes nothing of one of them there. */
export function differenceOf(older: Omm, newer: Omm): Difference | null {
  try {
    const [from, to] = [satelliteFrom(older), satelliteFrom(newer)]
    const { position: foretold, velocity } = from.stateAt(to.epochMs)
    const { position } = to.stateAt(to.epochMs)
    const off = { x: position.x - foretold.x, y: position.y - foretold.y, z: position.z - foretold.z }
    return {
      days: (to.epochMs - from.epochMs) / DAY,
      km: Math.sqrt(dot(off, off)),
      earlyS: dot(off, velocity) / dot(velocity, velocity),
    }
  } catch (error) {
    if (error instanceof TalosError) return null
    throw error
  }
}
