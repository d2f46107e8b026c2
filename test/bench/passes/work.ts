/**
 * What all are given: real satellites over real stations for a day.
 * @module
 */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Omm } from '../../../shared/messages.js'
import { parseElements } from '../../../shared/orbit/elements.js'
import type { Stand } from '../../../shared/orbit/search/stands.js'
import { DAY } from '../../../shared/time.js'

/** `shared/data` beside the project; this file runs from `build/test/bench/passes`. */
const FOLDER = new URL('../../../../../shared/data/', import.meta.url)

export const FROM_MS = Date.UTC(2026, 4, 8)
export const TO_MS = FROM_MS + DAY
export const MIN_ELEVATION = 10

/** Files of elements and of stations, by name, and how many of the elements: all, or the first, or each n-th. */
export interface Work {
  readonly elements: string
  readonly stations: string
  readonly first?: number
  readonly every?: number
}

export const W200X20: Work = { elements: 'sats-200.tle', stations: 'stations-20.json' }
export const W2000X50: Work = { elements: 'sats-2000.tle', stations: 'stations-50.json' }
export const W10000X1000: Work = {
  elements: 'active-20260507.tle',
  stations: 'stations-1000.json',
  first: 10_000,
}

export const pathOf = (name: string): string => fileURLToPath(new URL(name, FOLDER))

export const isHere = (): boolean => existsSync(FOLDER)

interface Place {
  readonly lat: number
  readonly lon: number
  readonly alt: number
}

/** The two lines of each set, which others read themselves. */
export function linesOf({ elements, every = 1 }: Work): [string, string][] {
  const lines = readFileSync(pathOf(elements), 'utf8').split(/\r?\n/)
  const pairs = lines.flatMap((line, i): [string, string][] =>
    line.startsWith('1 ') ? [[line, lines[i + 1] ?? '']] : [],
  )
  return pairs.filter((_, i) => i % every === 0)
}

export const elementsOf = ({ elements, first, every = 1 }: Work): Omm[] =>
  parseElements(readFileSync(pathOf(elements), 'utf8'))
    .elements.slice(0, first)
    .filter((_, i) => i % every === 0)

export const standsOf = ({ stations }: Work): Stand[] =>
  (JSON.parse(readFileSync(pathOf(stations), 'utf8')) as readonly Place[]).map(({ lat, lon, alt }) => ({
    site: { lat, lon, altM: alt },
    minElevation: MIN_ELEVATION,
  }))
