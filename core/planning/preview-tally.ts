/**
 * What the passes of a campaign that is not saved would meet. Pure; times in epoch ms.
 * @module
 */

import type { z } from 'zod'
import type { CampaignPreview, campaignRequest, PassSum } from '../../shared/api/campaigns.js'
import { DAY, SECOND } from '../../shared/time.js'

type Rules = Pick<
  z.infer<typeof campaignRequest>,
  'maxPerDay' | 'quotaPer' | 'minGapS' | 'simultaneous' | 'priority' | 'prepassS' | 'postpassS'
>

export interface CandidatePass {
  readonly stationId: string
  readonly satelliteId: string
  readonly aos: number
  readonly los: number
  /** The station has the radio for it. */
  readonly fits: boolean
}

/** What stands at a station already, setup included. */
export interface Standing {
  readonly stationId: string
  readonly satelliteId: string
  readonly from: number
  readonly to: number
  readonly priority: number
  /** No schedule moves it: a person fixed it, or it runs. */
  readonly stays: boolean
}

export interface Window {
  readonly stationId: string
  readonly from: number
  readonly to: number
}

type Kind = 'free' | 'over' | 'under' | 'radio' | 'maintenance'
export type Tally = Pick<CampaignPreview, Kind | 'most'>

function grouped<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group === undefined) groups.set(keyOf(item), [item])
    else group.push(item)
  }
  return groups
}

/** Sorts the passes by what they would meet, and counts how many the rules of the campaign leave at most. */
export function tally(
  passes: readonly CandidatePass[],
  rules: Rules,
  standing: readonly Standing[],
  maintenance: readonly Window[],
): Tally {
  const sums: Record<Kind, { passes: number; seconds: number }> = {
    free: { passes: 0, seconds: 0 },
    over: { passes: 0, seconds: 0 },
    under: { passes: 0, seconds: 0 },
    radio: { passes: 0, seconds: 0 },
    maintenance: { passes: 0, seconds: 0 },
  }
  const contacts = grouped(standing, (c) => c.stationId)
  const windows = grouped(maintenance, (w) => w.stationId)
  const possible: CandidatePass[] = []
  for (const pass of passes) {
    const kind = kindOf(pass, rules, contacts.get(pass.stationId) ?? [], windows.get(pass.stationId) ?? [])
    sums[kind].passes += 1
    sums[kind].seconds += (pass.los - pass.aos) / SECOND
    if (kind === 'free' || kind === 'over') possible.push(pass)
  }
  return { ...sums, most: mostOf(possible, rules) }
}

function kindOf(
  pass: CandidatePass,
  rules: Rules,
  contacts: readonly Standing[],
  windows: readonly Window[],
): Kind {
  if (!pass.fits) return 'radio'
  const from = pass.aos - rules.prepassS * SECOND
  const to = pass.los + rules.postpassS * SECOND
  const meets = (other: { readonly from: number; readonly to: number }) => other.from < to && from < other.to
  if (windows.some(meets)) return 'maintenance'
  // The same satellite at the same station is the same pass: this campaign would have it, unless it stays.
  const met = contacts.filter((c) => meets(c) && (c.stays || c.satelliteId !== pass.satelliteId))
  if (met.length === 0) return 'free'
  return met.every((c) => !c.stays && c.priority < rules.priority) ? 'over' : 'under'
}

/** An upper bound: each satellite and each day by itself, as if antennas were never in each other's way. */
function mostOf(passes: readonly CandidatePass[], rules: Rules): number {
  const { maxPerDay, quotaPer } = rules
  const cap = (count: number) => (maxPerDay === null ? count : Math.min(count, maxPerDay))
  let all = 0
  for (const ofDay of grouped(passes, (pass) => Math.floor(pass.aos / DAY)).values()) {
    const counts = [...grouped(ofDay, (pass) => pass.satelliteId).values()].map((own) =>
      mostTogether(own, rules),
    )
    all +=
      quotaPer === 'satellite'
        ? counts.reduce((sum, count) => sum + cap(count), 0)
        : cap(counts.reduce((sum, count) => sum + count, 0))
  }
  return all
}

/** How many of one satellite's passes fit, so many at once and so far apart: by the end that comes first, which is exact. */
function mostTogether(passes: readonly CandidatePass[], { minGapS, simultaneous }: Rules): number {
  const width = minGapS > 0 ? 1 : simultaneous
  if (width === null) return passes.length
  const freeFrom: number[] = []
  let count = 0
  for (const { aos, los } of [...passes].sort((a, b) => a.los - b.los)) {
    // Of the places that are free, the one that was busy longest: the others are left for what begins earlier.
    const place = freeFrom.reduce(
      (best, free, i) => (free <= aos && (best < 0 || free > (freeFrom[best] ?? 0)) ? i : best),
      -1,
    )
    if (place < 0 && freeFrom.length >= width) continue
    freeFrom[place < 0 ? freeFrom.length : place] = los + minGapS * SECOND
    count += 1
  }
  return count
}

export const sumOf = (passes: readonly { readonly aos: number; readonly los: number }[]): PassSum => ({
  passes: passes.length,
  seconds: passes.reduce((sum, { aos, los }) => sum + (los - aos) / SECOND, 0),
})
