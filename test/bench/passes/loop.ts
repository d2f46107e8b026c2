/**
 * The usual way with satellite.js: ten-second steps, look angles at each, bisection where the elevation crosses the
 * lowest. The propagation of a step is shared by all stations.
 * @module
 */
import {
  degreesToRadians,
  ecfToLookAngles,
  eciToEcf,
  gstime,
  propagate,
  type SatRec,
  twoline2satrec,
} from 'satellite.js'
import type { Stand } from '../../../shared/orbit/search/stands.js'
import { SECOND } from '../../../shared/time.js'
import { FROM_MS, TO_MS } from './work.js'

export const LOOP_STEP_MS = 10 * SECOND
/** Where the bisection ends. */
const TOLERANCE_MS = 1

export interface LoopPass {
  readonly aos: number
  readonly los: number
}

/** Passes of one satellite over each of the stands. */
export function loopPasses(
  [line1, line2]: readonly [string, string],
  stands: readonly Stand[],
): LoopPass[][] {
  const record = twoline2satrec(line1, line2)
  const observers = stands.map(({ site }) => ({
    latitude: degreesToRadians(site.lat),
    longitude: degreesToRadians(site.lon),
    height: site.altM / 1000,
  }))
  const lowest = stands.map(({ minElevation }) => degreesToRadians(minElevation))
  const found: LoopPass[][] = stands.map(() => [])
  const rose: (number | null)[] = stands.map(() => null)
  for (let ms = FROM_MS; ms <= TO_MS; ms += LOOP_STEP_MS) {
    const place = placeAt(record, ms)
    if (place === null) break
    for (let i = 0; i < stands.length; i++) {
      const observer = observers[i]
      if (observer === undefined) continue
      const isUp = ecfToLookAngles(observer, place).elevation >= (lowest[i] ?? 0)
      const aos = rose[i] ?? null
      if (isUp === (aos !== null)) continue
      const at = ms === FROM_MS ? ms : bisect(record, observer, lowest[i] ?? 0, ms)
      if (isUp) rose[i] = at
      else {
        if (aos !== null) found[i]?.push({ aos, los: at })
        rose[i] = null
      }
    }
  }
  for (const [i, aos] of rose.entries()) if (aos !== null) found[i]?.push({ aos, los: TO_MS })
  return found
}

type Observer = Parameters<typeof ecfToLookAngles>[0]

function placeAt(record: SatRec, ms: number) {
  const date = new Date(ms)
  const state = propagate(record, date)
  return state === null ? null : eciToEcf(state.position, gstime(date))
}

/** When the elevation crosses `lowest` in the step before `ms`. */
function bisect(record: SatRec, observer: Observer, lowest: number, ms: number): number {
  const isUp = (at: number): boolean => {
    const place = placeAt(record, at)
    return place !== null && ecfToLookAngles(observer, place).elevation >= lowest
  }
  let [before, after] = [ms - LOOP_STEP_MS, ms]
  const wasUp = isUp(before)
  while (after - before > TOLERANCE_MS) {
    const middle = (before + after) / 2
    if (isUp(middle) === wasUp) before = middle
    else after = middle
  }
  return after
}
