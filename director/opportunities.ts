/**
 * Every pass that a campaign could use, over every station that may serve it.
 * @module
 */
import type { Station } from '../shared/api/fleet.js'
import type { Campaign, SatelliteRecord } from '../shared/api/planning.js'
import { TalosError } from '../shared/errors.js'
import type { Mount, Site } from '../shared/messages.js'
import { areStale, judge } from '../shared/orbit/elements.js'
import { findPasses, type Pass } from '../shared/orbit/passes.js'
import { type Satellite, satelliteFrom } from '../shared/orbit/propagate.js'
import { SECOND } from '../shared/time.js'

/** A station that can be planned for: it has told its mount, and somebody has told its site. */
export interface Antenna {
  readonly station: Station
  readonly site: Site
  readonly mount: Mount
}

export interface Opportunity {
  readonly antenna: Antenna
  readonly satellite: Satellite
  readonly record: SatelliteRecord
  readonly campaign: Campaign
  readonly pass: Pass
}

export interface RefusedOpportunity {
  readonly stationId: string
  readonly satelliteId: string
  readonly aosMs: number
  readonly losMs: number
  readonly reason: string
}

export const antennaOf = (station: Station): Antenna | null =>
  station.status === 'approved' && station.locked === null && station.site !== null && station.mount !== null
    ? { station, site: station.site, mount: station.mount }
    : null

export interface Demand {
  readonly campaign: Campaign
  readonly record: SatelliteRecord
}

/**
 * What each satellite is wanted for: where two campaigns want the same one, the higher priority has it; among equals
 * the elder campaign. A campaign that may not use the elements as old as they are leaves it to one that may.
 */
export function demands(
  campaigns: readonly Campaign[],
  satellites: ReadonlyMap<string, SatelliteRecord>,
  nowMs: number,
): Demand[] {
  const isServed = (d: Demand): boolean => d.campaign.allowStale || !areStale(d.record.omm, nowMs)
  const byRank = campaigns
    .filter((c) => c.enabled)
    .sort(
      (a, b) => b.priority - a.priority || a.createdAt.localeCompare(b.createdAt) || a.id.localeCompare(b.id),
    )
  const wanted = new Map<string, Demand>()
  for (const campaign of byRank)
    for (const id of campaign.satellites) {
      const record = satellites.get(id)
      if (record === undefined) continue
      const demand = { campaign, record }
      const held = wanted.get(id)
      if (held === undefined || (!isServed(held) && isServed(demand))) wanted.set(id, demand)
    }
  return [...wanted.values()]
}

/**
 * A propagator for elements that may be used: too old ones only where the campaign says so (`allowStale`), broken
 * ones never.
 * @throws TalosError `elements_stale` or `elements_invalid` with the age or the fault
 */
export function usableSatellite({ campaign, record }: Demand, nowMs: number): Satellite {
  try {
    judge(record.omm, nowMs)
  } catch (error) {
    if (!(error instanceof TalosError && error.code === 'elements_stale' && campaign.allowStale)) throw error
  }
  return satelliteFrom(record.omm)
}

/**
 * The passes of one satellite over one antenna in the window that are long and high enough for the campaign. A pass
 * that is under way counts from the begin of the window; one that outlasts the window is left for the next look.
 */
export function opportunitiesOf(
  antenna: Antenna,
  satellite: Satellite,
  { campaign, record }: Demand,
  fromMs: number,
  toMs: number,
): Opportunity[] {
  const { station, site, mount } = antenna
  if (campaign.stations.length > 0 && !campaign.stations.includes(station.id)) return []
  const passes = findPasses(satellite, site, fromMs, toMs, {
    // What the antenna cannot reach is no pass for it, whatever the station's own minimum.
    minElevation: Math.max(station.minElevation, mount.elMin),
    mask: station.mask,
  })
  return passes
    .filter(
      (p) =>
        !p.clippedEnd &&
        p.los - p.aos >= campaign.minDurationS * SECOND &&
        p.maxEl >= campaign.minMaxElevation,
    )
    .map((pass) => ({ antenna, satellite, record, campaign, pass }))
}
