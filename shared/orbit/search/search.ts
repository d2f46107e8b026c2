/**
 * The passes of many satellites over many stands: one propagation of a satellite serves all stands.
 * @module
 */
import type { Satellite } from '../propagate.js'
import { Ephemeris } from './ephemeris.js'
import { gridOf } from './grid.js'
import { type Column, type PassColumns, PassRows } from './pass-rows.js'
import { Scan } from './scan.js'
import { packStands, type Stand } from './stands.js'
import { stepOf } from './step.js'

/** The orbit of a satellite that ends inside the window, or before it. */
export interface EndedOrbit {
  /** Its index. */
  readonly satellite: number
  /** Epoch ms of the first moment of the grid without a position. */
  readonly ms: number
}

export interface Found {
  /** In order of satellite, stand, time. */
  readonly passes: PassColumns
  readonly ended: readonly EndedOrbit[]
}

interface Workplace {
  readonly ephemeris: Ephemeris
  readonly scan: Scan
}

/**
 * Passes between two moments, epoch ms. Numbers must be finite.
 * @param wanted columns; who searches for millions of passes leaves out those that are not needed
 * @returns passes in order of satellite, stand, time; none when the window is empty
 */
export function search(
  satellites: readonly Satellite[],
  stands: readonly Stand[],
  fromMs: number,
  toMs: number,
  wanted?: readonly Column[],
): Found {
  const rows = new PassRows()
  const ended: EndedOrbit[] = []
  if (toMs <= fromMs || stands.length === 0) return { passes: rows.finished(wanted), ended }
  const packed = packStands(stands)
  const workplaces = new Map<number, Workplace>()
  for (const [index, satellite] of satellites.entries()) {
    const stepMs = stepOf(satellite.omm)
    let place = workplaces.get(stepMs)
    if (place === undefined) {
      const ephemeris = new Ephemeris(gridOf(stepMs, fromMs, toMs))
      place = { ephemeris, scan: new Scan(ephemeris, packed, rows, fromMs, toMs) }
      workplaces.set(stepMs, place)
    }
    if (place.ephemeris.follow(satellite)) place.scan.passesOf(satellite, index)
    const { endMs } = place.ephemeris
    // The grid goes on beyond the window: an end out there cuts nothing.
    if (endMs !== null && endMs - stepMs < toMs) ended.push({ satellite: index, ms: endMs })
  }
  return { passes: rows.finished(wanted), ended }
}
