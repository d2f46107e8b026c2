/**
 * What a preview of a campaign says that its numbers do not.
 * @module
 */
import type { CampaignPreview } from '../../../shared/api/campaigns.js'

interface Wish {
  readonly minPerDay: number
  readonly quotaPer: 'campaign' | 'satellite'
}

/** A minimum that the passes of a day do not reach: of the whole campaign, or of satellites by their names; else null. */
export function shortfall(
  { most, satellites }: Pick<CampaignPreview, 'most' | 'satellites'>,
  { minPerDay, quotaPer }: Wish,
): { readonly satellites: readonly string[] | null } | null {
  if (minPerDay === 0) return null
  if (quotaPer === 'campaign') return most < minPerDay ? { satellites: null } : null
  const short = satellites.filter((s) => s.passes < minPerDay).map((s) => s.name)
  return short.length === 0 ? null : { satellites: short }
}
