/**
 * Signing plans and their withdrawal. The director computes and carries them; what an agent does is only what core has
 * signed, and each signature stands in the audit trail with the campaign and the person behind it (D7).
 * @module
 */
import type { z } from 'zod'
import type { Contact as ContactRow } from '../../prisma/generated/client.js'
import { type Contact, contactStateSchema, isTerminal, TERMINAL_STATES } from '../../shared/api/contacts.js'
import type { planRequest, planResponse, withdrawalResponse } from '../../shared/api/schedule.js'
import { TalosError } from '../../shared/errors.js'
import { mountSchema, PLAN_BYTES } from '../../shared/messages.js'
import { signPlan } from '../../shared/signed.js'
import { DAY, iso, SECOND } from '../../shared/time.js'
import type { Context, Tx } from '../context.js'
import { newId } from '../crypto/ids.js'
import { sha256 } from '../crypto/secrets.js'
import { actorId } from '../http/actor.js'
import { auditOf, type OrgCaller } from '../http/caller.js'
import { PLANNABLE_STATES } from './contact-states.js'
import { loadContacts } from './contact-view.js'
import { type Contacts, contactState, noSuchContact } from './contacts.js'
import { checkPlan } from './plan-check.js'
import { moveContacts } from './transitions.js'
import { signWithdrawal } from './withdrawal.js'

export type PlanRequest = z.infer<typeof planRequest>
export type SignedPlan = z.infer<typeof planResponse>
export type Withdrawal = z.infer<typeof withdrawalResponse>

/** A plan is of no use after LOS, but the agent still tells by it what its receipt is about. */
const LIFETIME_AFTER_LOS_MS = DAY
/** Tables of some 20 KB each: kept while somebody may look into a pass that went wrong. Their hashes stay for ever. */
export const KEPT_AFTER_LOS_MS = 30 * DAY
/** Of a withdrawal, when others take the same plan back. */
const WITHDRAWAL_TRIES = 3

const inSeconds = (ms: number) => Math.floor(ms / SECOND)

export class Plans {
  constructor(
    private readonly context: Context,
    private readonly contacts: Contacts,
  ) {}

  /**
   * Checks a plan against its contact and the mount of its station, signs it and keeps it as the newest.
   * @throws TalosError `not_found`, `contact_state`, `station_state`, `schedule_outdated` or `plan_invalid`
   */
  async sign(caller: OrgCaller, id: string, request: PlanRequest): Promise<SignedPlan> {
    const { signed, contact } = await this.context.prisma.$transaction((tx) =>
      this.#sign(tx, caller, id, request),
    )
    this.contacts.emit([contact])
    return signed
  }

  /** The newest plan, to be sent again. @throws TalosError `not_found`, or `contact_state` when the contact has ended */
  async newest(orgId: string, id: string): Promise<SignedPlan> {
    const row = await findContact(this.context.prisma, orgId, id)
    if (isTerminal(contactStateSchema.parse(row.state)))
      throw contactState(id, row.state, 'needs no plan any more')
    if (row.planSeq === null || row.planHash === null || row.planJws === null)
      throw new TalosError('not_found', `No plan has been signed for contact ${id} as it stands.`)
    return { contactId: id, seq: row.planSeq, hash: row.planHash, jws: row.planJws }
  }

  /**
   * A signed order to forget what the station holds for a contact that has ended, or that has moved and has no new
   * plan yet.
   * @throws TalosError `not_found`, or `contact_state` while the newest plan is wanted
   */
  async withdraw(caller: OrgCaller, id: string): Promise<Withdrawal> {
    // Core and the director take back at the same moment what is called off: who is second takes the next number.
    for (let tries = 1; tries <= WITHDRAWAL_TRIES; tries++) {
      const jws = await this.#takeBack(caller, id)
      if (jws !== null) return { contactId: id, jws }
    }
    throw changedMeanwhile(id)
  }

