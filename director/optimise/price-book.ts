/**
 * The prices of the rules, told so that they can be used again when the tasks have changed: by satellite and time.
 * @module
 */
import { MINUTE } from '../../shared/time.js'
import type { Prices } from './dual.js'
import type { Layout } from './layout.js'

export interface PriceBook {
  /** Where a satellite is wanted by more stations than may follow it: what one place costs at that moment. */
  readonly places: readonly { readonly satellite: number; readonly ms: number; readonly price: number }[]
  /** One a quota, in the order of the problem. */
  readonly quotas: readonly number[]
}

/** Of one place to another of the same satellite, when the set of tasks has changed between them. */
const SAME_PLACE_MS = 10 * MINUTE

export const bookOf = ({ cliqueOf, cliqueMs }: Layout, { cliques, quotas }: Prices): PriceBook => ({
  places: [...cliques].flatMap((price, c) =>
    price > 0 ? [{ satellite: cliqueOf[c] ?? 0, ms: cliqueMs[c] ?? 0, price }] : [],
  ),
  quotas: [...quotas],
})

/** Prices to begin with. Whatever they are the bound holds: they only decide how fast it is found. */
export function pricesFrom(
  { cliqueOf, cliqueMs, quotas }: Pick<Layout, 'cliqueOf' | 'cliqueMs' | 'quotas'>,
  book: PriceBook,
): Prices {
  const bySatellite = new Map<number, { ms: number; price: number }[]>()
  for (const { satellite, ...place } of book.places)
    bySatellite.set(satellite, [...(bySatellite.get(satellite) ?? []), place])
  return {
    cliques: cliqueMs.map((ms, c) => {
      const places = bySatellite.get(cliqueOf[c] ?? -1) ?? []
      const near = places.filter((place) => Math.abs(place.ms - ms) < SAME_PLACE_MS)
      return near.sort((a, b) => Math.abs(a.ms - ms) - Math.abs(b.ms - ms))[0]?.price ?? 0
    }),
    quotas: Float64Array.from(quotas, ({ max, shortfall }, q) => {
      const price = Math.max(-shortfall, book.quotas[q] ?? 0)
      return max === Number.POSITIVE_INFINITY ? Math.min(0, price) : price
    }),
  }
}
