/**
 * How many contacts of a day a campaign wants, and how many it allows. A contact counts for the UTC day of its AOS.
 * @module
 */
import type { Campaign } from '../shared/api/campaigns.js'
import type { Unmet } from '../shared/api/schedule.js'
import { DAY, iso } from '../shared/time.js'
import type { Quota } from './optimise/problem.js'

export const utcDay = (ms: number): string => iso(ms).slice(0, 10)

type Rules = Pick<Campaign, 'id' | 'minPerDay' | 'maxPerDay' | 'quotaPer'>

interface DayQuota {
  readonly campaign: Rules
  /** Null: of the whole campaign. */
  readonly satelliteId: string | null
  readonly day: string
}

/** The quotas of the days that a schedule reaches into, by their place in the problem. */
export class DayQuotas {
  private readonly places = new Map<string, number>()
  private readonly found: DayQuota[] = []
  private readonly possible: number[] = []
  /** Their names: hundreds of thousands of passes lie on two or three of them. */
  private readonly days = new Map<number, string>()

  /** @param toMs where the schedule ends */
  constructor(private readonly toMs: number) {}

  /** The place of the quota that a contact counts for, or -1. */
  placeOf(campaign: Rules, satelliteId: string, aosMs: number): number {
    if (campaign.minPerDay === 0 && campaign.maxPerDay === null) return -1
    const quota = {
      campaign,
      satelliteId: campaign.quotaPer === 'satellite' ? satelliteId : null,
      day: this.dayOf(aosMs),
    }
    const key = `${campaign.id} ${quota.satelliteId ?? ''} ${quota.day}`
    const place = this.places.get(key) ?? this.found.push(quota) - 1
    this.places.set(key, place)
    return place
  }

  private dayOf(ms: number): string {
    const number = Math.floor(ms / DAY)
    const day = this.days.get(number) ?? utcDay(ms)
    this.days.set(number, day)
    return day
  }

  /** One pass more could count for it. */
  count(place: number): void {
    if (place >= 0) this.possible[place] = (this.possible[place] ?? 0) + 1
  }

  at(place: number): DayQuota | undefined {
    return this.found[place]
  }

  /** Names that stay the same from one schedule to the next. */
  keys(): string[] {
    return [...this.places.keys()]
  }

  /**
   * As the optimiser takes them. What no pass could reach is not asked for: it would be a constant loss. Of a day that is
   * only in part within the schedule, that part of the minimum is: the rest of the day has passes, too.
   * @param shortfall what each missing contact costs
   */
  rules(shortfall: number): Quota[] {
    return this.found.map(({ campaign: { minPerDay, maxPerDay }, day }, place) => ({
      max: maxPerDay ?? Number.POSITIVE_INFINITY,
      min: Math.min(Math.floor(minPerDay * this.partOf(day)), this.possible[place] ?? 0),
      shortfall,
    }))
  }

  /** Minimums of whole days that are not reached, and why. @param counts contacts that are flown, stand or are chosen, by place */
  unmet(counts: readonly number[]): Unmet[] {
    return this.found.flatMap(({ campaign, satelliteId, day }, place) => {
      const booked = counts[place] ?? 0
      const wanted = campaign.minPerDay
      if (booked >= wanted || this.partOf(day) < 1) return []
      const possible = this.possible[place] ?? 0
      const reason =
        possible < wanted
          ? `there are ${possible} passes that it could use`
          : `of ${possible} passes that it could use, the others gave way to what is worth more; the refusals say to what`
      return [{ campaignId: campaign.id, satelliteId, day, wanted, booked, reason }]
    })
  }

  /** From 0 to 1. */
  private partOf(day: string): number {
    return Math.min(1, (this.toMs - Date.parse(`${day}T00:00:00Z`)) / DAY)
  }
}
