/**
 * Real passes of a day as a scheduling problem: satellites with a priority each, stations with a minute between two
 * contacts, one station at a time for a satellite.
 * @module
 */
import { readFileSync } from 'node:fs'
import { seeded } from '../../../director/optimise/neighbourhoods.js'
import type { Problem, Task } from '../../../director/optimise/problem.js'
import { DEG } from '../../../shared/angles.js'
import { parseElements } from '../../../shared/orbit/elements.js'
import { satelliteFrom } from '../../../shared/orbit/propagate.js'
import { CLIPPED_END, CLIPPED_START } from '../../../shared/orbit/search/pass-rows.js'
import { search } from '../../../shared/orbit/search/search.js'
import { DAY, MINUTE, SECOND } from '../../../shared/time.js'

const FOLDER = new URL('../../../../../shared/data/', import.meta.url)
const FROM_MS = Date.UTC(2026, 4, 7, 12)
const SHORTEST_MS = 2 * MINUTE
const SETUP_MS = MINUTE
/** A longer contact is worth no more. */
const WORTHY_S = 600

export interface Case {
  readonly title: string
  readonly problem: Problem
  readonly priority: readonly number[]
  readonly maxEl: readonly number[]
}

interface Place {
  readonly lat: number
  readonly lon: number
  readonly alt: number
  readonly minElev: number
}

const read = (name: string) => readFileSync(new URL(name, FOLDER), 'utf8')

/** @param perDay contacts of one satellite at most, or null @param seed of the priorities */
export function caseOf(elements: string, stations: string, perDay: number | null, seed = 1): Case {
  const { elements: sets } = parseElements(read(elements))
  const satellites = sets.map((omm) => satelliteFrom(omm))
  const places = JSON.parse(read(stations)) as readonly Place[]
  const stands = places.map(({ lat, lon, alt, minElev }) => ({
    site: { lat, lon, altM: alt },
    minElevation: minElev,
  }))
  const { passes } = search(satellites, stands, FROM_MS, FROM_MS + DAY)
  const random = seeded(seed)
  const priority = satellites.map(() => 1 + Math.floor(random() * 10))
  const tasks: Task[] = []
  const maxEl: number[] = []
  for (const [i, flags] of passes.flags.entries()) {
    const [aosMs, losMs, el] = [passes.aos[i] ?? 0, passes.los[i] ?? 0, passes.maxEl[i] ?? 0]
    if ((flags & (CLIPPED_START | CLIPPED_END)) !== 0 || losMs - aosMs < SHORTEST_MS) continue
    const [station, satellite] = [passes.stand[i] ?? 0, passes.satellite[i] ?? 0]
    const height = 0.5 + 0.5 * Math.sin(el * DEG)
    const length = Math.min(1, (losMs - aosMs) / SECOND / WORTHY_S)
    const value = (priority[satellite] ?? 0) * height * length
    tasks.push({ station, satellite, aosMs, losMs, value, quota: perDay === null ? -1 : satellite })
    maxEl.push(el)
  }
  return {
    title: `${satellites.length} satellites, ${places.length} stations, ${tasks.length} opportunities${perDay === null ? '' : `, ${perDay} a satellite at most`}`,
    ...{ priority, maxEl },
    problem: {
      tasks,
      setupMs: places.map(() => SETUP_MS),
      satellites: satellites.map(() => ({ simultaneous: 1, gapMs: 0 })),
      quotas: perDay === null ? [] : satellites.map(() => ({ max: perDay, min: 0, shortfall: 0 })),
    },
  }
}
