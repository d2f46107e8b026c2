/**
 * Makes the director's wish true: one transaction, after which the open contacts of the organisation are those of the
 * schedule (design section 9). The director computes; every contact is core's.
 * @module
 */

import { z } from 'zod'
import { type Contact, contactStateSchema, TERMINAL_STATES } from '../../shared/api/contacts.js'
import {
  MOST_REFUSED,
  type RefusalRequest,
  type scheduleQuery,
  type scheduleRequest,
  type scheduleResponse,
  unmetSchema,
} from '../../shared/api/schedule.js'
import { PROGRAMS } from '../../shared/called-off.js'
import { type FieldError, TalosError } from '../../shared/errors.js'
import { iso } from '../../shared/time.js'
import type { Context, Tx } from '../context.js'
import { newId } from '../crypto/ids.js'
import { actorId } from '../http/actor.js'
import { auditOf, type OrgCaller } from '../http/caller.js'
import { OPEN_STATES } from './contact-states.js'
import { hertzOf, loadContacts } from './contact-view.js'
import type { Contacts } from './contacts.js'
import { type FixedConflicts, fixedConflicts, slewsOf, storeConflicts } from './fixed-conflicts.js'
import { LONG_TRANSACTION } from './long-transaction.js'
import { findRefusals, storeRefusals } from './refusals.js'
import {
  type Booked,
  diffSchedule,
  firstOverlap,
  type Pair,
  type Slot,
  sharePass,
  type Wish,
} from './schedule-diff.js'
import { checkFacts, elementsKey, holdApprovedStations, type KnownElements } from './schedule-facts.js'
import { type ContactFacts, insertContacts, relabelContacts, retimeContacts } from './schedule-store.js'
import { moveContacts } from './transitions.js'

export type ScheduleWish = z.infer<typeof scheduleRequest>
type Published = z.infer<typeof scheduleResponse>

export interface ScheduleOutcome {
  readonly contacts: Contact[]
  readonly created: number
  readonly kept: number
  readonly cancelled: number
}

export class Schedules {
  constructor(
    private readonly context: Context,
    private readonly contacts: Contacts,
  ) {}

  /**
   * Contacts that people have fixed and that do not fit any more stay, as `conflicting`.
   * @throws TalosError `invalid_request` for times that make no pass, `schedule_outdated`, or `contact_conflict` when
   *   two others would bind one antenna at one time; nothing is changed then
   */
  async apply(caller: OrgCaller, request: ScheduleWish): Promise<ScheduleOutcome> {
    const now = this.context.clock.now()
    const wishes = readWishes(request, now)
    const { changed, ...outcome } = await this.context.prisma.$transaction(
      (tx) => this.#store(tx, caller, request, wishes, now),
      LONG_TRANSACTION,
    )
    await this.contacts.announce(changed)
    return outcome
  }

  /** What the director published last, with a page of what it refused. */
  async published(
    orgId: string,
    query: z.infer<typeof scheduleQuery> = { limit: MOST_REFUSED },
  ): Promise<Published> {
    const { prisma } = this.context
    const row = await prisma.schedule.findUnique({ where: { orgId } })
    const refusals = await findRefusals(prisma, orgId, query)
    return {
      madeAt: row?.madeAt.toISOString() ?? null,
      from: row?.from.toISOString() ?? null,
      to: row?.to.toISOString() ?? null,
      value: row?.value ?? null,
      bound: row?.bound ?? null,
      wholeAt: row?.wholeAt?.toISOString() ?? null,
      refusedCount: row?.refusedCount ?? 0,
      unmet: z.array(unmetSchema).parse(row?.unmet ?? []),
      ...refusals,
    }
  }

  async #store(tx: Tx, caller: OrgCaller, request: ScheduleWish, all: readonly Wish[], now: number) {
    const orgId = caller.org.id
    // One schedule of an organisation at a time. Not FOR UPDATE: that would hold off every row that refers to it.
    await tx.$queryRaw`SELECT 1 FROM "Org" WHERE "id" = ${orgId} FOR NO KEY UPDATE`
    const stations = await holdApprovedStations(tx, orgId, all)
    const booked = await lockOpenContacts(tx, orgId)
    const { wishes, refused } = await withoutEnded(tx, orgId, all)
    const window = { from: Date.parse(request.from), to: Date.parse(request.to) }
    const diff = diffSchedule(booked, wishes, window, now)
    const { elements, maintained } = await checkFacts(tx, orgId, stations, diff.ahead, diff.byHand)
    const slewMs = await slewsOf(tx, [...new Set(booked.flatMap((b) => (b.fixed ? [b.stationId] : [])))])
    const conflicts = fixedConflicts(diff, maintained, slewMs, now)
    const gives = (id = '') => conflicts.conflicting.has(id) || conflicts.gaveWay.has(id)
    refuseOverlap(diff.standing.filter((s) => !gives(s.booked?.id)))

