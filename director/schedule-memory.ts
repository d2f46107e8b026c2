/**
 * What is remembered from one schedule to the next, so that a small change costs little: what there was to choose from,
 * and the prices at which the bound was found.
 * @module
 */

import { HOUR, MINUTE } from '../shared/time.js'
import type { Opportunity } from './opportunities.js'
import type { PriceBook } from './optimise/price-book.js'
import { Selection } from './optimise/selection.js'
import type { Booking, Candidate, Framed } from './schedule-problem.js'

/** An antenna that was taken. Epoch ms. */
interface Held {
  readonly stationId: string
  readonly satelliteId: string
  readonly aosMs: number
  readonly losMs: number
}

export interface Memory {
  /** When all of it was last chosen anew. */
  readonly wholeAtMs: number
  /** What could be chosen, with its worth, by `keyOf`. */
  readonly known: ReadonlyMap<string, number>
  /** What was chosen or stood. */
  readonly held: readonly Held[]
  readonly prices: readonly { readonly satelliteId: string; readonly ms: number; readonly price: number }[]
  readonly quotaPrices: ReadonlyMap<string, number>
}

/** After this long all is chosen anew: what each small change leaves behind adds up. */
const WHOLE_EVERY_MS = 1 * HOUR
/** When more than this part of what can be chosen has changed, all is chosen anew. */
const MOST_TOUCHED = 0.2
/** A worth that changes by less than this part changes no choice. */
const SAME_WORTH = 0.01

/**
 * Two looks at one pass, a few seconds apart by newer elements, have the same key, but for one on the edge of a minute,
 * which then counts as new. The rules of the campaign belong to it: when they change, all its passes are looked at.
 */
function keyOf({ antenna, record, campaign, pass }: Opportunity): string {
  const { id, priority, minPerDay, maxPerDay, quotaPer, minGapS, simultaneous } = campaign
  const rules = `${priority} ${minPerDay} ${maxPerDay} ${quotaPer} ${minGapS} ${simultaneous}`
  const minutes = [pass.tca, pass.aos, pass.los].map((ms) => Math.round(ms / MINUTE))
  // The begin of a pass that is under way is now.
  const span = pass.clippedStart ? [minutes[0], minutes[2]] : minutes
  return `${antenna.station.id} ${record.id} ${id} ${rules} ${span.join(' ')}`
}

const heldBy = ({ o }: Candidate): Held => ({
  ...{ stationId: o.antenna.station.id, satelliteId: o.record.id },
  ...{ aosMs: o.pass.aos, losMs: o.pass.los },
})

export function memoryOf(
  candidates: readonly Candidate[],
  chosen: readonly Candidate[],
  standing: readonly Booking[],
  framed: Framed,
  book: PriceBook,
  wholeAtMs: number,
): Memory {
  const keys = framed.quotas.keys()
  return {
    wholeAtMs,
    known: new Map(candidates.map(({ o, worth }) => [keyOf(o), worth])),
    held: [...chosen.map(heldBy), ...standing],
    prices: book.places.map(({ satellite, ...rest }) => ({
      ...rest,
      satelliteId: framed.satelliteIds[satellite] ?? '',
    })),
    quotaPrices: new Map(keys.map((key, q) => [key, book.quotas[q] ?? 0])),
  }
}

/** Slews and setup included. */
const NEAR_MS = 5 * MINUTE

/** Indices of the candidates that are booked now and fit beside what stands. */
export function bookedAmong(
  candidates: readonly Candidate[],
  { problem }: Framed,
  isBooked: (o: Opportunity) => boolean,
): number[] {
  const beside = new Selection(problem)
  return candidates.flatMap(({ o }, i) => (isBooked(o) && beside.fits(i) ? [i] : []))
}

/** The change since then, for `reoptimise`. */
export interface Since {
  readonly touched: readonly number[]
  readonly prices: PriceBook
}

/**
 * What has changed, or null when all shall be chosen anew.
 * @param previous candidates that are booked now and may stay
 */
export function changeSince(
  memory: Memory | null,
  candidates: readonly Candidate[],
  standing: readonly Booking[],
  framed: Framed,
  previous: readonly number[],
  nowMs: number,
): Since | null {
  if (memory === null || nowMs - memory.wholeAtMs >= WHOLE_EVERY_MS) return null
  const touched = new Set<number>()
  for (const [i, { o, worth }] of candidates.entries()) {
    const before = memory.known.get(keyOf(o))
    if (before === undefined || Math.abs(worth - before) > SAME_WORTH * before) touched.add(i)
  }
  const now = new Map<string, Held[]>()
  for (const held of [...previous.flatMap((i) => candidates[i] ?? []).map(heldBy), ...standing])
    now.set(placeOf(held), [...(now.get(placeOf(held)) ?? []), held])
  const gone = memory.held.filter(
    (held) => held.losMs > nowMs && now.get(placeOf(held))?.some((other) => meet(held, other)) !== true,
  )
  for (const i of freedBy(gone, candidates)) touched.add(i)
  if (touched.size > MOST_TOUCHED * candidates.length) return null
  return { touched: [...touched].sort((a, b) => a - b), prices: bookFrom(memory, framed) }
}

const placeOf = ({ stationId, satelliteId }: Held): string => `${stationId} ${satelliteId}`

const meet = (a: Held, b: Held): boolean => a.aosMs < b.losMs + NEAR_MS && b.aosMs < a.losMs + NEAR_MS

/** Those that lost a rival: on the antenna that became free, or of the satellite that nobody follows then. */
function freedBy(gone: readonly Held[], candidates: readonly Candidate[]): number[] {
  const byName = new Map<string, Held[]>()
  for (const held of gone)
    for (const name of [held.stationId, held.satelliteId])
      byName.set(name, [...(byName.get(name) ?? []), held])
  return candidates.flatMap((candidate, i) => {
    const held = heldBy(candidate)
    const lost = [...(byName.get(held.stationId) ?? []), ...(byName.get(held.satelliteId) ?? [])]
    return lost.some((other) => meet(held, other)) ? [i] : []
  })
}

function bookFrom({ prices, quotaPrices }: Memory, { satelliteIds, quotas }: Framed): PriceBook {
  const places = new Map(satelliteIds.map((id, satellite) => [id, satellite]))
  return {
    places: prices.flatMap(({ satelliteId, ms, price }) => {
      const satellite = places.get(satelliteId)
      return satellite === undefined ? [] : [{ satellite, ms, price }]
    }),
    quotas: quotas.keys().map((key) => quotaPrices.get(key) ?? 0),
  }
}
