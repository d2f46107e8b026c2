/**
 * What leaves for calendars and spreadsheets: whole, or refused; never silently a part.
 * @module
 */
import type { z } from 'zod'
import type { Contact } from '../../shared/api/contacts.js'
import type { calendarQuery, contactsCsvQuery } from '../../shared/api/exports.js'
import type { passesQuery } from '../../shared/api/passes.js'
import { TalosError } from '../../shared/errors.js'
import { DAY, iso } from '../../shared/time.js'
import type { Context } from '../context.js'
import type { OrgRef } from '../http/actor.js'
import { calendarParts, contactEntry, type Place, passEntry } from './calendar.js'
import type { Contacts } from './contacts.js'
import { contactCsv, type Decision, passCsv, scheduleCsv } from './csv.js'
import type { Passes } from './passes.js'
import type { Schedules } from './schedule.js'

/** How far back a calendar begins unless somebody says. */
const CALENDAR_BACK_MS = 2 * DAY
/** Most contacts in one file. */
export const MOST_CONTACTS = 10_000
const PAGE = 500

type ContactsQuery = z.infer<typeof contactsCsvQuery>

const nowhere = (name: string): Place => ({ name, lat: null, lon: null })

/** Pieces of a text, in order. */
export type Parts = Iterable<string>

export class Exports {
  constructor(
    private readonly context: Context,
    private readonly contacts: Pick<Contacts, 'list'>,
    private readonly passes: Pick<Passes, 'find'>,
    private readonly schedules: Pick<Schedules, 'published'>,
  ) {}

  /**
   * Contacts as a calendar, those that ended or were called off, too: a program that has one must hear of it.
   * @throws TalosError `invalid_request` for more than fit in one file
   */
  async calendar(org: OrgRef, query: z.infer<typeof calendarQuery>): Promise<Parts> {
    const from = query.from ?? iso(this.context.clock.now() - CALENDAR_BACK_MS)
    const [contacts, places] = await Promise.all([
      this.#all(org.id, { ...query, from }),
      this.#places(org.id),
    ])
    const base = this.context.addresses.publicUrl
    return calendarParts(
      `Talos ${org.name}`,
      contacts.map((c) => contactEntry(c, places.get(c.stationId) ?? nowhere(c.stationName), base)),
    )
  }

  /** @throws TalosError `invalid_request` for more than fit in one file */
  async contactTable(org: OrgRef, query: ContactsQuery): Promise<Parts> {
    return contactCsv(await this.#all(org.id, query))
  }

  /** @throws TalosError as `Passes.find` */
  async passTable(org: OrgRef, query: z.infer<typeof passesQuery>): Promise<Parts> {
    const passes = await this.passes.find(org.id, query)
    const places = await this.#places(org.id)
    return passCsv(passes, {
      columns: ['station', 'station_name'],
      of: (i) => {
        const station = passes[i]?.stationId ?? ''
        return { station, station_name: places.get(station)?.name ?? '' }
      },
    })
  }

  /** @throws TalosError as `Passes.find` */
  async passCalendar(org: OrgRef, query: z.infer<typeof passesQuery>): Promise<Parts> {
    const passes = await this.passes.find(org.id, query)
    const places = await this.#places(org.id)
    const now = this.context.clock.now()
    const placeOf = (id: string) => ({ id, ...(places.get(id) ?? nowhere('')) })
    return calendarParts(
      `Passes ${org.name}`,
      passes.map((pass) => passEntry(pass, placeOf(pass.stationId), now)),
    )
  }

  /** Where a calendar program subscribes. */
  calendarUrl(org: OrgRef): string {
    return `${this.context.addresses.publicUrl}/api/v1/orgs/${org.slug}/calendar.ics`
  }

  /** What stands in the window of the last schedule, and what it refused. */
  async scheduleTable(org: OrgRef): Promise<Parts> {
    const { from, to, refused } = await this.schedules.published(org.id)
    const places = await this.#places(org.id)
    const booked = from === null || to === null ? [] : await this.#all(org.id, { from, to, open: true })
    const nameOf = (id: string) => places.get(id)?.name ?? ''
    const decisions: Decision[] = [
      ...booked.map((c) => ({ ...c, decision: 'booked' as const, rule: null, reason: c.cause })),
      ...refused.map((r) => ({ ...r, decision: 'refused' as const, stationName: nameOf(r.stationId) })),
    ]
    return scheduleCsv(decisions.sort((a, b) => (a.aos < b.aos ? -1 : a.aos > b.aos ? 1 : 0)))
  }

  async #all(orgId: string, query: ContactsQuery): Promise<Contact[]> {
    const all: Contact[] = []
    let cursor: string | undefined
    do {
      const page = await this.contacts.list(orgId, { ...query, limit: PAGE, cursor })
      all.push(...page.items)
      cursor = page.nextCursor ?? undefined
      if (all.length > MOST_CONTACTS)
        throw new TalosError(
          'invalid_request',
          `More than ${MOST_CONTACTS} contacts do not fit in one file. Name a station or a satellite, or a shorter time by from and to.`,
        )
    } while (cursor !== undefined)
    return all
  }

  async #places(orgId: string): Promise<Map<string, Place>> {
    const rows = await this.context.prisma.station.findMany({
      where: { orgId },
      select: { id: true, name: true, lat: true, lon: true },
    })
    return new Map(rows.map(({ id, ...place }) => [id, place]))
  }
}