    const at = iso(now)
    const actor = actorId(caller.actor)
    const change = (cause: string) => ({ cause, actor, at: now })
    const facts = (id: string, wish: Wish) => factsOf(id, wish, elements)
    const pairFacts = (pairs: typeof diff.drift) => pairs.map(({ booked: b, wish }) => facts(b.id, wish))
    const ids = (pairs: typeof diff.drift) => pairs.map(({ booked: b }) => b.id)

    const cancelled = await moveContacts(
      tx,
      diff.cancel.map((b) => b.id),
      'cancelled',
      change('not in the new schedule'),
    )
    const settled = await storeConflicts(tx, conflicts, change, at)
    const drift = diff.drift.filter(({ booked: b }) => !gives(b.id))
    await moveContacts(tx, ids(drift), 'drifted', change('the pass, its direction or its radio has changed'))
    const moved = [...diff.drift, ...diff.retime].filter((pair) => !isWaiting(pair, conflicts))
    await retimeContacts(tx, pairFacts(moved), at)
    // A retimed contact that was scheduled already has no step to make.
    const unsettled = diff.retime.filter(({ booked: b }) => b.state !== 'scheduled' && !gives(b.id))
    await moveContacts(tx, ids([...drift, ...unsettled]), 'scheduled', change('booked with the new times'))
    await relabelContacts(
      tx,
      diff.relabel.map(({ booked: b, wish }) => ({
        id: b.id,
        campaignId: wish.campaignId,
        priority: wish.priority,
        worth: wish.worth,
      })),
      at,
    )
    const created = diff.create.map((wish) => facts(newId(this.context.random), wish))
    await insertContacts(tx, created, { orgId, actor, cause: 'booked by the schedule', at })

    const counts = {
      ...{ created: created.length, kept: diff.kept },
      cancelled: cancelled.length + settled.cancelled,
    }
    await this.context.audit.record(tx, {
      ...auditOf(caller),
      action: 'schedule.store',
      targetKind: 'schedule',
      targetId: orgId,
      outcome: 'success',
      detail: {
        ...counts,
        drifted: drift.length,
        conflicting: conflicts.conflicting.size,
        value: request.value,
        bound: request.bound,
      },
    })
    const changed = [
      ...cancelled.map(({ id }) => id),
      ...new Set([...settled.changed, ...ids([...moved, ...diff.relabel])]),
      ...created.map(({ id }) => id),
    ]
    const contacts = await loadContacts(tx, {
      where: { orgId, state: { in: [...OPEN_STATES] } },
      orderBy: [{ aos: 'asc' }, { id: 'asc' }],
    })
    await this.#publish(tx, orgId, request, now, refused.length)
    await storeRefusals(
      tx,
      orgId,
      [...refused, ...request.refused],
      contacts.map((c) => ({ ...c, aos: Date.parse(c.aos), los: Date.parse(c.los) })),
    )
    return { contacts, ...counts, changed }
  }

  async #publish(tx: Tx, orgId: string, request: ScheduleWish, now: number, refusedHere: number) {
    const { from, to, value, bound, wholeAt, unmet } = request
    const refusedCount = refusedHere + Math.max(request.refusedCount, request.refused.length)
    const facts = { madeAt: new Date(now), from, to, value, bound, wholeAt, unmet, refusedCount }
    await tx.schedule.upsert({ where: { orgId }, create: { orgId, ...facts }, update: facts })
  }
}

/** It gave way before, still does, and nothing of it has changed. */
const isWaiting = ({ booked, wish }: Pair, { conflicting }: FixedConflicts): boolean =>
  booked.state === 'conflicting' &&
  conflicting.has(booked.id) &&
  booked.aos === wish.aos &&
  booked.los === wish.los &&
  booked.elementsHash === wish.elementsHash

/** @throws TalosError `invalid_request` naming the times that make no pass of the future */
function readWishes(request: ScheduleWish, now: number): Wish[] {
  const errors: FieldError[] = []
  const check = (holds: boolean, pointer: string, detail: string) => {
    if (!holds) errors.push({ pointer, detail })
  }
  check(request.from < request.to, '/to', `${request.to} is not after from, ${request.from}`)
  const wishes = request.contacts.map((c, index) => {
    const at = `/contacts/${index}`
    check(c.aos < c.los, `${at}/los`, `${c.los} is not after aos, ${c.aos}`)
    check(c.aos <= c.tca && c.tca <= c.los, `${at}/tca`, `${c.tca} is not between aos and los`)
    check(c.los > iso(now), `${at}/los`, `${c.los} is over`)
    check(c.aos <= request.to, `${at}/aos`, `${c.aos} is beyond the end of the schedule, ${request.to}`)
    const { aos, tca, los, elementsEpoch: _, ...rest } = c
    return { ...rest, index, aos: Date.parse(aos), tca: Date.parse(tca), los: Date.parse(los) }
  })
  const [first] = errors
  if (first === undefined) return wishes
  throw new TalosError('invalid_request', `${first.pointer}: ${first.detail}.`, {
    errors: errors.slice(0, 20),
  })
}

