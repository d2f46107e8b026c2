/**
 * The states of a station (design section 6): pending -> approved | rejected, approved -> revoked. Each step is one
 * conditional update, with all that hangs on it in the same transaction.
 * @module
 */

import type { z } from 'zod'
import type { Station, stationStatusSchema } from '../../shared/api/fleet.js'
import { TalosError } from '../../shared/errors.js'
import type { Context, Tx } from '../context.js'
import { auditOf, type OrgCaller } from '../http/caller.js'
import { revokeBoundTokens, type StationEnd } from './station-end.js'
import { findStation, type Stations } from './stations.js'

type Status = z.infer<typeof stationStatusSchema>

export class StationStates {
  constructor(
    private readonly context: Context,
    private readonly stations: Pick<Stations, 'get'>,
    private readonly end: Pick<StationEnd, 'endWithin' | 'announce'>,
  ) {}

  /**
   * Lets a station in. Its agent fetches the key itself when it asks next (E15, E17).
   * @throws TalosError `not_found`, or `station_state` unless it is pending
   */
  async approve(caller: OrgCaller, id: string): Promise<Station> {
    const now = new Date(this.context.clock.now())
    await this.context.prisma.$transaction(async (tx) => {
      await this.#step(tx, caller, id, 'pending', { status: 'approved', approvedAt: now })
      await this.#audit(tx, caller, id, 'station.approve', {})
    })
    return await this.#changed(caller, id)
  }

  /**
   * Turns a station away, for ever.
   * @throws TalosError `not_found`, or `station_state` unless it is pending
   */
  async reject(caller: OrgCaller, id: string): Promise<Station> {
    const now = new Date(this.context.clock.now())
    await this.context.prisma.$transaction(async (tx) => {
      await this.#step(tx, caller, id, 'pending', { status: 'rejected' })
      const tokens = await revokeBoundTokens(tx, id, now)
      await this.#audit(tx, caller, id, 'station.reject', { tokens })
    })
    return await this.#changed(caller, id)
  }

  /**
   * E18: takes a station away with everything bound to it: keys, open tokens, coming contacts, the live connection and
   * what the broker keeps of it. It never comes back (E19); the same antenna joins as a new station.
   * @param name W5: the station's name, typed by the person who revokes
   * @throws TalosError `not_found`, `station_state` unless it is approved, or `confirmation_required`
   */
  async revoke(caller: OrgCaller, id: string, name: string): Promise<Station> {
    const departure = await this.context.prisma.$transaction(async (tx) => {
      const { status, name: known } = await findStation(tx, caller.org, id)
      if (status === 'approved' && known !== name)
        throw new TalosError(
          'confirmation_required',
          `To revoke this station, give its name «${known}»; «${name}» is another.`,
        )
      const ending = {
        caller,
        action: 'station.revoke',
        cause: 'the station was revoked',
        detail: { name },
      } as const
      const ended = status === 'approved' ? await this.end.endWithin(tx, id, ending) : null
      if (ended === null) throw notIn('approved', (await findStation(tx, caller.org, id)).status)
      return ended
    })
    await this.end.announce(departure)
    return await this.stations.get(caller.org, id)
  }

  async #step(
    tx: Tx,
    { org }: OrgCaller,
    id: string,
    from: Status,
    data: { status: Status; approvedAt?: Date },
  ): Promise<void> {
    const { count } = await tx.station.updateMany({ where: { id, orgId: org.id, status: from }, data })
    if (count === 1) return
    throw notIn(from, (await findStation(tx, org, id)).status)
  }

  #audit(
    tx: Tx,
    caller: OrgCaller,
    targetId: string,
    action: 'station.approve' | 'station.reject',
    detail: Readonly<Record<string, string | number | readonly string[]>>,
  ): Promise<void> {
    const target = { targetKind: 'station', targetId } as const
    return this.context.audit.record(tx, {
      ...auditOf(caller),
      ...target,
      action,
      outcome: 'success',
      detail,
    })
  }

  async #changed(caller: OrgCaller, id: string): Promise<Station> {
    this.context.events.emit('station', { org: caller.org.slug, stationId: id })
    this.context.events.emit('refresh', 'stations')
    return await this.stations.get(caller.org, id)
  }
}

const notIn = (wanted: Status, status: string) =>
  new TalosError('station_state', `The station is ${status}; this needs a station that is ${wanted}.`)
