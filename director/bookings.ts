/**
 * The contacts that core has, as the schedule looks at them: what stands, what has ended, what may be moved.
 * @module
 */
import { type Contact, isTerminal } from '../shared/api/contacts.js'
import { PROGRAMS } from '../shared/called-off.js'
import { SECOND } from '../shared/time.js'
import type { Opportunity } from './opportunities.js'
import type { Hold } from './schedule.js'
import type { Booking } from './schedule-problem.js'

/** A contact that begins sooner than this is not moved any more: its plan is out. */
const FROZEN_MS = 30 * SECOND
/** Two predictions of one begin or end lie closer than this, as in core. */
export const SAME_PASS_MS = 90 * SECOND

/** What stands and is not to be moved: it runs, is about to, or a person has fixed it. */
export const isFixed = (c: Contact, nowMs: number): boolean =>
  !isTerminal(c.state) &&
  Date.parse(c.los) > nowMs &&
  (c.fixedBy !== null || isUnderWay(c, nowMs) || Date.parse(c.aos) < nowMs + FROZEN_MS)

/** It is being flown, or should be. */
export const isUnderWay = (c: Contact, nowMs: number): boolean =>
  c.state === 'prepass' ||
  c.state === 'tracking' ||
  (c.state !== 'conflicting' && !isTerminal(c.state) && Date.parse(c.aos) <= nowMs)

/** The antenna is on its way or in place, and the pass begins late enough after this moment for another plan to get there. */
export const isWaiting = (c: Contact, fromMs: number): boolean =>
  c.state === 'prepass' && Date.parse(c.aos) >= fromMs + FROZEN_MS

/** An ended contact whose pass is still to come must not be booked again, unless a program of ours called it off. */
export const isSpent = (c: Contact, nowMs: number): boolean =>
  isTerminal(c.state) && Date.parse(c.los) > nowMs && !(c.state === 'cancelled' && PROGRAMS.includes(c.actor))

/** It has been flown, and counts for the day and for the gap to the next. */
export const isFlown = (c: Contact): boolean => c.state === 'completed' || c.state === 'partial'

export const bookingOf = (c: Contact): Booking => ({
  stationId: c.stationId,
  satelliteId: c.satelliteId,
  satelliteName: c.satelliteName,
  campaignId: c.campaignId,
  priority: c.priority,
  worth: c.worth,
  aosMs: Date.parse(c.aos),
  losMs: Date.parse(c.los),
  prepassS: c.prepassS,
  postpassS: c.postpassS,
})

/** How firmly each opportunity is held by open contacts. */
export function holdsOf(contacts: readonly Contact[]): (o: Opportunity) => Hold {
  const open = contacts.filter((c) => !isTerminal(c.state))
  const booked = new Booked(open)
  const uploaded = new Booked(open.filter((c) => c.state === 'uploaded'))
  return (o) => (uploaded.has(o) ? 'uploaded' : booked.has(o) ? 'booked' : 'free')
}

/** Looks contacts up by what an opportunity would bind. */
export class Booked {
  private readonly byPair = new Map<string, { readonly aosMs: number; readonly losMs: number }[]>()

  constructor(contacts: readonly Contact[]) {
    for (const { stationId, satelliteId, aos, los } of contacts) {
      const key = `${stationId} ${satelliteId}`
      const span = { aosMs: Date.parse(aos), losMs: Date.parse(los) }
      this.byPair.set(key, [...(this.byPair.get(key) ?? []), span])
    }
  }

  /** Is its pass booked, all of it or a part? */
  hasPass(o: Opportunity): boolean {
    return this.spansOf(o).length > 0
  }

  /** Is just this booked, and not another part of the pass? What is under way may have begun before. */
  has(o: Opportunity): boolean {
    const isNear = (a: number, b: number) => Math.abs(a - b) < SAME_PASS_MS
    return this.spansOf(o).some(
      ({ aosMs, losMs }) => (o.pass.clippedStart || isNear(aosMs, o.pass.aos)) && isNear(losMs, o.pass.los),
    )
  }

  private spansOf({ antenna, record, pass }: Opportunity) {
    const spans = this.byPair.get(`${antenna.station.id} ${record.id}`) ?? []
    return spans.filter(({ aosMs, losMs }) => aosMs < pass.los && pass.aos < losMs)
  }
}
