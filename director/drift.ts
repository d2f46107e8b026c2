/**
 * How far plans that were signed point beside their satellites, now that there are newer elements. Core decides what of
 * that is a drift.
 * @module
 */
import { separation } from '../shared/angles.js'
import { type Contact, isTerminal } from '../shared/api/contacts.js'
import { TalosError } from '../shared/errors.js'
import type { Site } from '../shared/messages.js'
import { observerAt, view } from '../shared/orbit/look.js'
import { type Satellite, satelliteFrom } from '../shared/orbit/propagate.js'
import { SECOND } from '../shared/time.js'
import { SAME_PASS_MS } from './bookings.js'
import type { ScheduleWish } from './core-client.js'
import type { Antenna } from './opportunities.js'
import type { SatelliteCatalogue } from './satellites.js'
import type { SignedPlans } from './signed-plans.js'

/** Two orbits part slowly: between looks the angle changes by a few per cent. */
const STEP_MS = 5 * SECOND
/** What is in sight for hours moves slowly. */
const MOST_LOOKS = 240

/** The largest angle on the sky between two predictions of one satellite, degrees. @throws TalosError as `lookAngles` */
export function pointingShiftDeg(
  before: Satellite,
  after: Satellite,
  site: Site,
  fromMs: number,
  toMs: number,
): number {
  const observer = observerAt(site)
  const stepMs = Math.max(STEP_MS, (toMs - fromMs) / MOST_LOOKS)
  let worst = 0
  for (let ms = fromMs; ; ms = Math.min(toMs, ms + stepMs)) {
    const [a, b] = [view(observer, before.stateAt(ms), ms), view(observer, after.stateAt(ms), ms)]
    worst = Math.max(worst, separation(a, b))
    if (ms >= toMs) return worst
  }
}

type Wish = ScheduleWish['contacts'][number]

export class Drifts {
  constructor(
    private readonly plans: Pick<SignedPlans, 'of'>,
    private readonly catalogue: Pick<SatelliteCatalogue, 'find'>,
  ) {}

  /** The wish with `shiftBeams` where a plan was signed with other elements. */
  async judged(
    org: string,
    wish: ScheduleWish,
    contacts: readonly Contact[],
    antennas: ReadonlyMap<string, Antenna>,
  ): Promise<ScheduleWish> {
    const planned = new Map<string, Contact[]>()
    const keyOf = (c: { stationId: string; satelliteId: string }) => `${c.stationId} ${c.satelliteId}`
    for (const c of contacts)
      if (c.planHash !== null && !isTerminal(c.state))
        planned.set(keyOf(c), [...(planned.get(keyOf(c)) ?? []), c])
    const isSame = (c: Contact, w: Wish) => Math.abs(Date.parse(c.aos) - Date.parse(w.aos)) <= SAME_PASS_MS
    const judged: Wish[] = []
    for (const one of wish.contacts) {
      const contact = planned.get(keyOf(one))?.find((c) => isSame(c, one))
      const antenna = antennas.get(one.stationId)
      const isOther = contact !== undefined && contact.elementsHash !== one.elementsHash
      const shiftBeams = isOther && antenna !== undefined ? await this.shift(org, contact, antenna) : null
      judged.push({ ...one, shiftBeams })
    }
    return { ...wish, contacts: judged }
  }

  /** In beam widths; null where there is nothing to compare. */
  private async shift(org: string, contact: Contact, { site, mount }: Antenna): Promise<number | null> {
    try {
      const record = await this.catalogue.find(contact.satelliteId)
      if (record === null) return null
      const { omm } = await this.plans.of(org, contact)
      const [aos, los] = [Date.parse(contact.aos), Date.parse(contact.los)]
      const degrees = pointingShiftDeg(satelliteFrom(omm), satelliteFrom(record.omm), site, aos, los)
      return degrees / mount.beamwidth
    } catch (error) {
      // A plan that cannot be had, or a satellite that is down by then: its AOS and LOS judge alone.
      if (error instanceof TalosError && error.code !== 'unavailable') return null
      throw error
    }
  }
}
