/**
 * A schedule as the optimiser sees it: names become numbers, campaigns become rules.
 * @module
 */
import type { Campaign } from '../shared/api/campaigns.js'
import { SECOND } from '../shared/time.js'
import { boundFrom, boundTo, type Opportunity } from './opportunities.js'
import type { Problem, SatelliteRule, Task } from './optimise/problem.js'
import { DayQuotas } from './quotas.js'

/** An opportunity, or a part of one, that may be chosen. */
export interface Candidate {
  readonly o: Opportunity
  /** As `worthOf` in schedule.ts. */
  readonly worth: number
  /** What it counts for in the choice: what is booked stays, unless something clearly better comes. */
  readonly weight: number
  /** Is it all of its pass that can be followed? */
  readonly isWhole: boolean
}

/** A contact that is not chosen here: it runs, a person has fixed it, or it has ended and counts for the day. */
export interface Booking {
  readonly stationId: string
  readonly satelliteId: string
  readonly satelliteName: string
  /** Null: booked by hand. */
  readonly campaignId: string | null
  readonly priority: number
  readonly worth: number | null
  readonly aosMs: number
  readonly losMs: number
  readonly prepassS: number
  readonly postpassS: number
}

export interface Framed {
  readonly problem: Problem
  readonly quotas: DayQuotas
  readonly satelliteIds: readonly string[]
}

export interface Frame {
  readonly standing: readonly Booking[]
  readonly campaigns: ReadonlyMap<string, Campaign>
  /** Between what one contact and the next need of a station, ms: slew and margin. */
  readonly gapMs: (stationId: string) => number
  /** Where the schedule ends. */
  readonly toMs: number
}

/** A contact that a minimum lacks costs as much as so many of the best. */
const SHORTFALL = 2

/** Gap and stations at once of a satellite, as its campaign says. A gap leaves one station at a time. */
const ruleOf = ({ minGapS, simultaneous }: Campaign): SatelliteRule => ({
  simultaneous: minGapS > 0 ? 1 : (simultaneous ?? Number.POSITIVE_INFINITY),
  gapMs: minGapS * SECOND,
})

export function frame(candidates: readonly Candidate[], { standing, campaigns, gapMs, toMs }: Frame): Framed {
  const stations = new Places()
  const satellites = new Places()
  const quotas = new DayQuotas(toMs)
  const rules: SatelliteRule[] = []
  const tasks = candidates.map(({ o, weight, isWhole }): Task => {
    const satellite = satellites.of(o.record.id)
    rules[satellite] ??= ruleOf(o.campaign)
    const quota = quotas.placeOf(o.campaign, o.record.id, o.pass.aos)
    if (isWhole) quotas.count(quota)
    return {
      ...{ station: stations.of(o.antenna.station.id), satellite, value: weight, quota },
      ...{ aosMs: boundFrom(o), losMs: boundTo(o) },
    }
  })
  const stands = standing.map((b): Task => {
    const satellite = satellites.of(b.satelliteId)
    rules[satellite] ??= { simultaneous: Number.POSITIVE_INFINITY, gapMs: 0 }
    const campaign = campaigns.get(b.campaignId ?? '')
    const quota = campaign === undefined ? -1 : quotas.placeOf(campaign, b.satelliteId, b.aosMs)
    quotas.count(quota)
    return {
      ...{ station: stations.of(b.stationId), satellite, value: 0, quota },
      aosMs: b.aosMs - b.prepassS * SECOND,
      losMs: b.losMs + b.postpassS * SECOND,
    }
  })
  const best = candidates.reduce((most, { weight }) => Math.max(most, weight), 0)
  return {
    problem: {
      tasks,
      setupMs: stations.ids.map(gapMs),
      satellites: rules,
      quotas: quotas.rules(SHORTFALL * best),
      standing: stands,
    },
    quotas,
    satelliteIds: satellites.ids,
  }
}

/** Numbers for names, in the order in which they come. */
class Places {
  readonly ids: string[] = []
  private readonly places = new Map<string, number>()

  of(id: string): number {
    const place = this.places.get(id) ?? this.ids.push(id) - 1
    this.places.set(id, place)
    return place
  }
}
