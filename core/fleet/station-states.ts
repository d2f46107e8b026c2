/**
 * The states of a station (design section 6): pending -> approved | rejected, approved -> revoked. Each step is one
 * conditional update, with all that hangs on it in the same transaction.
 * @module
 */

import type { z } from 'zod'
import type { Station, stationStatusSchema } from '../../shared/api/fleet.js'
import { TalosError } from '../../shared/errors.js'
import { MAX_HELD_PLANS } from '../../shared/messages.js'
import type { Context, Tx } from '../context.js'
import { actorId } from '../http/actor.js'
import { auditOf, type OrgCaller } from '../http/caller.js'
import type { Contacts } from '../planning/contacts.js'
import { cancelForStation } from '../planning/transitions.js'
import type { Bus } from './bus.js'
import { sayFarewell } from './farewell.js'
import { revokeStationKeys } from './keys.js'
import { findStation, type Stations } from './stations.js'

type Status = z.infer<typeof stationStatusSchema>

/** No agent holds more plans, nor hears more withdrawals at once. */
const MOST_WITHDRAWN = 2 * MAX_HELD_PLANS

/** Ends every token with which an agent could still become this station. */
const revokeBoundTokens = async (tx: Tx, stationId: string, now: Date): Promise<number> => {
  const { count } = await tx.enrollmentToken.updateMany({
    where: { stationId, consumedAt: null, revokedAt: null },
    data: { revokedAt: now },
  })
  return count
}

export class StationStates {
  constructor(
    private readonly context: Context,
    private readonly stations: Pick<Stations, 'get'>,
    private readonly contacts: Pick<Contacts, 'announce'>,
    private readonly bus: Bus,
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
    const { prisma, clock, events, log } = this.context
    const at = clock.now()
    const now = new Date(at)
    const { contacts, plans } = await prisma.$transaction(async (tx) => {
      const station = await findStation(tx, caller.org, id)
      if (station.status === 'approved' && station.name !== name)
        throw new TalosError(
          'confirmation_required',
          `To revoke this station, give its name «${station.name}»; «${name}» is another.`,
        )
      await this.#step(tx, caller, id, 'approved', { status: 'revoked', revokedAt: now })
      const keys = await revokeStationKeys(tx, id, now)
      const tokens = await revokeBoundTokens(tx, id, now)
      const cause = 'the station was revoked'
      const ended = await cancelForStation(tx, id, { cause, actor: actorId(caller.actor), at })
      await this.#audit(tx, caller, id, 'station.revoke', {
        name,
        keys,
        tokens,
        contacts: ended.length,
      })
      // What was called off a moment ago may still be on the agent's disk: its withdrawal comes by the director.
      const held = await tx.contact.findMany({
        where: {
          stationId: id,
          planSeq: { not: null },
          OR: [{ id: { in: [...ended] } }, { los: { gt: now } }],
        },
        select: { id: true, planSeq: true },
        orderBy: { aos: 'asc' },
        take: MOST_WITHDRAWN,
      })
      return { contacts: ended, plans: held.map((c) => ({ contactId: c.id, seq: c.planSeq ?? 0 })) }
    })
    await sayFarewell(this.context, this.bus, { org: caller.org.slug, stationId: id, plans })
    events.emit('ended', { stationId: id, reason: 'the station was revoked' })
    // The station is revoked, whether or not those who watch hear of it.
    await this.contacts
      .announce(contacts)
      .catch((error: unknown) =>
        log.error({ err: error, stationId: id }, 'cancelled contacts were not announced'),
      )
    return await this.#changed(caller, id)
  }

  async #step(
    tx: Tx,
    { org }: OrgCaller,
    id: string,
    from: Status,
    data: { status: Status; approvedAt?: Date; revokedAt?: Date },
  ): Promise<void> {
    const { count } = await tx.station.updateMany({ where: { id, orgId: org.id, status: from }, data })
    if (count === 1) return
    const { status } = await findStation(tx, org, id)
    throw new TalosError('station_state', `The station is ${status}; this needs a station that is ${from}.`)
  }

  #audit(
    tx: Tx,
    caller: OrgCaller,
    targetId: string,
    action: 'station.approve' | 'station.reject' | 'station.revoke',
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
