/**
 * Locking a station: nothing of it works while somebody works on its antenna. Unlike a revocation it takes no identity:
 * keys and certificates wait, and unlocking gives all back without a new enrollment.
 * @module
 */
import type { z } from 'zod'
import type { Station, stationLockAnswer } from '../../shared/api/fleet.js'
import { STATION_LOCK } from '../../shared/called-off.js'
import { TalosError } from '../../shared/errors.js'
import { SECOND } from '../../shared/time.js'
import type { Context, Tx } from '../context.js'
import { actorId } from '../http/actor.js'
import { auditOf, type OrgCaller } from '../http/caller.js'
import { permissionsIn } from '../http/guard.js'
import type { Contacts } from '../planning/contacts.js'
import { cancelForStation } from '../planning/transitions.js'
import type { Bus } from './bus.js'
import type { Commands } from './commands.js'
import { heldPlans, sayFarewell } from './farewell.js'
import { lockStation } from './station-lock.js'
import { stationLocked } from './station-standing.js'
import { findStation, type Stations } from './stations.js'

type LockAnswer = z.infer<typeof stationLockAnswer>

/** For the answer to the stop: a satellite link there and back, and the antenna coming to rest. Then it is cut. */
const PATIENCE_MS = 1 * SECOND

export class StationLocks {
  constructor(
    private readonly context: Context,
    private readonly stations: Pick<Stations, 'get'>,
    private readonly contacts: Pick<Contacts, 'announce'>,
    private readonly commands: Pick<Commands, 'forestall'>,
    private readonly bus: Bus,
  ) {}

  /**
   * Stops the antenna, calls off what it would do, and lets nothing of the station in until it is unlocked.
   * @throws TalosError `not_found`, `station_state` unless it is approved, `station_locked` when it is locked already
   */
  async lock(caller: OrgCaller, id: string, reason: string): Promise<LockAnswer> {
    const { prisma, clock, audit, events, log } = this.context
    const at = clock.now()
    const now = new Date(at)
    const { contacts, plans } = await prisma.$transaction(async (tx) => {
      const { count } = await tx.station.updateMany({
        where: { id, orgId: caller.org.id, status: 'approved', lockedAt: null },
        data: { lockedAt: now, lockReason: reason, lockedById: actorId(caller.actor) },
      })
      if (count === 0) throw await notLockable(tx, caller, id)
      // A program calls them off, so that they may be booked again once the station is back.
      const cause = `the station was locked: ${reason}`
      const ended = await cancelForStation(tx, id, { cause, actor: STATION_LOCK, at })
      await audit.record(tx, {
        ...auditOf(caller),
        ...{ action: 'station.lock', targetKind: 'station', targetId: id, outcome: 'success' },
        detail: { reason, contacts: ended.length },
      })
      return { contacts: ended, plans: await heldPlans(tx, id, ended, now) }
    })
    const { slug: org } = caller.org
    this.commands.forestall(id)
    const told = await sayFarewell(this.context, this.bus, { org, stationId: id, plans }, PATIENCE_MS)
    events.emit('ended', { stationId: id, reason: 'the station was locked' })
    log.info({ stationId: id, told, reason }, 'a station was locked')
    await this.contacts
      .announce(contacts)
      .catch((error: unknown) =>
        log.error({ err: error, stationId: id }, 'cancelled contacts were not announced'),
      )
    return { ...(await this.#changed(caller, id)), told }
  }

  /**
   * Gives the station back. Who locked it may, and whoever may loosen what guards metal (R3): nobody else knows whether
   * there is still a person at the antenna.
   * @throws TalosError `not_found`, `forbidden`, `station_state` when it is not locked
   */
  async unlock(caller: OrgCaller, id: string): Promise<Station> {
    const { prisma, audit } = this.context
    await prisma.$transaction(async (tx) => {
      await lockStation(tx, id)
      const { lockedAt, lockReason, lockedById } = await findStation(tx, caller.org, id)
      if (lockedAt === null) throw new TalosError('station_state', 'The station is not locked.')
      const isOwn = lockedById === actorId(caller.actor)
      if (!isOwn && !permissionsIn(caller.actor, caller.org.slug).has('configure_hardware'))
        throw new TalosError(
          'forbidden',
          'Somebody else has locked this station. That person unlocks it, or somebody with the permission configure_hardware.',
        )
      await tx.station.update({
        where: { id },
        data: { lockedAt: null, lockReason: null, lockedById: null },
      })
      await audit.record(tx, {
        ...auditOf(caller),
        ...{ action: 'station.unlock', targetKind: 'station', targetId: id, outcome: 'success' },
        detail: { reason: lockReason, lockedBy: lockedById, since: lockedAt.toISOString() },
      })
    })
    return await this.#changed(caller, id)
  }

  async #changed({ org }: OrgCaller, stationId: string): Promise<Station> {
    this.context.events.emit('station', { org: org.slug, stationId })
    this.context.events.emit('refresh', 'stations')
    return await this.stations.get(org, stationId)
  }
}

async function notLockable(tx: Tx, { org }: OrgCaller, id: string): Promise<TalosError> {
  const { status, lockReason } = await findStation(tx, org, id)
  if (status === 'approved') return stationLocked(lockReason)
  return new TalosError('station_state', `The station is ${status}; this needs a station that is approved.`)
}
