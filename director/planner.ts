/**
 * Decides for one organisation what shall be booked, and tells core.
 * @module
 */
import type { Campaign } from '../shared/api/campaigns.js'
import { TalosError } from '../shared/errors.js'
import { longestSlewS, setupMs } from '../shared/mount/setup.js'
import { NO_NEED } from '../shared/radio-fit.js'
import { type Clock, iso, SECOND } from '../shared/time.js'
import { Booked, bookingOf, holdsOf, isFixed, isFlown, isSpent } from './bookings.js'
import type { Log } from './bus.js'
import { firmOf, handCampaigns, standingOf } from './by-hand.js'
import type { CoreClient } from './core-client.js'
import type { Drifts } from './drift.js'
import type { DryRuns } from './dry-runs.js'
import type { FleetView } from './fleet-view.js'
import {
  type Antenna,
  antennaOf,
  type Demand,
  demands,
  type Hindered,
  type Opportunities,
  type Opportunity,
  opportunitiesIn,
  standOf,
  type Usable,
  usableSatellite,
} from './opportunities.js'
import type { PassPool } from './pass-pool.js'
import { utcDay } from './quotas.js'
import type { SatelliteCatalogue } from './satellites.js'
import { makeSchedule } from './schedule.js'
import type { Memory } from './schedule-memory.js'
import { wishOf } from './schedule-wish.js'
import type { Question, Solved } from './schedule-worker.js'
import type { Thread } from './thread.js'

/** A pass that is under way is joined this much later: signing, sending and slewing take time. */
const JOIN_MS = 20 * SECOND
export class Planner {
  /** By organisation. */
  private readonly memories = new Map<string, Memory>()

  constructor(
    private readonly core: CoreClient,
    private readonly catalogue: SatelliteCatalogue,
    private readonly pool: Pick<PassPool, 'search'>,
    private readonly solver: Pick<Thread<Question, Solved>, 'ask'>,
    private readonly dryRuns: Pick<DryRuns, 'obstacles'>,
    private readonly drifts: Pick<Drifts, 'judged'>,
    private readonly options: { readonly horizonMs: number },
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Looks at everything anew and publishes the schedule. @throws TalosError when core refuses or does not answer */
  async replan(view: FleetView): Promise<void> {
    const { org } = view
    const now = this.clock.now()
    const [stations, campaigns, forbidden] = await Promise.all([
      this.core.stations(org),
      this.core.campaigns(org),
      this.core.forbidden(org),
    ])
    const contacts = await this.core.contactsFrom(org, iso(sinceWhen(campaigns, now)))
    view.setAntennas(stations.map(antennaOf).filter((a) => a !== null))
    const fixed = contacts.filter((c) => isFixed(c, now))
    const { found, hindered } = await this.opportunities(view, campaigns, now)
    const blocked = new Booked([...fixed, ...contacts.filter((c) => isSpent(c, now))])
    const isFree = (o: Opportunity) => !blocked.hasPass(o)
    const opportunities = found.filter(isFree)
    const byHand = await this.opportunities(view, handCampaigns(fixed, now + JOIN_MS), now)
    const passes = [...byHand.found, ...byHand.hindered.map((h) => h.opportunity)]
    const standing = standingOf(fixed, passes, now + JOIN_MS)
    const firm = firmOf(fixed, standing, byHand.hindered, now, (stationId) =>
      slewMs(view.antennas.get(stationId)),
    )
    const toMs = now + this.options.horizonMs
    const schedule = await makeSchedule({
      opportunities,
      campaigns,
      standing: [...firm, ...contacts.filter(isFlown).map(bookingOf)],
      forbidden,
      holdOf: holdsOf(contacts),
      gapMs: (stationId) => gapMs(view.antennas.get(stationId)),
      hindered: hindered.filter((h) => isFree(h.opportunity)),
      obstacles: (chosen) => this.dryRuns.obstacles(chosen, now),
      solve: (question) => this.solver.ask(question),
      ...{ nowMs: now, toMs, memory: this.memories.get(org) ?? null },
    })
    const wish = wishOf(schedule, standing, now, toMs)
    const judged = await this.drifts.judged(org, wish, contacts, view.antennas)
    const result = await this.core.putSchedule(org, judged)
    // Only what core has taken is what the next change starts from.
    this.memories.set(org, schedule.memory)
    view.setContacts(result.contacts)
    this.log.info(
      {
        org,
        opportunities: opportunities.length,
        gapPct: (100 * (schedule.bound - schedule.value)) / Math.max(schedule.bound, 1),
        booked: result.contacts.length,
        created: result.created,
        cancelled: result.cancelled,
        tookMs: this.clock.now() - now,
      },
      'made the schedule',
    )
  }

  private async opportunities(
    view: FleetView,
    campaigns: readonly Campaign[],
    now: number,
  ): Promise<Opportunities> {
    if (campaigns.length === 0) return { found: [], hindered: [] }
    const records = await this.catalogue.records(campaigns.flatMap((c) => c.satellites))
    const antennas = [...view.antennas.values()]
    const usable = demands(campaigns, records, now).flatMap((demand) => this.usable(view.org, demand, now))
    const needs = await this.catalogue.needs(
      usable,
      antennas.map(({ station }) => station),
    )
    const wanted = usable.map((want, i) => ({ ...want, need: needs[i] ?? NO_NEED }))
    const work = {
      elements: wanted.map(({ record }) => record.omm),
      stands: antennas.map(standOf),
      mounts: antennas.map(({ mount }) => mount),
      fromMs: now + JOIN_MS,
      toMs: now + this.options.horizonMs,
    }
    const all = { found: [] as Opportunity[], hindered: [] as Hindered[] }
    for await (const { first, ...searched } of this.pool.search(work)) {
      const { found, hindered } = opportunitiesIn(searched, wanted.slice(first), antennas)
      for (const one of found) all.found.push(one)
      for (const one of hindered) all.hindered.push(one)
    }
    return all
  }

  /** One satellite that has no position then, such as one that has decayed, does not stop the others. */
  private usable(org: string, demand: Demand, now: number): Usable[] {
    try {
      return [{ ...demand, satellite: usableSatellite(demand, now) }]
    } catch (error) {
      if (!(error instanceof TalosError)) throw error
      this.log.warn({ org, satellite: demand.record.id, reason: error.detail }, 'elements are not used')
      return []
    }
  }
}

/** From when on contacts matter: those of today count for quotas, the last ones for gaps. */
function sinceWhen(campaigns: readonly Campaign[], now: number): number {
  const day = Date.parse(`${utcDay(now)}T00:00:00.000Z`)
  const hasQuota = campaigns.some((c) => c.minPerDay > 0 || c.maxPerDay !== null)
  const gap = campaigns.reduce((longest, c) => Math.max(longest, c.minGapS), 0) * SECOND
  return Math.min(now - gap, hasQuota ? day : now)
}

const slewMs = (antenna: Antenna | undefined): number =>
  antenna === undefined ? 0 : longestSlewS(antenna.mount) * SECOND

/** What a station needs between two contacts. */
const gapMs = (antenna: Antenna | undefined): number => (antenna === undefined ? 0 : setupMs(antenna.mount))
