/**
 * Contacts on orbits that stay in sight for hours, or for ever: cut at whole hours of UTC, so that whoever looks, and
 * whenever, finds the same pieces, and an antenna can be given to another between two of them.
 * @module
 */
import type { Omm } from '../messages.js'
import { HOUR } from '../time.js'
import { PassTable, searchPasses } from './passes.js'
import type { Satellite } from './propagate.js'
import { CLIPPED_END, CLIPPED_START, type Column, type PassRow, PassRows } from './search/pass-rows.js'
import type { EndedOrbit } from './search/search.js'
import type { Stand } from './search/stands.js'

/** From 00:00 UTC on; divides a day, so that no piece belongs to two. */
export const PIECE_MS = 2 * HOUR
/**
 * Revolutions a day. A circular orbit faster than this is in sight for less than three hours; slower ones are those of
 * navigation, of transfer, Molniya and geostationary ones.
 */
const SLOW_MEAN_MOTION = 6

/** Are the passes of the satellite cut? By its orbit alone: how long one is may not be known inside a window. */
export const isCut = ({ MEAN_MOTION }: Pick<Omm, 'MEAN_MOTION'>): boolean => MEAN_MOTION < SLOW_MEAN_MOTION

/** Does a piece begin or end here, and not the pass? Epoch ms. */
export const isJoint = (omm: Pick<Omm, 'MEAN_MOTION'>, ms: number): boolean =>
  isCut(omm) && ms % PIECE_MS === 0

/** A search in pieces is so many times the work of one for whole passes, where the skyline is jagged. */
const CUT_WORK = 8

/** The work of looking for the passes of a satellite, in that of one on a low orbit. */
export const workOf = (omm: Pick<Omm, 'MEAN_MOTION'>): number => (isCut(omm) ? CUT_WORK : 1)

const jointAfter = (ms: number): number => (Math.floor(ms / PIECE_MS) + 1) * PIECE_MS

/** Where a row of a table stood, and what is told of it here. */
interface Place {
  readonly table: PassTable
  readonly row: number
  readonly satellite: number
  readonly flags: number
}

/**
 * Passes as `searchPasses`, those on slow orbits in pieces. The highest elevation, and what else is told, is that of the
 * piece; one that a joint ends is not clipped there.
 * @throws as `searchPasses`
 */
export function searchPieces(
  satellites: readonly Satellite[],
  stands: readonly Stand[],
  fromMs: number,
  toMs: number,
  wanted?: readonly Column[],
): PassTable {
  const indices = satellites.map((_, index) => index)
  const isSlow = (index: number): boolean => {
    const satellite = satellites[index]
    return satellite !== undefined && isCut(satellite.omm)
  }
  const slow = indices.filter(isSlow)
  if (slow.length === 0) return searchPasses(satellites, stands, fromMs, toMs, wanted)
  const places: Place[] = []
  const ended = new Map<number, EndedOrbit>()
  const isJointOf = (index: number, ms: number) => isSlow(index) && ms % PIECE_MS === 0
  const look = (which: readonly number[], from: number, to: number) => {
    const own = which.flatMap((index) => satellites[index] ?? [])
    const table = searchPasses(own, stands, from, to)
    for (const end of table.ended) {
      const satellite = which[end.satellite] ?? 0
      if (!ended.has(satellite)) ended.set(satellite, { ...end, satellite })
    }
    for (let row = 0; row < table.length; row++) {
      const satellite = which[table.satellite(row)] ?? 0
      const [aos, los, flags] = [
        table.columns.aos[row] ?? 0,
        table.columns.los[row] ?? 0,
        table.columns.flags[row] ?? 0,
      ]
      const joints =
        (isJointOf(satellite, aos) ? CLIPPED_START : 0) | (isJointOf(satellite, los) ? CLIPPED_END : 0)
      places.push({ table, row, satellite, flags: flags & ~joints })
    }
  }
  const fast = indices.filter((index) => !isSlow(index))
  if (fast.length > 0) look(fast, fromMs, toMs)
  for (let at = fromMs; at < toMs; at = jointAfter(at)) {
    const left = slow.filter((index) => !ended.has(index))
    if (left.length > 0) look(left, at, Math.min(toMs, jointAfter(at)))
  }
  const aos = ({ table, row }: Place) => table.columns.aos[row] ?? 0
  places.sort(
    (a, b) => a.satellite - b.satellite || a.table.stand(a.row) - b.table.stand(b.row) || aos(a) - aos(b),
  )
  const rows = new PassRows()
  for (const place of places) rows.push(rowOf(place))
  return new PassTable(rows.finished(wanted), [...ended.values()])
}

function rowOf({ table, row, satellite, flags }: Place): PassRow {
  const { columns: c } = table
  const at = (column: Float32Array | Float64Array): number => column[row] ?? 0
  return {
    ...{ satellite, stand: table.stand(row), aos: at(c.aos), tca: at(c.tca), los: at(c.los) },
    ...{ aosAz: at(c.aosAz), tcaAz: at(c.tcaAz), losAz: at(c.losAz) },
    ...{ maxEl: at(c.maxEl), range: at(c.range), flags },
  }
}
