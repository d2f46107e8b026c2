/**
 * Maintenance windows: times in which a station is not planned for. What is booked in one is called off, and what can be
 * flown elsewhere is booked there by the next schedule. What runs already is flown to its end, unless asked otherwise.
 * @module
 */
import type { z } from 'zod'
import type { Broker } from '../../broker/broker.js'
import type { MaintenanceWindow as Row } from '../../prisma/generated/client.js'
import type {
  MaintenanceWindow,
  maintenanceAnswer,
  maintenanceRequest,
} from '../../shared/api/maintenance.js'
import { MAINTENANCE } from '../../shared/called-off.js'
import { TalosError } from '../../shared/errors.js'
import { iso } from '../../shared/time.js'
import { topics } from '../../shared/topics.js'
import type { Context, Tx } from '../context.js'
import { newId } from '../crypto/ids.js'
import { actorId, type OrgRef } from '../http/actor.js'
import { auditOf, type OrgCaller } from '../http/caller.js'
import { OPEN_STATES, RUNNING_STATES } from './contact-states.js'
import type { Contacts } from './contacts.js'
import type { Plans } from './plans.js'
import { moveContacts } from './transitions.js'

export const toMaintenance = ({ id, from, to, reason, createdById, createdAt }: Row): MaintenanceWindow => ({
  id,
  from: from.toISOString(),
  to: to.toISOString(),
  reason,
  createdBy: createdById,
  createdAt: createdAt.toISOString(),
})

/** A station that is not over: `pending` ones get windows, too. */
async function holdStation(tx: Tx, org: OrgRef, id: string): Promise<void> {
  // Held so that no schedule books it between the look and the window.
  const [row] = await tx.$queryRaw<{ status: string }[]>`
    SELECT "status" FROM "Station" WHERE "id" = ${id} AND "orgId" = ${org.id} FOR NO KEY UPDATE`
  if (row === undefined) throw new TalosError('not_found', `There is no station ${id}.`)
  if (row.status !== 'approved' && row.status !== 'pending')
    throw new TalosError('station_state', `The station is ${row.status}; only its history is left.`)
}

export class Maintenance {
  constructor(
    private readonly context: Context,
    private readonly contacts: Pick<Contacts, 'announce'>,
    private readonly plans: Pick<Plans, 'withdraw'>,
    private readonly bus: Pick<Broker, 'publish' | 'isOnline'>,
  ) {}

  /** The windows of a station that are not over, the soonest first. @throws TalosError `not_found` */
  async list(org: OrgRef, stationId: string): Promise<{ items: MaintenanceWindow[] }> {
    const { prisma, clock } = this.context
    const station = await prisma.station.findFirst({ where: { id: stationId, orgId: org.id } })
    if (station === null) throw new TalosError('not_found', `There is no station ${stationId}.`)
    const rows = await prisma.maintenanceWindow.findMany({
      where: { stationId, endedAt: null, to: { gt: new Date(clock.now()) } },
      orderBy: [{ from: 'asc' }, { id: 'asc' }],
    })
    return { items: rows.map(toMaintenance) }
  }

  /**
   * Makes a window and calls off what is booked in it.
   * @throws TalosError `not_found`, `station_state`, `invalid_request` for a window that is empty or over
   */
  async create(
    caller: OrgCaller,
    stationId: string,
    request: z.infer<typeof maintenanceRequest>,
  ): Promise<z.infer<typeof maintenanceAnswer>> {
    const { prisma, random, clock, audit, events } = this.context
    const now = clock.now()
    const { from = iso(now), to, reason } = request
    if (to <= from || to <= iso(now))
      throw new TalosError('invalid_request', `A window from ${from} to ${to} is empty, or over.`, {
        errors: [{ pointer: '/to', detail: `must be after ${from < iso(now) ? iso(now) : from}` }],
      })
    const { row, calledOff } = await prisma.$transaction(async (tx) => {
      await holdStation(tx, caller.org, stationId)
      const made = await tx.maintenanceWindow.create({
        data: {
          ...{ id: newId(random), stationId, from, to, reason },
          createdById: actorId(caller.actor),
          createdAt: new Date(now),
        },
      })
      const moved = await moveContacts(
        tx,
        (await bookedIn(tx, stationId, { from, to, now, isRunningToo: request.now })).map(({ id }) => id),
        'cancelled',
        { cause: `maintenance: ${reason}`, actor: MAINTENANCE, at: now },
      )
      const ids = moved.map(({ id }) => id)
      await audit.record(tx, {
        ...auditOf(caller),
        action: 'station.maintain',
        targetKind: 'station',
        targetId: stationId,
        outcome: 'success',
        detail: { window: made.id, from, to, reason, calledOff: ids.length, running: request.now },
      })
      return { row: made, calledOff: ids }
    })
    await this.contacts.announce(calledOff)
    await this.#tell(caller, stationId, calledOff)
    events.emit('station', { org: caller.org.slug, stationId })
    events.emit('refresh', 'stations')
    return { ...toMaintenance(row), calledOff }
  }

