/**
 * Each pass that we find beside the one that the propagator itself has, and beside what the loop finds.
 * @module
 */
import { type PassTable, searchPasses } from '../../../shared/orbit/passes.js'
import { satelliteFrom } from '../../../shared/orbit/propagate.js'
import { SECOND } from '../../../shared/time.js'
import { type Apart, differences, type TruePass, truePasses } from '../../support/pass-reference.js'
import { loopPasses } from './loop.js'
import { elementsOf, FROM_MS, linesOf, MIN_ELEVATION, standsOf, TO_MS, type Work } from './work.js'

/** Between two samples of the truth: a low orbit has one extremum of elevation in it at most. */
const SAMPLE_MS = 30 * SECOND

export interface Accuracy {
  readonly passes: number
  readonly missed: number
  readonly invented: number
  readonly apart: readonly Apart[]
  /** Passes that the loop does not find, and how long the longest of them is, s. */
  readonly loopMissed: number
  readonly loopLongest: number
}

/** The passes of a table by satellite and stand. */
function byPair(table: PassTable, stands: number): TruePass[][] {
  const { aos, tca, los, maxEl } = table.columns
  const pairs: TruePass[][] = []
  for (let i = 0; i < table.length; i++) {
    const pair = table.satellite(i) * stands + table.stand(i)
    const list = pairs[pair] ?? []
    list.push({ aos: aos[i] ?? 0, tca: tca[i] ?? 0, los: los[i] ?? 0, maxEl: maxEl[i] ?? 0 })
    pairs[pair] = list
  }
  return pairs
}

/** @param withLoop whether to look for the passes by the loop too */
export function accuracyOf(work: Work, withLoop: boolean): Accuracy {
  const stands = standsOf(work)
  const satellites = elementsOf(work).map(satelliteFrom)
  const table = searchPasses(satellites, stands, FROM_MS, TO_MS)
  const ours = byPair(table, stands.length)
  const lines = withLoop ? linesOf(work) : []
  const sites = stands.map(({ site }) => site)
  const apart: Apart[] = []
  let [missed, invented, loopMissed, loopLongest] = [0, 0, 0, 0]
  for (const [i, satellite] of satellites.entries()) {
    const truth = truePasses(satellite, sites, () => MIN_ELEVATION, SAMPLE_MS, [FROM_MS, TO_MS])
    const pair = lines[i]
    const byLoop = pair === undefined ? null : loopPasses(pair, stands)
    for (const [stand, passes] of truth.entries()) {
      const found = differences(ours[i * stands.length + stand] ?? [], passes)
      missed += found.missed.length
      invented += found.invented.length
      apart.push(...found.matched)
      if (byLoop === null) continue
      const loops = (byLoop[stand] ?? []).map(({ aos, los }) => ({ aos, tca: aos, los, maxEl: 0 }))
      for (const { aos, los } of differences(loops, passes).missed) {
        loopMissed++
        loopLongest = Math.max(loopLongest, (los - aos) / SECOND)
      }
    }
  }
  return { passes: table.length, missed, invented, apart, loopMissed, loopLongest }
}
