/**
 * Opportunities that are not taken, and why: a rule by name with its number, and the contacts that stand in the way.
 * @module
 */
import type { RefusalRule } from '../shared/api/schedule.js'

/** A contact, booked or chosen, that stands in the way of another. Epoch ms. */
export interface Beater {
  readonly stationId: string
  readonly satelliteId: string
  readonly satelliteName: string
  readonly priority: number
  /** Null: booked by hand. */
  readonly worth: number | null
  readonly aosMs: number
  readonly losMs: number
}

export interface RefusedOpportunity {
  readonly stationId: string
  readonly satelliteId: string
  readonly aosMs: number
  readonly losMs: number
  /** As `worthOf` in schedule.ts. */
  readonly worth: number
  readonly rule: RefusalRule
  /** The number of the rule: stations at once, seconds of the gap, contacts a day; null: it has none. */
  readonly limit: number | null
  /** In words, for people. */
  readonly reason: string
  readonly beatenBy: readonly Beater[]
}
