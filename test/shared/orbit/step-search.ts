/**
 * The independent pass search to which ours is held: satellite.js alone, in steps.
 * @module
 */
import { ecfToLookAngles, eciToEcf, gstime, propagate, twoline2satrec } from 'satellite.js'
import { DEG } from '../../../shared/angles.js'
import type { Site } from '../../../shared/messages.js'

/** The two lines of each set, for the independent search. */
export function linePairs(tle: string): [string, string][] {
  const lines = tle.split(/\r?\n/)
  return lines.flatMap((line, i): [string, string][] =>
    line.startsWith('1 ') ? [[line, lines[i + 1] ?? '']] : [],
  )
}

export interface Found {
  readonly aos: number
  readonly los: number
  readonly maxEl: number
}

/**
 * The independent search: steps through the window with satellite.js alone (own dates, own sidereal time, own look
 * angles) and bisects where the satellite comes above or falls below the threshold.
 */
export function stepSearch(
  [line1, line2]: [string, string],
  sites: readonly Site[],
  threshold: (az: number) => number,
  stepMs: number,
  [from, to]: readonly [number, number],
): Found[][] {
  const record = twoline2satrec(line1, line2)
  const observers = sites.map(({ lat, lon, altM }) => ({
    latitude: lat * DEG,
    longitude: lon * DEG,
    height: altM / 1000,
  }))
  const margins = (ms: number, which: readonly number[]) => {
    const date = new Date(ms)
    const state = propagate(record, date)
    if (state === null) throw new Error(`no position at ${ms}`)
    const fixed = eciToEcf(state.position, gstime(date))
    return which.map((i) => {
      const look = ecfToLookAngles(observers[i] as (typeof observers)[number], fixed)
      const el = look.elevation / DEG
      return { el, margin: el - threshold(look.azimuth / DEG) }
    })
  }
  const edge = (site: number, a: number, b: number, rising: boolean): number => {
    while (b - a > 1) {
      const middle = Math.floor((a + b) / 2)
      const up = (margins(middle, [site])[0]?.margin ?? -1) >= 0
      if (up === rising) b = middle
      else a = middle
    }
    return b
  }
  const all = sites.map((_, i) => i)
  const open = sites.map(() => ({ aos: Number.NaN, up: false, maxEl: -90 }))
  const found: Found[][] = sites.map(() => [])
  for (let ms = from; ms <= to; ms += stepMs) {
    for (const [i, { el, margin }] of margins(ms, all).entries()) {
      const pass = open[i] as (typeof open)[number]
      if (margin >= 0 && !pass.up) {
        pass.aos = ms === from ? from : edge(i, ms - stepMs, ms, true)
        pass.maxEl = el
      } else if (margin < 0 && pass.up)
        found[i]?.push({ aos: pass.aos, los: edge(i, ms - stepMs, ms, false), maxEl: pass.maxEl })
      pass.up = margin >= 0
      if (pass.up) pass.maxEl = Math.max(pass.maxEl, el)
    }
  }
  for (const [i, pass] of open.entries())
    if (pass.up) found[i]?.push({ aos: pass.aos, los: to, maxEl: pass.maxEl })
  return found
}