/** Holds every open contact still, so that none starts or ends between the look and the change. */
async function lockOpenContacts(tx: Tx, orgId: string): Promise<Booked[]> {
  const open = [...OPEN_STATES]
  await tx.$queryRaw`
    SELECT 1 FROM "Contact" WHERE "orgId" = ${orgId} AND "state" = ANY(${open}::text[])
     ORDER BY "id" FOR NO KEY UPDATE`
  const rows = await tx.contact.findMany({
    where: { orgId, state: { in: open } },
    omit: { planJws: true, receipt: true },
    orderBy: { id: 'asc' },
  })
  return rows.map(({ planHash, aos, los, state, fixedBy, downlinkHz, uplinkHz, ...row }) => ({
    ...row,
    downlinkHz: hertzOf(downlinkHz),
    uplinkHz: hertzOf(uplinkHz),
    fixed: fixedBy !== null,
    state: contactStateSchema.parse(state),
    aos: aos.getTime(),
    los: los.getTime(),
    planned: planHash !== null,
  }))
}

/**
 * A pass that a person has called off, or that the station could not do, is not booked again behind their backs; the
 * wish goes to the refused ones with the reason.
 */
async function withoutEnded(
  tx: Tx,
  orgId: string,
  all: readonly Wish[],
): Promise<{ wishes: Wish[]; refused: RefusalRequest[] }> {
  if (all.length === 0) return { wishes: [], refused: [] }
  const first = all.reduce((least, w) => Math.min(least, w.aos), Number.POSITIVE_INFINITY)
  const last = all.reduce((most, w) => Math.max(most, w.los), 0)
  const rows = await tx.contact.findMany({
    where: {
      orgId,
      state: { in: [...TERMINAL_STATES] },
      aos: { lt: new Date(last) },
      los: { gt: new Date(first) },
      NOT: { state: 'cancelled', actor: { in: [...PROGRAMS] } },
    },
    select: { stationId: true, satelliteId: true, aos: true, los: true, state: true, cause: true },
  })
  const ended = new Map<string, (Slot & { readonly why: string })[]>()
  for (const { state, cause, aos, los, ...row } of rows) {
    const slot = { ...row, aos: aos.getTime(), los: los.getTime(), why: `${state}: ${cause}`.slice(0, 200) }
    ended.set(row.stationId, [...(ended.get(row.stationId) ?? []), slot])
  }
  const wishes: Wish[] = []
  const refused: RefusalRequest[] = []
  for (const wish of all) {
    const { stationId, satelliteId, aos, los, worth } = wish
    const end = ended.get(stationId)?.find((slot) => sharePass(slot, wish))
    if (end === undefined) wishes.push(wish)
    else
      refused.push({
        ...{ stationId, satelliteId, aos: iso(aos), los: iso(los), worth: worth ?? 0 },
        ...{ rule: 'ended', limit: null, reason: end.why, beatenBy: [] },
      })
  }
  return { wishes, refused }
}

/** @throws TalosError `contact_conflict` naming both */
function refuseOverlap(standing: readonly (Slot & { readonly name: string })[]): void {
  const clash = firstOverlap(standing)
  if (clash === null) return
  const [a, b] = clash.map(
    (slot) => `${slot.name} (satellite ${slot.satelliteId}, ${iso(slot.aos)} to ${iso(slot.los)})`,
  )
  throw new TalosError(
    'contact_conflict',
    `Station ${clash[0].stationId} cannot do both ${a} and ${b}. Read the open contacts anew.`,
  )
}

function factsOf(id: string, wish: Wish, elements: KnownElements): ContactFacts {
  const known = elements.get(elementsKey(wish))
  if (known === undefined) throw new Error(`the elements of wish ${wish.index} were checked and are gone`)
  const { index: _, aos, tca, los, ...rest } = wish
  return {
    ...rest,
    id,
    satelliteName: known.satelliteName,
    aos: iso(aos),
    tca: iso(tca),
    los: iso(los),
    elementsEpoch: known.epoch.toISOString(),
  }
}
