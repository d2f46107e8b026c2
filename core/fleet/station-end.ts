/**
 * The end of a station: everything that is bound to it ends in the transaction that ends it, and nothing else does
 * (E18). It never comes back (E19); the same antenna joins as a new station.
 * @module
 */
import type { AuditAction } from '../../shared/api/audit.js'
import type { AuditDetail } from '../audit/audit.js'
import type { Context, Tx } from '../context.js'
import { actorId } from '../http/actor.js'
import { type AuditCaller, auditOf } from '../http/caller.js'
import type { Contacts } from '../planning/contacts.js'
import { cancelForStation } from '../planning/transitions.js'
import type { Bus } from './bus.js'
import { revokeStationCertificates } from './certificates.js'
import { heldPlans, type Leaving, sayFarewell } from './farewell.js'
import { revokeStationKeys } from './keys.js'

/** What has to be done after the commit. */
export interface Departure extends Leaving {
  readonly contacts: readonly string[]
  readonly reason: string
}

export interface Ending {
  readonly caller: AuditCaller
  readonly action: Extract<AuditAction, 'station.revoke' | 'station.expire'>
  /** In a few words, for the contacts that are called off. */
  readonly cause: string
  readonly detail: AuditDetail
}

/** Ends every token with which an agent could still become this station. */
export const revokeBoundTokens = async (tx: Tx, stationId: string, now: Date): Promise<number> => {
  const { count } = await tx.enrollmentToken.updateMany({
    where: { stationId, consumedAt: null, revokedAt: null },
    data: { revokedAt: now },
  })
  return count
}

/** Ends the wait of agents that have not fetched their key: the poll secret is good for nothing any more (E17). */
export const endWaiting = async (tx: Tx, stationId: string, now: Date): Promise<void> => {
  await tx.enrollment.updateMany({
    where: { stationId, deliveredAt: null, expiresAt: { gt: now } },
    data: { expiresAt: now },
  })
}

/**
 * Ends the station inside a transaction of the caller.
 * @returns what has to be done after the commit; null unless it was pending or approved
 */
export async function endStation(
  { clock, audit }: Pick<Context, 'clock' | 'audit'>,
  tx: Tx,
  id: string,
  { caller, action, cause, detail }: Ending,
): Promise<Departure | null> {
  const at = clock.now()
  const now = new Date(at)
  const [station] = await tx.station.updateManyAndReturn({
    where: { id, status: { in: ['pending', 'approved'] } },
    data: {
      ...{ status: 'revoked', revokedAt: now, rotateAskedAt: null },
      // It says why something is out of use, and this is gone.
      ...{ lockedAt: null, lockReason: null, lockedById: null },
    },
    select: { orgId: true },
  })
  if (station === undefined) return null
  const keys = await revokeStationKeys(tx, id, now)
  const certificates = await revokeStationCertificates(tx, id, now)
  const tokens = await revokeBoundTokens(tx, id, now)
  await endWaiting(tx, id, now)
  const contacts = await cancelForStation(tx, id, { cause, actor: actorId(caller.actor), at })
  await audit.record(tx, {
    ...auditOf(caller),
    ...{ orgId: station.orgId, action, targetKind: 'station', targetId: id, outcome: 'success' },
    detail: { ...detail, keys, certificates, tokens, contacts: contacts.length },
  })
  const { slug } = await tx.org.findUniqueOrThrow({ where: { id: station.orgId }, select: { slug: true } })
  const plans = await heldPlans(tx, id, contacts, now)
  return { org: slug, stationId: id, contacts, plans, reason: cause }
}

export class StationEnd {
  constructor(
    private readonly context: Context,
    private readonly contacts: Pick<Contacts, 'announce'>,
    private readonly bus: Bus,
  ) {}

  /** See `endStation`; `announce` what it returns after the commit. */
  endWithin(tx: Tx, id: string, ending: Ending): Promise<Departure | null> {
    return endStation(this.context, tx, id, ending)
  }

  /** B18: tells the station to stop and hangs up. It is not waited for: who has a stolen key answers nothing. */
  async announce(departure: Departure): Promise<void> {
    const { org, stationId, contacts, reason } = departure
    const { events, log } = this.context
    await sayFarewell(this.context, this.bus, departure, 0)
    events.emit('ended', { stationId, reason })
    // The station is gone, whether or not those who watch hear of it.
    await this.contacts
      .announce(contacts)
      .catch((error: unknown) =>
        log.error({ err: error, stationId }, 'cancelled contacts were not announced'),
      )
    events.emit('station', { org, stationId })
    events.emit('refresh', 'stations')
  }
}
