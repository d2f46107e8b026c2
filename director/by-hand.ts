/**
 * Contacts that a person has fixed: they stand whatever else is worth more, and move only as their pass moves.
 * @module
 */
import type { Campaign } from '../shared/api/campaigns.js'
import type { Contact } from '../shared/api/contacts.js'
import { givingWay } from '../shared/giving-way.js'
import { bookingOf, isUnderWay, isWaiting, SAME_PASS_MS } from './bookings.js'
import type { Hindered, Opportunity } from './opportunities.js'
import type { Booking } from './schedule-problem.js'
import type { Standing } from './schedule-wish.js'

/** The name under which their passes are looked for. */
const BY_HAND = 'booked-by-hand'

/**
 * What a person has fixed, and what an antenna waits for, is looked for whatever became of its campaign: newer elements may
 * move it.
 */
export function handCampaigns(fixed: readonly Contact[], fromMs: number): Campaign[] {
  const own = fixed.filter((c) => isFollowed(c, fromMs))
  if (own.length === 0) return []
  return [
    {
      ...{ id: BY_HAND, name: BY_HAND, createdBy: BY_HAND, createdAt: '9999-12-31T23:59:59.999Z' },
      ...{ priority: 1, enabled: true, allowStale: true },
      satellites: [...new Set(own.map((c) => c.satelliteId))],
      stations: [...new Set(own.map((c) => c.stationId))],
      ...{ minDurationS: 0, minMaxElevation: 0, downlinkHz: null, uplinkHz: null, polarisation: null },
      ...{ prepassS: 0, postpassS: 0, minPerDay: 0, maxPerDay: null, quotaPer: 'campaign' },
      ...{ minGapS: 0, simultaneous: null, partial: false },
    },
  ]
}

const isFollowed = (c: Contact, fromMs: number): boolean => c.fixedBy !== null || isWaiting(c, fromMs)

/**
 * What stands, for core: a fixed contact that begins after `fromMs`, and one for which an antenna waits, takes the times of its pass by the newest elements,
 * unless it is only a part of it; the others stay as they are.
 * @param found their passes, with many others
 */
export function standingOf(
  contacts: readonly Contact[],
  found: readonly Opportunity[],
  fromMs: number,
): Standing[] {
  const passes = new Map<string, Opportunity[]>()
  const keyOf = (stationId: string, satelliteId: string) => `${stationId} ${satelliteId}`
  for (const c of contacts) if (isFollowed(c, fromMs)) passes.set(keyOf(c.stationId, c.satelliteId), [])
  for (const o of found) passes.get(keyOf(o.antenna.station.id, o.record.id))?.push(o)
  return contacts.flatMap((contact) => {
    const [aos, los] = [Date.parse(contact.aos), Date.parse(contact.los)]
    const isSame = ({ pass }: Opportunity) =>
      Math.abs(pass.aos - aos) < SAME_PASS_MS && Math.abs(pass.los - los) < SAME_PASS_MS
    const ofPair = passes.get(keyOf(contact.stationId, contact.satelliteId))
    const pass = (aos > fromMs ? ofPair?.find(isSame) : undefined) ?? null
    // Core keeps what a person has fixed, listed or not.
    return contact.fixedBy !== null && pass === null ? [] : [{ contact, pass }]
  })
}

/**
 * What takes its antenna whatever else there is, with the times that it will have. A fixed contact that gives way to
 * another, or to maintenance, does not; core says of it that it is conflicting.
 * @param standing of the contacts, as `standingOf` tells it
 * @param hindered among their passes: what cannot be flown
 * @param slewMs the longest slew of a station
 */
export function firmOf(
  contacts: readonly Contact[],
  standing: readonly Standing[],
  hindered: readonly Hindered[],
  nowMs: number,
  slewMs: (stationId: string) => number,
): Booking[] {
  const passes = new Map(standing.map(({ contact, pass }) => [contact.id, pass]))
  const maintained = new Set(hindered.filter((h) => h.rule === 'maintenance').map((h) => h.opportunity))
  const rivals = contacts.flatMap((c) => {
    const pass = passes.get(c.id) ?? null
    if (pass !== null && maintained.has(pass)) return []
    const moved = pass === null ? {} : { aosMs: pass.pass.aos, losMs: pass.pass.los }
    return [{ ...bookingOf(c), ...moved, id: c.id, isRunning: isUnderWay(c, nowMs) || c.fixedBy === null }]
  })
  const given = givingWay(rivals, slewMs)
  return rivals.filter((rival) => !given.has(rival))
}
