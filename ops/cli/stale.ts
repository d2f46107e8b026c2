/**
 * Which wanted satellites are not followed, since their elements are too old.
 * @module
 */
import type { Campaign } from '../../shared/api/campaigns.js'
import type { SatelliteRecord } from '../../shared/api/elements.js'
import { areStale } from '../../shared/orbit/age.js'

type Wish = Pick<Campaign, 'satellites' | 'allowStale' | 'enabled'>

/** Those that no campaign may follow with elements as old as they are. */
export function unfollowed(
  campaigns: readonly Wish[],
  satellites: readonly SatelliteRecord[],
  nowMs: number,
): SatelliteRecord[] {
  const wanted = campaigns.filter((c) => c.enabled)
  const isServed = (id: string) => wanted.some((c) => c.allowStale && c.satellites.includes(id))
  return satellites.filter(
    (s) => wanted.some((c) => c.satellites.includes(s.id)) && !isServed(s.id) && areStale(s.omm, nowMs),
  )
}

/** Tells a person; empty when there is nothing to tell. */
export const toldUnfollowed = (satellites: readonly SatelliteRecord[]): string[] =>
  satellites.length === 0
    ? []
    : [
        `Not followed, since their elements are too old: ${satellites.map((s) => `${s.name} (${s.ageDays.toFixed(0)} days)`).join(', ')}.`,
        'Bring newer elements, or let a campaign use these: talos campaigns create ... --allow-stale',
      ]
