/**
 * Contacts that a person books or fixes: no schedule moves them, whatever else is worth more.
 * @module
 */
import type { z } from 'zod'
import type { Contact, contactBookRequest } from '../../shared/api/contacts.js'
import type { SatelliteRecord } from '../../shared/api/elements.js'
import type { PassRecord } from '../../shared/api/passes.js'
import { BY_HAND } from '../../shared/called-off.js'
import { TalosError } from '../../shared/errors.js'
import { isTooClose } from '../../shared/giving-way.js'
import { mountSchema } from '../../shared/messages.js'
import { setupMs } from '../../shared/mount/setup.js'
import { HOUR, iso, SECOND } from '../../shared/time.js'
import type { Context, Tx } from '../context.js'
import { newId } from '../crypto/ids.js'
import { actorId } from '../http/actor.js'
import { auditOf, type OrgCaller } from '../http/caller.js'
import { OPEN_STATES, RUNNING_STATES } from './contact-states.js'
import { loadContacts } from './contact-view.js'
import { type Contacts, contactState, noSuchContact, stateOf } from './contacts.js'
import type { Passes } from './passes.js'
import type { Satellites } from './satellites.js'
import { insertContacts } from './schedule-store.js'
import { moveContacts } from './transitions.js'

type BookRequest = z.infer<typeof contactBookRequest>

/** Before and after the moment that a person names: passes of the highest orbits last for hours. */
const AROUND_MS = 24 * HOUR

export class ByHand {
  constructor(
    private readonly context: Context,
    private readonly contacts: Contacts,
    private readonly passes: Pick<Passes, 'pieces'>,
    private readonly satellites: Pick<Satellites, 'get'>,
  ) {}

  /**
   * Books the whole pass at a moment, of a long one the piece. What the schedule has booked at that station in its time gives way; where just
   * this pass is booked already, it is fixed.
   * @throws TalosError `invalid_request` when there is no pass then or it has begun, `station_state` when the station is
   *   not in use, `contact_conflict` when a fixed or running contact has the antenna or the pass is forbidden, and what
   *   `Passes.pieces` throws
   */
  async book(caller: OrgCaller, request: BookRequest): Promise<Contact> {
    const record = await this.satellites.get(request.satelliteId)
    const pass = await this.#passAt(caller.org.id, request)
    const { contact, changed } = await this.context.prisma.$transaction((tx) =>
      this.#store(tx, caller, request, pass, record),
    )
    await this.contacts.announce(changed)
    this.context.events.emit('refresh', 'contacts')
    return contact
  }

  /** @throws TalosError `not_found`, or `contact_state` when it has ended */
  fix(caller: OrgCaller, id: string): Promise<Contact> {
    return this.#mark(caller, id, true)
  }

  /**
   * What was booked by hand and no campaign wants is called off by the next schedule.
   * @throws TalosError `not_found`, or `contact_state` when it has ended
   */
  unfix(caller: OrgCaller, id: string): Promise<Contact> {
    return this.#mark(caller, id, false)
  }

