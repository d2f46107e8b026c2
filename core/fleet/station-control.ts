/**
 * Who has control of a station by hand: a lease for a few minutes, told to all who look. Whoever moves an antenna has it
 * from then on; another's has to be taken over first. It is advice between people: the agent guards the metal, a stop
 * asks for no control, and plans go on.
 * @module
 */
import type { StationControl } from '../../shared/api/control.js'
import type { Station } from '../../shared/api/fleet.js'
import { TalosError } from '../../shared/errors.js'
import { iso, MINUTE } from '../../shared/time.js'
import type { Context, Tx } from '../context.js'
import { type Actor, actorId } from '../http/actor.js'
import { auditOf, type OrgCaller } from '../http/caller.js'
import { controlsOf } from './control-list.js'
import { lockStation } from './station-lock.js'
import { stationLocked } from './station-standing.js'
import { findStation, type Stations } from './stations.js'

/** Long enough to think between two moves, short enough that nobody waits for who has gone home. */
export const CONTROL_MS = 5 * MINUTE

const emailOf = (actor: Actor): string | null => (actor.kind === 'user' ? actor.email : null)

/**
 * Takes or prolongs the control of a station: one conditional update.
 * @param now epoch ms
 * @throws TalosError `not_found`, `station_state`, `station_locked`, `station_controlled` when it is another's and is not
 * to be taken over
 */
export async function holdControl(
  tx: Tx,
  { actor, org }: OrgCaller,
  stationId: string,
  now: number,
  takeOver = false,
): Promise<StationControl> {
  const [id, at, until] = [actorId(actor), iso(now), iso(now + CONTROL_MS)]
  const [row] = await tx.$queryRaw<{ since: Date }[]>`
    UPDATE "Station"
       SET "controlAt" = CASE WHEN "controlById" = ${id} AND "controlUntil" > ${at}::timestamptz
                              THEN "controlAt" ELSE ${at}::timestamptz END,
           "controlById" = ${id}, "controlUntil" = ${until}::timestamptz
     WHERE "id" = ${stationId} AND "orgId" = ${org.id} AND "status" = 'approved' AND "lockedAt" IS NULL
       AND (${takeOver} OR "controlById" IS NULL OR "controlById" = ${id} OR "controlUntil" <= ${at}::timestamptz)
    RETURNING "controlAt" AS "since"`
  if (row !== undefined) return { by: { id, email: emailOf(actor) }, since: row.since.toISOString(), until }
  const station = await findStation(tx, org, stationId)
  if (station.status !== 'approved')
    throw new TalosError(
      'station_state',
      `The station «${station.name}» is ${station.status}; it takes no commands.`,
    )
  if (station.lockedAt !== null) throw stationLocked(station.lockReason)
  const control = (await controlsOf(tx, [station], new Date(now)))(station)
  throw new TalosError(
    'station_controlled',
    `${control?.by.email ?? 'Somebody'} has control of «${station.name}» until ${control?.until ?? at}. ` +
      'Ask them, or take control over before you move it. A stop needs no control.',
  )
}

export class StationControls {
  constructor(
    private readonly context: Context,
    private readonly stations: Pick<Stations, 'get'>,
  ) {}

  /**
   * Takes control, or prolongs the own.
   * @throws TalosError `not_found`, `station_state`, `station_locked`, `station_controlled`
   */
  async take(caller: OrgCaller, id: string, takeOver: boolean): Promise<Station> {
    const { prisma, clock, audit, events } = this.context
    const now = clock.now()
    const control = await prisma.$transaction(async (tx) => {
      await lockStation(tx, id)
      const row = await findStation(tx, caller.org, id)
      const before = (await controlsOf(tx, [row], new Date(now)))(row)
      const held = await holdControl(tx, caller, id, now, takeOver)
      if (before?.by.id !== held.by.id)
        await audit.record(tx, {
          ...auditOf(caller),
          ...{ action: 'station.control', targetKind: 'station', targetId: id, outcome: 'success' },
          detail: { from: before?.by.id ?? null },
        })
      return held
    })
    events.emit('control', { org: caller.org.slug, stationId: id, control })
    return await this.stations.get(caller.org, id)
  }

  /** Gives the own control back; another's stays. @throws TalosError `not_found` */
  async give(caller: OrgCaller, id: string): Promise<Station> {
    const { prisma, audit, events } = this.context
    const isGiven = await prisma.$transaction(async (tx) => {
      const { count } = await tx.station.updateMany({
        where: { id, orgId: caller.org.id, controlById: actorId(caller.actor) },
        data: { controlById: null, controlAt: null, controlUntil: null },
      })
      if (count === 1)
        await audit.record(tx, {
          ...auditOf(caller),
          ...{ action: 'station.control_end', targetKind: 'station', targetId: id, outcome: 'success' },
        })
      return count === 1
    })
    if (isGiven) events.emit('control', { org: caller.org.slug, stationId: id, control: null })
    return await this.stations.get(caller.org, id)
  }
}
