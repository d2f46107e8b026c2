/**
 * Decides for one organisation what shall be booked, and tells core.
 * @module
 */
import type { Campaign } from '../shared/api/campaigns.js'
import { type Contact, isTerminal } from '../shared/api/contacts.js'
import type { SatelliteRecord } from '../shared/api/elements.js'
import { PROGRAMS } from '../shared/called-off.js'
import { TalosError } from '../shared/errors.js'
import { slewSeconds } from '../shared/mount/slew.js'
import { type Clock, iso, SECOND } from '../shared/time.js'
import type { Log } from './bus.js'
import type { CoreClient, ScheduleWish } from './core-client.js'
import type { FleetView } from './fleet-view.js'
import {
  type Antenna,
  antennaOf,
  type Demand,
  demands,
  type Opportunity,
  opportunitiesIn,
  type RefusedOpportunity,
  standOf,
  usableSatellite,
  type Wanted,
} from './opportunities.js'
import type { PassPool } from './pass-pool.js'
import { buildPlan, PREPASS_MARGIN_S } from './plan.js'
import type { SatelliteCatalogue } from './satellites.js'
import { type Booking, makeSchedule, type Schedule } from './schedule.js'
import type { Question, Solved } from './schedule-worker.js'
import type { Thread } from './thread.js'

/** A contact that begins sooner than this is not moved any more: its plan is out. */
const FROZEN_MS = 30 * SECOND
/** A pass that is under way is joined this much later: signing, sending and slewing take time. */
const JOIN_MS = 20 * SECOND
/** Most refusals that are published; the most valuable come first. */
const MOST_REFUSED = 1000

const isSamePass = (c: Contact, { antenna, record, pass }: Opportunity): boolean =>
  c.stationId === antenna.station.id &&
  c.satelliteId === record.id &&
  Date.parse(c.aos) < pass.los &&
  pass.aos < Date.parse(c.los)

/** What stands and is not to be moved. */
export const isFixed = (c: Contact, nowMs: number): boolean =>
  !isTerminal(c.state) &&
  Date.parse(c.los) > nowMs &&
  (c.state === 'prepass' || c.state === 'tracking' || Date.parse(c.aos) < nowMs + FROZEN_MS)

/** An ended contact whose pass is still to come must not be booked again, unless a program of ours called it off. */
export const isSpent = (c: Contact, nowMs: number): boolean =>
  isTerminal(c.state) && Date.parse(c.los) > nowMs && !(c.state === 'cancelled' && PROGRAMS.includes(c.actor))