  async #passAt(orgId: string, { stationId, satelliteId, at }: BookRequest): Promise<PassRecord> {
    const [now, ms] = [this.context.clock.now(), Date.parse(at)]
    const query = { station: stationId, satellite: satelliteId }
    const window = { from: iso(Math.max(now, ms - AROUND_MS)), to: iso(Math.max(now, ms) + AROUND_MS) }
    const found = await this.passes.pieces(orgId, { ...query, ...window })
    // Where one piece begins another ends.
    const pass = found.findLast(({ aos, los }) => aos <= at && at <= los)
    const wrong =
      pass === undefined
        ? `satellite ${satelliteId} is not in sight of the station at ${at}; talos passes shows when it is`
        : pass.clippedStart
          ? `the pass at ${at} has begun; what is in sight for hours can be booked from the next even hour (UTC) on`
          : pass.clippedEnd
            ? `the pass at ${at} does not end within ${AROUND_MS / HOUR} hours`
            : null
    if (pass !== undefined && wrong === null) return pass
    const detail = wrong ?? ''
    throw new TalosError('invalid_request', `/at: ${detail}.`, { errors: [{ pointer: '/at', detail }] })
  }

  async #store(tx: Tx, caller: OrgCaller, request: BookRequest, pass: PassRecord, record: SatelliteRecord) {
    const { random, clock, audit } = this.context
    const orgId = caller.org.id
    const { stationId, satelliteId, priority } = request
    const [now, actor] = [clock.now(), actorId(caller.actor)]
    // One change of the schedule of an organisation at a time.
    await tx.$queryRaw`SELECT 1 FROM "Org" WHERE "id" = ${orgId} FOR NO KEY UPDATE`
    const betweenMs = await holdStation(tx, orgId, stationId)
    await refuseForbidden(tx, orgId, request, pass)
    const near = await nearby(tx, stationId, pass, betweenMs)
    const same = near.find(
      (c) =>
        c.satelliteId === satelliteId && iso(c.aos.getTime()) < pass.los && pass.aos < iso(c.los.getTime()),
    )
    // What gave way itself has no antenna that it could lose.
    const there = near.filter((c) => c === same || c.state !== 'conflicting')
    const firm = there.find(
      (c) => c !== same && (c.fixedBy !== null || (RUNNING_STATES as readonly string[]).includes(c.state)),
    )
    if (firm !== undefined)
      throw new TalosError(
        'contact_conflict',
        `The station then follows ${firm.satelliteName} from ${iso(firm.aos.getTime())} to ${iso(firm.los.getTime())} (contact ${firm.id}, ${firm.state}${firm.fixedBy === null ? '' : ', fixed'}), and needs ${Math.ceil(betweenMs / SECOND)} s between two contacts. Call that off or unfix it first.`,
      )
    const cause = 'gave way to a contact booked by hand'
    const gone = await moveContacts(
      tx,
      there.filter((c) => c !== same).map(({ id }) => id),
      'cancelled',
      { cause, actor: BY_HAND, at: now },
    )
    const id = same?.id ?? newId(random)
    if (same === undefined) {
      const { aos, tca, los, aosAz, losAz, maxEl } = pass
      await insertContacts(
        tx,
        [
          {
            ...{ id, stationId, satelliteId, satelliteName: record.name, campaignId: null, priority },
            ...{ worth: null, aos, tca, los, aosAz, losAz, maxEl },
            ...{ elementsHash: record.elementsHash, elementsEpoch: record.epoch },
            ...{ downlinkHz: null, uplinkHz: null, prepassS: 0, postpassS: 0 },
          },
        ],
        { orgId, actor, cause: 'booked by hand', at: iso(now) },
      )
    }
    await tx.contact.updateMany({
      where: { id, fixedBy: null },
      data: { fixedBy: actor, fixedAt: new Date(now) },
    })
    await audit.record(tx, {
      ...{ ...auditOf(caller), action: 'contact.book', targetKind: 'contact', targetId: id },
      outcome: 'success',
      detail: { station: stationId, satellite: satelliteId, aos: pass.aos, calledOff: gone.map((c) => c.id) },
    })
    return { contact: await oneContact(tx, orgId, id), changed: [id, ...gone.map((c) => c.id)] }
  }

  async #mark(caller: OrgCaller, id: string, fixed: boolean): Promise<Contact> {
    const { prisma, clock, audit, events } = this.context
    const at = new Date(clock.now())
    const contact = await prisma.$transaction(async (tx) => {
      const before = await oneContact(tx, caller.org.id, id)
      const { count } = await tx.contact.updateMany({
        where: {
          ...{ id, orgId: caller.org.id, state: { in: [...OPEN_STATES] } },
          fixedBy: fixed ? null : { not: null },
        },
        data: fixed ? { fixedBy: actorId(caller.actor), fixedAt: at } : { fixedBy: null, fixedAt: null },
      })
      const after = await oneContact(tx, caller.org.id, id)
      if (count === 0) {
        if ((OPEN_STATES as readonly string[]).includes(after.state)) return after
        throw contactState(id, await stateOf(tx, id), 'has ended')
      }
      await audit.record(tx, {
        ...{ ...auditOf(caller), action: fixed ? 'contact.fix' : 'contact.unfix' },
        ...{ targetKind: 'contact', targetId: id, outcome: 'success' },
        detail: { station: before.stationId, satellite: before.satelliteId, aos: before.aos },
      })
      return after
    })
    this.contacts.emit([contact])
    events.emit('refresh', 'contacts')
    return contact
  }
}

async function oneContact(tx: Tx, orgId: string, id: string): Promise<Contact> {
  const [contact] = await loadContacts(tx, { where: { orgId, id } })
  if (contact === undefined) throw noSuchContact(id)
  return contact
}

/** Open contacts that would leave the antenna too little time for a pass; a campaign waits an hour at most. */
async function nearby(tx: Tx, stationId: string, { satelliteId, aos, los }: PassRecord, betweenMs: number) {
  const wait = betweenMs + HOUR
  const pass = { satelliteId, aosMs: Date.parse(aos), losMs: Date.parse(los), prepassS: 0, postpassS: 0 }
  const rows = await tx.contact.findMany({
    where: {
      ...{ stationId, state: { in: [...OPEN_STATES] } },
      aos: { lt: new Date(pass.losMs + wait) },
      los: { gt: new Date(pass.aosMs - wait) },
    },
    omit: { planJws: true, receipt: true },
    orderBy: { aos: 'asc' },
  })
  return rows.filter((c) =>
    isTooClose({ ...c, aosMs: c.aos.getTime(), losMs: c.los.getTime() }, pass, betweenMs),
  )
}

/**
 * Holds the station, so that it is not taken away or locked before its contact is booked.
 * @returns what it needs between two contacts, ms
 */
async function holdStation(tx: Tx, orgId: string, stationId: string): Promise<number> {
  const rows = await tx.$queryRaw<{ status: string; isLocked: boolean; mount: unknown }[]>`
    SELECT "status", "lockedAt" IS NOT NULL AS "isLocked", "mount" FROM "Station"
     WHERE "id" = ${stationId} AND "orgId" = ${orgId} FOR SHARE`
  const [station] = rows
  if (station?.status === 'approved' && !station.isLocked) {
    const mount = mountSchema.safeParse(station.mount)
    return mount.success ? setupMs(mount.data) : 0
  }
  const state = station === undefined ? 'gone' : station.isLocked ? 'locked' : station.status
  throw new TalosError('station_state', `The station is ${state}: nothing can be booked there.`)
}

async function refuseForbidden(
  tx: Tx,
  orgId: string,
  { stationId, satelliteId }: BookRequest,
  { aos, los }: PassRecord,
): Promise<void> {
  const ban = await tx.forbiddenContact.findFirst({
    where: { orgId, stationId, satelliteId, from: { lt: los }, to: { gt: aos } },
  })
  if (ban !== null)
    throw new TalosError(
      'contact_conflict',
      `The pass is forbidden (${ban.reason}). Allow it first: talos schedule allow ${ban.id}.`,
    )
}