  /** Null when its number was given away meanwhile, or the contact has a plan again. */
  async #takeBack(caller: OrgCaller, id: string): Promise<string | null> {
    const { prisma, clock, audit } = this.context
    const row = await findContact(prisma, caller.org.id, id)
    if (!isTerminal(contactStateSchema.parse(row.state)) && (row.planHash !== null || row.planSeq === null))
      throw contactState(id, row.state, 'is still to be done; cancel it first')
    const seq = (row.planSeq ?? 0) + 1
    const jws = await signWithdrawal(this.context, { stationId: row.stationId, contactId: id, seq })
    return await prisma.$transaction(async (tx) => {
      const { count } = await tx.contact.updateMany({
        where: {
          id,
          planSeq: row.planSeq,
          OR: [{ state: { in: [...TERMINAL_STATES] } }, { planHash: null }],
        },
        data: { planSeq: seq, updatedAt: new Date(clock.now()) },
      })
      if (count !== 1) return null
      await audit.record(tx, {
        ...auditOf(caller),
        action: 'plan.withdraw',
        targetKind: 'contact',
        targetId: id,
        outcome: 'success',
        detail: { station: row.stationId, seq, state: row.state },
      })
      return jws
    })
  }

  /** Forgets the text of plans whose contacts have long ended. Returns how many. */
  async prune(): Promise<number> {
    const before = iso(this.context.clock.now() - KEPT_AFTER_LOS_MS)
    return await this.context.prisma.$executeRaw`
      UPDATE "Contact" SET "planJws" = NULL
       WHERE "state" = ANY(${[...TERMINAL_STATES]}::text[]) AND "los" < ${before}::timestamptz
         AND "planJws" IS NOT NULL`
  }

  async #sign(
    tx: Tx,
    caller: OrgCaller,
    id: string,
    { plan, dryRun }: PlanRequest,
  ): Promise<{ signed: SignedPlan; contact: Contact }> {
    const { clock, random, signingKeys, audit } = this.context
    const now = clock.now()
    const row = await findContact(tx, caller.org.id, id)
    const state = contactStateSchema.parse(row.state)
    if (!(PLANNABLE_STATES as readonly string[]).includes(state))
      throw contactState(id, state, 'takes no plan')
    if (row.los.getTime() <= now) throw contactState(id, state, `was over at ${row.los.toISOString()}`)
    const mount = await approvedMount(tx, row.stationId)
    checkPlan(plan, { ...row, aos: row.aos.getTime(), los: row.los.getTime() }, mount)

    const seq = (row.planSeq ?? 0) + 1
    const jws = await signPlan(
      {
        iss: 'talos-core',
        aud: row.stationId,
        jti: newId(random),
        seq,
        iat: inSeconds(now),
        exp: inSeconds(row.los.getTime() + LIFETIME_AFTER_LOS_MS),
        op: 'plan',
        plan,
      },
      signingKeys.current(),
    )
    if (jws.length > PLAN_BYTES)
      throw new TalosError(
        'plan_invalid',
        `The signed plan has ${jws.length} bytes, at most ${PLAN_BYTES} are sent.`,
      )
    const hash = sha256(jws).toString('hex')
    const { count } = await tx.contact.updateMany({
      where: {
        id,
        state,
        planSeq: row.planSeq,
        aos: row.aos,
        los: row.los,
        elementsHash: row.elementsHash,
      },
      data: { planSeq: seq, planHash: hash, planJws: jws, dryRun, updatedAt: new Date(now) },
    })
    if (count !== 1) throw changedMeanwhile(id)
    // Uploaded means that the station has the newest plan, which it now has not.
    if (state !== 'scheduled')
      await moveContacts(tx, [id], 'scheduled', {
        cause: 'a newer plan was signed',
        actor: actorId(caller.actor),
        at: now,
      })
    const campaign = await tx.campaign.findUnique({ where: { id: row.campaignId ?? '' } })
    await audit.record(tx, {
      ...auditOf(caller),
      action: 'plan.sign',
      targetKind: 'contact',
      targetId: id,
      outcome: 'success',
      // D7: on whose wish the antenna will move.
      detail: {
        campaign: row.campaignId,
        campaignName: campaign?.name ?? null,
        user: campaign?.createdBy ?? null,
        station: row.stationId,
        satellite: row.satelliteId,
        seq,
        hash,
      },
    })
    const [contact] = await loadContacts(tx, { where: { id } })
    if (contact === undefined) throw noSuchContact(id)
    return { signed: { contactId: id, seq, hash, jws }, contact }
  }
}

const changedMeanwhile = (id: string) =>
  new TalosError('contact_state', `Contact ${id} has changed meanwhile. Read it anew.`)

async function findContact(tx: Pick<Tx, 'contact'>, orgId: string, id: string): Promise<ContactRow> {
  const row = await tx.contact.findFirst({ where: { id, orgId } })
  if (row === null) throw noSuchContact(id)
  return row
}

/** D3, D8: only a station in use, whose row is held so that it is not revoked or locked while we sign. */
async function approvedMount(tx: Tx, stationId: string) {
  const [station] = await tx.$queryRaw<
    { name: string; status: string; lockedAt: Date | null; lockReason: string | null; mount: unknown }[]
  >`
    SELECT "name", "status", "lockedAt", "lockReason", "mount" FROM "Station" WHERE "id" = ${stationId} FOR SHARE`
  if (station?.status !== 'approved')
    throw new TalosError(
      'station_state',
      `Station ${stationId} is ${station?.status ?? 'gone'}, not approved.`,
    )
  if (station.lockedAt !== null)
    throw new TalosError('station_locked', `Station ${station.name} is locked: ${station.lockReason}`)
  const mount = mountSchema.safeParse(station.mount)
  if (mount.success) return mount.data
  throw new TalosError('station_state', `Station ${station.name} has not told what its mount can do.`)
}
