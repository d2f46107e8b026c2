/**
 * What a person does not want followed: a satellite, from a station, for a stretch of time.
 * @module
 */
import type { z } from 'zod'
import type { ForbiddenContact } from '../../prisma/generated/client.js'
import type { pageQuery } from '../../shared/api/common.js'
import type { Forbidden, forbiddenRequest } from '../../shared/api/schedule.js'
import { TalosError } from '../../shared/errors.js'
import type { Context, Tx } from '../context.js'
import { newId } from '../crypto/ids.js'
import { actorId } from '../http/actor.js'
import { auditOf, type OrgCaller } from '../http/caller.js'
import { pageArgs, pageResult } from '../http/page.js'
import { OPEN_STATES } from './contact-states.js'
import { containing } from './contacts.js'

const toForbidden = ({ orgId: _, from, to, createdAt, ...row }: ForbiddenContact): Forbidden => ({
  ...row,
  from: from.toISOString(),
  to: to.toISOString(),
  createdAt: createdAt.toISOString(),
})

export class ForbiddenContacts {
  constructor(private readonly context: Context) {}

  /** Those whose time is not over, the next first. `search` looks at the reasons. */
  async list(orgId: string, query: z.infer<typeof pageQuery>) {
    const { search } = query
    const rows = await this.context.prisma.forbiddenContact.findMany({
      where: {
        orgId,
        to: { gt: new Date(this.context.clock.now()) },
        ...(search === undefined || search === '' ? {} : { reason: containing(search) }),
      },
      orderBy: [{ from: 'asc' }, { id: 'asc' }],
      ...pageArgs(query),
    })
    return pageResult(rows, query.limit, toForbidden)
  }

  /**
   * The next schedule calls off what is booked in that time.
   * @throws TalosError `invalid_request` for a station or a satellite that is not there or a time that is over,
   *   `contact_conflict` when a person has fixed a contact in that time
   */
  async add(caller: OrgCaller, request: z.infer<typeof forbiddenRequest>): Promise<Forbidden> {
    const { prisma, random, clock, audit, events } = this.context
    const now = clock.now()
    const { stationId, satelliteId, from, to, reason } = request
    if (Date.parse(to) <= now) throw refuse('/to', `${to} is over`)
    const row = await prisma.$transaction(async (tx) => {
      // As a schedule does: nothing is booked or fixed between the look and the change.
      await tx.$queryRaw`SELECT 1 FROM "Org" WHERE "id" = ${caller.org.id} FOR NO KEY UPDATE`
      await checkTargets(tx, caller.org.id, request)
      const fixed = await tx.contact.findFirst({
        where: {
          ...{ orgId: caller.org.id, stationId, satelliteId, state: { in: [...OPEN_STATES] } },
          ...{ aos: { lt: to }, los: { gt: from }, fixedBy: { not: null } },
        },
        select: { id: true },
      })
      if (fixed !== null)
        throw new TalosError(
          'contact_conflict',
          `Contact ${fixed.id} in that time is fixed. Unfix it or call it off first.`,
        )
      const made = await tx.forbiddenContact.create({
        data: {
          ...{ id: newId(random), orgId: caller.org.id, stationId, satelliteId, from, to, reason },
          ...{ createdBy: actorId(caller.actor), createdAt: new Date(now) },
        },
      })
      await audit.record(tx, {
        ...{ ...auditOf(caller), action: 'contact.forbid', targetKind: 'station', targetId: stationId },
        outcome: 'success',
        detail: { forbidden: made.id, satellite: satelliteId, from, to, reason },
      })
      return made
    })
    events.emit('refresh', 'contacts')
    return toForbidden(row)
  }

  /** @throws TalosError `not_found` */
  async remove(caller: OrgCaller, id: string): Promise<void> {
    const { prisma, audit, events } = this.context
    await prisma.$transaction(async (tx) => {
      const row = await tx.forbiddenContact.findFirst({ where: { id, orgId: caller.org.id } })
      const { count } = await tx.forbiddenContact.deleteMany({ where: { id, orgId: caller.org.id } })
      if (row === null || count !== 1)
        throw new TalosError('not_found', `Nothing is forbidden under ${id} in this organisation.`)
      const { stationId, satelliteId } = row
      await audit.record(tx, {
        ...{ ...auditOf(caller), action: 'contact.allow', targetKind: 'station', targetId: stationId },
        outcome: 'success',
        detail: { forbidden: id, satellite: satelliteId },
      })
    })
    events.emit('refresh', 'contacts')
  }
}

const refuse = (pointer: string, detail: string) =>
  new TalosError('invalid_request', `${pointer}: ${detail}.`, { errors: [{ pointer, detail }] })

async function checkTargets(
  tx: Tx,
  orgId: string,
  { stationId, satelliteId }: { readonly stationId: string; readonly satelliteId: string },
): Promise<void> {
  if ((await tx.station.findFirst({ where: { id: stationId, orgId }, select: { id: true } })) === null)
    throw refuse('/stationId', `${stationId} is no station of this organisation`)
  if ((await tx.satellite.findUnique({ where: { id: satelliteId }, select: { id: true } })) === null)
    throw refuse('/satelliteId', `${satelliteId} has no elements; import them first`)
}