  /**
   * Takes a window back, or ends it before its time; what it called off may be booked again.
   * @throws TalosError `not_found` also for one that is over
   */
  async end(caller: OrgCaller, stationId: string, id: string): Promise<void> {
    const { prisma, clock, audit, events } = this.context
    const now = new Date(clock.now())
    await prisma.$transaction(async (tx) => {
      const { count } = await tx.maintenanceWindow.updateMany({
        where: { id, stationId, station: { orgId: caller.org.id }, endedAt: null, to: { gt: now } },
        data: { endedAt: now },
      })
      if (count !== 1)
        throw new TalosError('not_found', `Station ${stationId} has no maintenance window ${id} to end.`)
      await audit.record(tx, {
        ...auditOf(caller),
        ...{ action: 'station.maintain_end', targetKind: 'station', targetId: stationId, outcome: 'success' },
        detail: { window: id },
      })
    })
    events.emit('station', { org: caller.org.slug, stationId })
    events.emit('refresh', 'stations')
  }

  /** An antenna must not go on because the director is away: it is told at once, where it is there. */
  async #tell(caller: OrgCaller, stationId: string, ids: readonly string[]): Promise<void> {
    const planned = await this.context.prisma.contact.findMany({
      where: { id: { in: [...ids] }, planSeq: { not: null } },
      select: { id: true },
    })
    for (const { id } of planned) {
      if (!this.bus.isOnline(stationId)) return
      try {
        const { jws } = await this.plans.withdraw(caller, id)
        this.bus.publish(topics.plan(caller.org.slug, stationId, id), jws)
      } catch (error) {
        // The director withdraws what the station still says it holds.
        this.context.log.error(
          { err: error, contact: id },
          'a station was not told that a contact is called off',
        )
      }
    }
  }
}

/** Open contacts that bind the antenna in the window. */
function bookedIn(
  tx: Tx,
  stationId: string,
  {
    from,
    to,
    now,
    isRunningToo,
  }: { readonly from: string; readonly to: string; readonly now: number; readonly isRunningToo: boolean },
): Promise<{ id: string }[]> {
  const spared = isRunningToo ? [] : [...RUNNING_STATES]
  const begun = isRunningToo ? null : iso(now)
  return tx.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM "Contact"
     WHERE "stationId" = ${stationId} AND "state" = ANY(${[...OPEN_STATES]}::text[])
       AND NOT ("state" = ANY(${spared}::text[])) AND "los" > ${iso(now)}::timestamptz
       AND (${begun}::timestamptz IS NULL OR "aos" > ${begun}::timestamptz)
       AND "aos" - make_interval(secs => "prepassS") < ${to}::timestamptz
       AND "los" + make_interval(secs => "postpassS") > ${from}::timestamptz
     ORDER BY "id" FOR NO KEY UPDATE`
}

/** Windows that are not over, of these stations. */
export const windowsOf = (
  tx: Pick<Tx, 'maintenanceWindow'>,
  stationIds: readonly string[],
  now: Date,
): Promise<Row[]> =>
  tx.maintenanceWindow.findMany({
    where: { stationId: { in: [...stationIds] }, to: { gt: now }, endedAt: null },
    orderBy: [{ from: 'asc' }, { id: 'asc' }],
  })
