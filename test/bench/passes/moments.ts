/**
 * Some of the moments that we call AOS, for others to look at.
 * @module
 */
import { searchPasses } from '../../../shared/orbit/passes.js'
import { satelliteFrom } from '../../../shared/orbit/propagate.js'
import { MINUTE } from '../../../shared/time.js'
import type { Rise } from './python.js'
import { elementsOf, FROM_MS, MIN_ELEVATION, standsOf, TO_MS, type Work } from './work.js'

export interface Rises {
  /** Of each rise that both have: how far apart, ms, and how far the other's own altitude is from the lowest, degrees. */
  readonly apart: readonly { readonly ms: number; readonly degrees: number }[]
  readonly onlyOurs: number
  readonly onlyTheirs: number
}

/** Two rises of one pair within this are one. */
const SAME_MS = 2 * MINUTE

/** Rises as somebody else has them beside ours; passes that are under way when the day begins have none. */
export function risesBeside(theirs: readonly Rise[], work: Work): Rises {
  const table = searchPasses(elementsOf(work).map(satelliteFrom), standsOf(work), FROM_MS, TO_MS)
  const ours = new Set(
    [...table.columns.aos.keys()].filter((i) => (table.columns.aos[i] ?? FROM_MS) > FROM_MS),
  )
  const apart: { ms: number; degrees: number }[] = []
  let onlyTheirs = 0
  for (const [satellite, station, ms, altitude] of theirs) {
    const same = [...ours].find(
      (i) =>
        table.satellite(i) === satellite &&
        table.stand(i) === station &&
        Math.abs((table.columns.aos[i] ?? 0) - FROM_MS - ms) < SAME_MS,
    )
    if (same === undefined) {
      onlyTheirs++
      continue
    }
    ours.delete(same)
    const aos = (table.columns.aos[same] ?? 0) - FROM_MS
    apart.push({ ms: Math.abs(aos - ms), degrees: Math.abs(altitude - MIN_ELEVATION) })
  }
  return { apart, onlyOurs: ours.size, onlyTheirs }
}

/** Index of satellite, index of station, ms since the begin: `count` of them, spread over all passes. */
export function moments(work: Work, count: number): [number, number, number][] {
  const table = searchPasses(elementsOf(work).map(satelliteFrom), standsOf(work), FROM_MS, TO_MS)
  const every = Math.max(1, Math.floor(table.length / count))
  return [...table.columns.aos.keys()]
    .filter((i) => i % every === 0 && (table.columns.aos[i] ?? FROM_MS) > FROM_MS)
    .map((i) => [table.satellite(i), table.stand(i), (table.columns.aos[i] ?? 0) - FROM_MS])
}
