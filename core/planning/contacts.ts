/**
 * Reading contacts, calling them off, and telling the world that they changed.
 * @module
 */
import type { z } from 'zod'
import {
  type Contact,
  type ContactState,
  type contactDetailSchema,
  contactEventSchema,
  type contactsQuery,
} from '../../shared/api/contacts.js'
import { TalosError } from '../../shared/errors.js'
import { receiptSchema } from '../../shared/messages.js'
import type { Context } from '../context.js'
import { actorId } from '../http/actor.js'
import { auditOf, type OrgCaller } from '../http/caller.js'
import { pageArgs, pageResult } from '../http/page.js'
import { OPEN_STATES } from './contact-states.js'
import { loadContacts } from './contact-view.js'
import { transition } from './transitions.js'

export type ContactDetail = z.infer<typeof contactDetailSchema>
type ContactsQuery = z.infer<typeof contactsQuery>

export const noSuchContact = (id: string) =>
  new TalosError('not_found', `There is no contact ${id} in this organisation.`)

/** A schedule can change thousands at once; they are read and told in parts, with turns for others in between. */
const PART = 500

export class Contacts {
  constructor(private readonly context: Context) {}

  async list(orgId: string, query: ContactsQuery): Promise<{ items: Contact[]; nextCursor: string | null }> {
    const { search } = query
    const rows = await loadContacts(this.context.prisma, {
      where: {
        orgId,
        ...(query.station === undefined ? {} : { stationId: query.station }),
        ...(query.satellite === undefined ? {} : { satelliteId: query.satellite }),
        AND: [
          query.state === undefined ? {} : { state: query.state },
          query.open === true ? { state: { in: [...OPEN_STATES] } } : {},
          // A contact belongs to a window in which any part of it lies.
          query.from === undefined ? {} : { los: { gte: query.from } },
          query.to === undefined ? {} : { aos: { lt: query.to } },
        ],
        ...(search === undefined || search === ''
          ? {}
          : {
              OR: [{ satelliteName: containing(search) }, { station: { name: containing(search) } }],
            }),
      },
      orderBy: [{ aos: 'asc' }, { id: 'asc' }],
      ...pageArgs(query),
    })
    return pageResult(rows, query.limit, (contact) => contact)
  }

  /**
   * Everything of one contact, as it was at one moment.
   * @throws TalosError `not_found`, for a contact of another organisation too
   */
  async get(orgId: string, id: string): Promise<ContactDetail> {
    const { contact, events, evidence } = await this.context.prisma.$transaction(
      async (tx) => ({
        contact: (await loadContacts(tx, { where: { orgId, id } }))[0],
        events: await tx.contactEvent.findMany({ where: { contactId: id }, orderBy: { id: 'asc' } }),
        evidence: await tx.contact.findUnique({ where: { id }, select: { receipt: true } }),
      }),
      // Otherwise a receipt that comes in between shows beside the state before it.
      { isolationLevel: 'RepeatableRead' },
    )
    if (contact === undefined) throw noSuchContact(id)
    return {
      ...contact,
      events: events.map(({ at, from, to, cause, actor }) =>
        contactEventSchema.parse({ at: at.toISOString(), from, to, cause, actor }),
      ),
      receipt: receiptSchema.nullable().parse(evidence?.receipt ?? null),
    }
  }

  /**
   * A person calls a contact off, running or not. `CallOff` tells the station.
   * @throws TalosError `not_found`, or `contact_state` when it has ended
   */
  async cancel(caller: OrgCaller, id: string, reason: string): Promise<Contact> {
    const { prisma, clock, audit } = this.context
    const contact = await prisma.$transaction(async (tx) => {
      const [before] = await loadContacts(tx, { where: { orgId: caller.org.id, id } })
      if (before === undefined) throw noSuchContact(id)
      const change = { cause: reason, actor: actorId(caller.actor), at: clock.now() }
      const from = await transition(tx, id, 'cancelled', change)
      if (from === null) throw contactState(id, await stateOf(tx, id), 'cannot be cancelled any more')
      await audit.record(tx, {
        ...auditOf(caller),
        action: 'contact.cancel',
        targetKind: 'contact',
        targetId: id,
        outcome: 'success',
        detail: { from, reason, station: before.stationId, satellite: before.satelliteId },
      })
      const [after] = await loadContacts(tx, { where: { id } })
      if (after === undefined) throw noSuchContact(id)
      return after
    })
    this.emit([contact])
    return contact
  }

  /** After a commit: says of each of these contacts that it has changed. */
  async announce(ids: readonly string[]): Promise<void> {
    for (let i = 0; i < ids.length; i += PART)
      this.emit(await loadContacts(this.context.prisma, { where: { id: { in: ids.slice(i, i + PART) } } }))
  }

  emit(contacts: readonly Contact[]): void {
    for (const contact of contacts) this.context.events.emit('contact', { org: contact.org, contact })
  }
}

/** The state of a contact now, for messages. */
export const stateOf = async (tx: Pick<Context['prisma'], 'contact'>, id: string): Promise<string> =>
  (await tx.contact.findUnique({ where: { id }, select: { state: true } }))?.state ?? 'gone'

export const contactState = (id: string, state: ContactState | string, why: string) =>
  new TalosError('contact_state', `Contact ${id} is ${state}: it ${why}.`)

/**
 * Case-insensitive search (E25). Prisma passes `contains` to ILIKE as it is: `_` and `%` typed by a person mean
 * themselves.
 */
export const containing = (text: string) =>
  ({ contains: text.replace(/[\\%_]/g, (c) => `\\${c}`), mode: 'insensitive' }) as const