export class Planner {
  constructor(
    private readonly core: CoreClient,
    private readonly catalogue: SatelliteCatalogue,
    private readonly pool: Pick<PassPool, 'search'>,
    private readonly solver: Pick<Thread<Question, Solved>, 'ask'>,
    private readonly options: { readonly horizonMs: number },
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Looks at everything anew and publishes the schedule. @throws TalosError when core refuses or does not answer */
  async replan(view: FleetView): Promise<void> {
    const { org } = view
    const now = this.clock.now()
    const [stations, campaigns, contacts] = await Promise.all([
      this.core.stations(org),
      this.core.campaigns(org),
      this.core.contactsFrom(org, iso(now)),
    ])
    view.setAntennas(stations.map(antennaOf).filter((a) => a !== null))
    const records = await this.catalogue.records(campaigns.flatMap((c) => c.satellites))
    const fixed = contacts.filter((c) => isFixed(c, now) && c.campaignId !== null)
    const blocked = [...fixed, ...contacts.filter((c) => isSpent(c, now))]
    const opportunities = (await this.opportunities(view, campaigns, records, now)).filter(
      (o) => !blocked.some((c) => isSamePass(c, o)),
    )
    const booked = contacts.filter((c) => !isTerminal(c.state))
    const schedule = await makeSchedule({
      opportunities,
      fixed: fixed.map(bookingOf),
      isBooked: (o) => booked.some((c) => isSamePass(c, o)),
      gapMs: (stationId) => gapMs(view.antennas.get(stationId)),
      obstacle: (o) => this.obstacle(o, now),
      solve: (question) => this.solver.ask(question),
    })
    const result = await this.core.putSchedule(
      org,
      wishOf(schedule, fixed, now, now + this.options.horizonMs),
    )
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
    records: ReadonlyMap<string, SatelliteRecord>,
    now: number,
  ): Promise<Opportunity[]> {
    const antennas = [...view.antennas.values()]
    const wanted = demands(campaigns, records, now).flatMap((demand) => this.usable(view.org, demand, now))
    const work = {
      elements: wanted.map(({ record }) => record.omm),
      stands: antennas.map(standOf),
      fromMs: now + JOIN_MS,
      toMs: now + this.options.horizonMs,
    }
    const found: Opportunity[] = []
    for await (const { first, table } of this.pool.search(work))
      found.push(...opportunitiesIn(table, wanted.slice(first), antennas))
    return found
  }

  /** One satellite that has no position then, such as one that has decayed, does not stop the others. */
  private usable(org: string, demand: Demand, now: number): Wanted[] {
    try {
      return [{ ...demand, satellite: usableSatellite(demand, now) }]
    } catch (error) {
      if (!(error instanceof TalosError)) throw error
      this.log.warn({ org, satellite: demand.record.id, reason: error.detail }, 'elements are not used')
      return []
    }
  }

  /** The dry run (design section 9): null when the mount can follow, otherwise why not. */
  private obstacle(o: Opportunity, now: number): string | null {
    try {
      buildPlan(
        {
          contactId: 'dry-run-',
          satelliteId: o.record.id,
          elementsHash: o.record.elementsHash,
          aosMs: o.pass.aos,
          tcaMs: o.pass.tca,
          losMs: o.pass.los,
          onEnd: 'stop',
        },
        o.satellite,
        o.antenna.site,
        o.antenna.mount,
        now,
      )
      return null
    } catch (error) {
      if (error instanceof TalosError) return error.detail
      throw error
    }
  }
}

const bookingOf = (c: Contact): Booking => ({
  stationId: c.stationId,
  satelliteId: c.satelliteId,
  satelliteName: c.satelliteName,
  priority: c.priority,
  aosMs: Date.parse(c.aos),
  losMs: Date.parse(c.los),
})

/** Between two contacts: the longest slew that the mount can need, and the margin before AOS. */
function gapMs(antenna: Antenna | undefined): number {
  if (antenna === undefined) return 0
  const { azMin, azMax, elMin, elMax } = antenna.mount
  const slew = slewSeconds(
    { ...antenna.mount, keepOut: [] },
    { az: azMin, el: elMin },
    { az: azMax, el: elMax },
  )
  return (slew + PREPASS_MARGIN_S) * SECOND
}

function wishOf(schedule: Schedule, fixed: readonly Contact[], from: number, to: number): ScheduleWish {
  const refused = (r: RefusedOpportunity) => ({
    stationId: r.stationId,
    satelliteId: r.satelliteId,
    aos: iso(r.aosMs),
    los: iso(r.losMs),
    reason: r.reason.slice(0, 200),
  })
  return {
    from: iso(from),
    to: iso(to),
    value: schedule.value,
    bound: schedule.bound,
    contacts: [
      ...fixed.flatMap((c) =>
        c.campaignId === null ? [] : [{ ...wishFields(c), campaignId: c.campaignId }],
      ),
      ...schedule.chosen.map((o) => ({
        stationId: o.antenna.station.id,
        satelliteId: o.record.id,
        campaignId: o.campaign.id,
        priority: o.campaign.priority,
        aos: iso(o.pass.aos),
        tca: iso(o.pass.tca),
        los: iso(o.pass.los),
        aosAz: o.pass.aosAz,
        losAz: o.pass.losAz,
        maxEl: o.pass.maxEl,
        elementsHash: o.record.elementsHash,
        elementsEpoch: o.record.epoch,
      })),
    ],
    refused: schedule.refused.slice(0, MOST_REFUSED).map(refused),
  }
}

const wishFields = (c: Contact) => ({
  stationId: c.stationId,
  satelliteId: c.satelliteId,
  priority: c.priority,
  aos: c.aos,
  tca: c.tca,
  los: c.los,
  aosAz: c.aosAz,
  losAz: c.losAz,
  maxEl: c.maxEl,
  elementsHash: c.elementsHash,
  elementsEpoch: c.elementsEpoch,
})
