/**
 * The schedule as core takes it.
 * @module
 */
import type { Contact } from '../shared/api/contacts.js'
import { MOST_BEATERS, MOST_REFUSED, MOST_UNMET, type RefusalRequest } from '../shared/api/schedule.js'
import { iso } from '../shared/time.js'
import type { ScheduleWish } from './core-client.js'
import type { Opportunity } from './opportunities.js'
import type { RefusedOpportunity } from './refused.js'
import type { Schedule } from './schedule.js'

/** A contact that stands, with the pass as the newest elements tell it, where one was found. */
export interface Standing {
  readonly contact: Contact
  readonly pass: Opportunity | null
}

export const wishOf = (
  schedule: Schedule,
  standing: readonly Standing[],
  from: number,
  to: number,
): ScheduleWish => ({
  from: iso(from),
  to: iso(to),
  value: schedule.value,
  bound: schedule.bound,
  wholeAt: iso(schedule.memory.wholeAtMs),
  contacts: [
    ...standing.map(wishOfStanding),
    ...schedule.chosen.map(({ o, worth }) => ({
      ...factsOf(o),
      campaignId: o.campaign.id,
      priority: o.campaign.priority,
      worth,
      downlinkHz: o.link.downlinkHz,
      uplinkHz: o.link.uplinkHz,
      prepassS: o.campaign.prepassS,
      postpassS: o.campaign.postpassS,
      shiftBeams: null,
    })),
  ],
  refused: schedule.refused.slice(0, MOST_REFUSED).map(refusalOf),
  refusedCount: schedule.refusedCount,
  unmet: schedule.unmet.slice(0, MOST_UNMET),
})

const factsOf = ({ antenna, record, pass }: Opportunity) => ({
  stationId: antenna.station.id,
  satelliteId: record.id,
  aos: iso(pass.aos),
  tca: iso(pass.tca),
  los: iso(pass.los),
  aosAz: pass.aosAz,
  losAz: pass.losAz,
  maxEl: pass.maxEl,
  elementsHash: record.elementsHash,
  elementsEpoch: record.epoch,
})

const wishOfStanding = ({ contact: c, pass }: Standing): ScheduleWish['contacts'][number] => ({
  ...(pass === null
    ? {
        ...{ stationId: c.stationId, satelliteId: c.satelliteId, aos: c.aos, tca: c.tca, los: c.los },
        ...{ aosAz: c.aosAz, losAz: c.losAz, maxEl: c.maxEl },
        ...{ elementsHash: c.elementsHash, elementsEpoch: c.elementsEpoch },
      }
    : factsOf(pass)),
  campaignId: c.campaignId,
  priority: c.priority,
  worth: c.worth,
  downlinkHz: c.downlinkHz,
  uplinkHz: c.uplinkHz,
  prepassS: c.prepassS,
  postpassS: c.postpassS,
  shiftBeams: null,
})

const refusalOf = (r: RefusedOpportunity): RefusalRequest => ({
  ...{ stationId: r.stationId, satelliteId: r.satelliteId, aos: iso(r.aosMs), los: iso(r.losMs) },
  ...{ worth: r.worth, rule: r.rule, limit: r.limit, reason: r.reason.slice(0, 200) },
  beatenBy: r.beatenBy.slice(0, MOST_BEATERS).map((b) => ({
    ...{ stationId: b.stationId, satelliteId: b.satelliteId, aos: iso(b.aosMs), los: iso(b.losMs) },
    ...{ priority: b.priority, worth: b.worth },
  })),
})
