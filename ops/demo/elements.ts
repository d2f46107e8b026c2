/**
 * The elements of the demo, and where its antennas stand: real satellites where there is internet or a file, a training
 * constellation computed for today where there is neither.
 * @module
 */
import { readFileSync } from 'node:fs'
import { TalosError } from '../../shared/errors.js'
import type { Omm } from '../../shared/messages.js'
import { parseElements } from '../../shared/orbit/elements.js'
import { judge } from '../../shared/orbit/judge.js'
import { searchPasses } from '../../shared/orbit/passes.js'
import { type Satellite, satelliteFrom } from '../../shared/orbit/propagate.js'
import { trainingElements } from '../../shared/orbit/training.js'
import { MINUTE, SECOND } from '../../shared/time.js'
import { CITIES, type Place, TRAINING_PLACES } from './places.js'

export interface DemoElements {
  /** In words, for the screen. */
  readonly said: string
  readonly source: string
  readonly elements: readonly Omm[]
  readonly places: readonly Place[]
  /** Some are too old to be trusted; the campaign must allow them. */
  readonly isStale: boolean
}

/** The first contact shall begin when the fleet is up, and within a minute. */
const FIRST_AOS_S = 45
const AMATEUR_GROUP = '/NORAD/elements/gp.php?GROUP=amateur&FORMAT=json'
const FETCH_MS = 5 * SECOND
const ANTENNAS = 3
/** High enough to be seen well above a city's roofs, low enough for any mount to follow. Degrees. */
const GOOD_EL = { min: 25, max: 75 } as const

/** The best places of the list: where a satellite rises soonest, once the fleet is up, to a good height. */
export function choosePlaces(satellites: readonly Satellite[], nowMs: number): Place[] {
  const stands = CITIES.map(({ site }) => ({ site, minElevation: 10 }))
  const table = searchPasses(satellites, stands, nowMs, nowMs + 15 * MINUTE)
  const first = new Map<Place, number>()
  for (let i = 0; i < table.length; i++) {
    const { aos, maxEl, clippedStart } = table.pass(i)
    const place = CITIES[table.stand(i)]
    const isGood = maxEl >= GOOD_EL.min && maxEl <= GOOD_EL.max
    if (place !== undefined && isGood && !clippedStart && aos > nowMs + 20 * SECOND)
      first.set(place, Math.min(aos, first.get(place) ?? Number.POSITIVE_INFINITY))
  }
  return [...first]
    .sort((a, b) => a[1] - b[1])
    .slice(0, ANTENNAS)
    .map(([place]) => place)
}

function usable(elements: readonly Omm[], nowMs: number, allowStale: boolean): Satellite[] {
  return elements.flatMap((omm) => {
    try {
      judge(omm, nowMs)
      return [satelliteFrom(omm)]
    } catch (error) {
      if (error instanceof TalosError && error.code === 'elements_stale' && allowStale)
        return [satelliteFrom(omm)]
      if (error instanceof TalosError) return []
      throw error
    }
  })
}

function training(nowMs: number): DemoElements {
  const elements = trainingElements(
    nowMs,
    TRAINING_PLACES.map((p) => p.site),
    FIRST_AOS_S,
  )
  return {
    said: `${elements.length} training satellites, computed for today (they do not exist)`,
    source: 'training',
    elements,
    places: TRAINING_PLACES,
    isStale: false,
  }
}

async function fromCelestrak(origin: string, ending: AbortSignal): Promise<Omm[]> {
  try {
    const signal = AbortSignal.any([ending, AbortSignal.timeout(FETCH_MS)])
    const response = await fetch(new URL(AMATEUR_GROUP, origin), { signal })
    return response.ok ? parseElements(await response.text()).elements : []
  } catch {
    // No internet: the training constellation serves.
    return []
  }
}

export interface ElementsOptions {
  readonly elementsFile?: string
  /** Origin of CelesTrak, or of a mirror. */
  readonly celestrakUrl: string
}

/** Elements from a file, else from CelesTrak, else the training constellation. */
export async function demoElements(
  { elementsFile: file, celestrakUrl }: ElementsOptions,
  nowMs: () => number,
  ending: AbortSignal,
): Promise<DemoElements> {
  const text = file === undefined ? undefined : readFileSync(file, 'utf8')
  const found = text === undefined ? await fromCelestrak(celestrakUrl, ending) : parseElements(text).elements
  const now = nowMs()
  const allowStale = file !== undefined
  const satellites = usable(found, now, allowStale)
  const places = choosePlaces(satellites, now)
  if (places.length === 0) {
    if (file !== undefined)
      throw new TalosError('elements_invalid', `${file} has no satellite that any city sees soon.`)
    return training(now)
  }
  return {
    said: `${satellites.length} amateur satellites from ${file ?? 'CelesTrak'}`,
    source: file === undefined ? 'celestrak:amateur' : 'upload:demo',
    elements: satellites.map((s) => s.omm),
    places,
    isStale: allowStale,
  }
}
