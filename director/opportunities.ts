/**
 * Every pass that a campaign could use, over every station that may serve it.
 * @module
 */

import type { Campaign } from '../shared/api/campaigns.js'
import type { SatelliteRecord } from '../shared/api/elements.js'
import type { Station } from '../shared/api/fleet.js'
import type { RefusalRule } from '../shared/api/schedule.js'
import { TalosError } from '../shared/errors.js'
import type { Mount, Site } from '../shared/messages.js'
import { areStale } from '../shared/orbit/age.js'
import { judge } from '../shared/orbit/judge.js'
import { isJoint, PIECE_MS } from '../shared/orbit/long-passes.js'
import type { Pass } from '../shared/orbit/passes.js'
import { type Satellite, satelliteFrom } from '../shared/orbit/propagate.js'
import type { Stand } from '../shared/orbit/search/stands.js'
import { type Link, type RadioNeed, rfFit } from '../shared/radio-fit.js'
import { SECOND } from '../shared/time.js'
import { maintenanceIn } from './maintenance.js'
import type { Searched } from './pass-piece.js'
import { LEAST_ON_TARGET } from './plan.js'

/** A station that can be planned for: it is in use, has told its mount, and somebody has told its site. */
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
  /** The part of the pass, 0..1, in which the mount holds the satellite in the beam: wrap, keyhole, rates, keep-out. */
  readonly onTarget: number
  readonly link: Link
}

/** An opportunity that is none, and the rule that says so. */
export interface Hindered {
  readonly opportunity: Opportunity
  readonly rule: Extract<RefusalRule, 'radio' | 'mount' | 'maintenance'>
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

/** A demand that can be served, with its propagator. */
export interface Usable extends Demand {
  readonly satellite: Satellite
}

export interface Wanted extends Usable {
  readonly need: RadioNeed
}

/** What can be flown, and what would be an opportunity but for a rule. */
export interface Opportunities {
  readonly found: Opportunity[]
  readonly hindered: Hindered[]
}

/** What an antenna sees. What it cannot reach is no pass for it, whatever the station's own minimum. */
export const standOf = ({ station, site, mount }: Antenna): Stand => ({
  site,
  minElevation: Math.max(station.minElevation, mount.elMin),
  mask: station.mask,
})

/** From going into place to leaving: how long an opportunity binds its antenna, slews not counted. Epoch ms. */
export const boundFrom = ({ pass, campaign }: Opportunity): number => pass.aos - campaign.prepassS * SECOND
export const boundTo = ({ pass, campaign }: Opportunity): number => pass.los + campaign.postpassS * SECOND

/**
 * Those of the passes that are long and high enough for the campaign, at a station that it may use, and what keeps some
 * of them from being flown. A pass that is under way counts from the begin of the window; one that outlasts the window
 * is left for the next look. Pieces of long passes count for themselves.
 * @param wanted by the satellites of the table
 * @param antennas by its stands
 */
export function opportunitiesIn(
  { table, onTarget }: Searched,
  wanted: readonly Wanted[],
  antennas: readonly Antenna[],
): Opportunities {
  const found: Opportunity[] = []
  const hindered: Hindered[] = []
  for (let i = 0; i < table.length; i++) {
    const want = wanted[table.satellite(i)]
    const antenna = antennas[table.stand(i)]
    if (want === undefined || antenna === undefined) continue
    const { satellite, record, campaign, need } = want
    if (campaign.stations.length > 0 && !campaign.stations.includes(antenna.station.id)) continue
    const pass = table.pass(i)
    // No piece of a long pass could be as long as what is wanted of some.
    const isLongEnough = pass.los - pass.aos >= Math.min(campaign.minDurationS * SECOND, PIECE_MS)
    if (pass.clippedEnd || !isLongEnough || pass.maxEl < campaign.minMaxElevation) continue
    const fit = rfFit(antenna.station.rf, need)
    const link = 'link' in fit ? fit.link : UNTUNED
    const own = campaignOf(want, pass)
    const opportunity = { antenna, satellite, record, campaign: own, pass, onTarget: onTarget[i] ?? 0, link }
    const hindrance =
      'misfit' in fit ? ({ rule: 'radio', reason: fit.misfit } as const) : hindranceOf(opportunity)
    if (hindrance === null) found.push(opportunity)
    else hindered.push({ opportunity, ...hindrance })
  }
  return { found, hindered }
}

/** At a joint nothing is warmed up or waited for, and no part is cut from a piece: it is one. */
function campaignOf({ campaign, record: { omm } }: Demand, { aos, los }: Pass): Campaign {
  const [begins, ends] = [isJoint(omm, aos), isJoint(omm, los)]
  if (!begins && !ends) return campaign
  const { prepassS, postpassS } = campaign
  return { ...campaign, partial: false, prepassS: begins ? 0 : prepassS, postpassS: ends ? 0 : postpassS }
}

const UNTUNED: Link = { downlinkHz: null, uplinkHz: null, power: 1 }

function hindranceOf(o: Opportunity): Omit<Hindered, 'opportunity'> | null {
  const window = maintenanceIn(o.antenna.station.maintenance, boundFrom(o), boundTo(o))
  if (window !== null)
    return {
      rule: 'maintenance',
      reason: `maintenance from ${window.from} to ${window.to}: ${window.reason}`,
    }
  if (o.onTarget >= LEAST_ON_TARGET) return null
  const share = `${(100 * o.onTarget).toFixed(0)} % of the pass`
  return { rule: 'mount', reason: `the mount can hold the satellite in the beam for ${share}` }
}
