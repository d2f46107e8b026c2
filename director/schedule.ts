/**
 * Who follows what: one antenna one contact at a time, by priority, then by how high the pass culminates. Greedy, and
 * therefore explainable: for each refused opportunity it names what beat it. Deterministic for the same input.
 * @module
 */
import { SECOND } from '../shared/time.js'
import type { Opportunity, RefusedOpportunity } from './opportunities.js'

/** An antenna that is taken: from going there to leaving. Epoch ms. */
export interface Booking {
  readonly stationId: string
  readonly satelliteId: string
  readonly satelliteName: string
  readonly priority: number
  readonly aosMs: number
  readonly losMs: number
}

export interface Schedule {
  readonly chosen: readonly Opportunity[]
  readonly refused: readonly RefusedOpportunity[]
  /** Sum of priority x seconds of what was chosen. */
  readonly value: number
}

export interface ScheduleInput {
  readonly opportunities: readonly Opportunity[]
  /** What stands already and is not to be moved: running and imminent contacts. */
  readonly fixed: readonly Booking[]
  /** Between LOS and the next AOS at a station, ms: slew and setup. */
  readonly gapMs: (stationId: string) => number
  /** Last word on an opportunity that fits in time: null, or why the mount cannot follow it. */
  readonly obstacle: (opportunity: Opportunity) => string | null
}

const seconds = (o: Opportunity) => (o.pass.los - o.pass.aos) / SECOND

const byRank = (a: Opportunity, b: Opportunity): number =>
  b.campaign.priority - a.campaign.priority ||
  b.pass.maxEl - a.pass.maxEl ||
  a.pass.aos - b.pass.aos ||
  a.antenna.station.id.localeCompare(b.antenna.station.id) ||
  a.record.id.localeCompare(b.record.id)

const bookingOf = (o: Opportunity): Booking => ({
  stationId: o.antenna.station.id,
  satelliteId: o.record.id,
  satelliteName: o.record.name,
  priority: o.campaign.priority,
  aosMs: o.pass.aos,
  losMs: o.pass.los,
})

export function makeSchedule({ opportunities, fixed, gapMs, obstacle }: ScheduleInput): Schedule {
  const taken = new Map<string, Booking[]>()
  const take = (b: Booking) => {
    const list = taken.get(b.stationId)
    if (list === undefined) taken.set(b.stationId, [b])
    else list.push(b)
  }
  fixed.forEach(take)
  const chosen: Opportunity[] = []
  const refused: RefusedOpportunity[] = []
  for (const opportunity of [...opportunities].sort(byRank)) {
    const booking = bookingOf(opportunity)
    const gap = gapMs(booking.stationId)
    const rival = taken
      .get(booking.stationId)
      ?.find((b) => booking.aosMs < b.losMs + gap && b.aosMs < booking.losMs + gap)
    const reason =
      rival === undefined
        ? obstacle(opportunity)
        : `the antenna follows ${rival.satelliteName} (priority ${rival.priority}) then`
    if (reason === null) {
      take(booking)
      chosen.push(opportunity)
    } else if (rival?.satelliteId !== booking.satelliteId)
      refused.push({
        stationId: booking.stationId,
        satelliteId: booking.satelliteId,
        aosMs: booking.aosMs,
        losMs: booking.losMs,
        reason,
      })
  }
  chosen.sort((a, b) => a.pass.aos - b.pass.aos)
  return { chosen, refused, value: chosen.reduce((sum, o) => sum + o.campaign.priority * seconds(o), 0) }
}
