/**
 * Some of the moments that we call AOS, for others to look at.
 * @module
 */
import { searchPasses } from '../../../shared/orbit/passes.js'
import { satelliteFrom } from '../../../shared/orbit/propagate.js'
import { elementsOf, FROM_MS, standsOf, TO_MS, type Work } from './work.js'

/** Index of satellite, index of station, ms since the begin: `count` of them, spread over all passes. */
export function moments(work: Work, count: number): [number, number, number][] {
  const table = searchPasses(elementsOf(work).map(satelliteFrom), standsOf(work), FROM_MS, TO_MS)
  const every = Math.max(1, Math.floor(table.length / count))
  return [...table.columns.aos.keys()]
    .filter((i) => i % every === 0 && (table.columns.aos[i] ?? FROM_MS) > FROM_MS)
    .map((i) => [table.satellite(i), table.stand(i), (table.columns.aos[i] ?? 0) - FROM_MS])
}
