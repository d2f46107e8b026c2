/**
 * Follows what stations say of their plans and moves the contacts accordingly. Duplicates and any order are harmless
 * (D9): every step is conditional, and a later word proves the earlier ones.
 * @module
 */
import { decodeJwt } from 'jose'
import type { Broker } from '../../broker/broker.js'
import type { StationMessage } from '../../broker/contracts.js'
import type { ContactState } from '../../shared/api/contacts.js'
import type { Ack, HeldPlan, Receipt, StationState } from '../../shared/messages.js'
import type { StationPrincipal } from '../../shared/principal.js'
import type { Context, Tx } from '../context.js'
import type { Contacts } from './contacts.js'
import type { HeldPlans } from './held-plans.js'
import { Lanes } from './lanes.js'
import { AWAITING_RECEIPT, endOf, proofOf, refusalOf } from './progress-rules.js'
import { type Change, transition } from './transitions.js'

interface Row {
  readonly id: string
  readonly stationId: string
  readonly state: ContactState
  readonly planSeq: number | null
  readonly planHash: string | null
  readonly receiptAt: Date | null
}

export class Progress {
  readonly #lanes: Lanes
  #off: (() => void) | null = null

  constructor(
    private readonly context: Context,
    private readonly broker: Pick<Broker, 'onMessage'>,
    private readonly contacts: Contacts,
    private readonly held: HeldPlans,
  ) {
    this.#lanes = new Lanes('contact progress', context.log)
  }

  start(): void {
    this.#off = this.broker.onMessage((message) => this.#heard(message))
  }

  /** Stops listening and ends what has been heard. */
  async stop(): Promise<void> {
    this.#off?.()
    this.#off = null
    await this.idle()
  }

  /** Waits until all that was heard has been worked off. */
  async idle(): Promise<void> {
    await this.#lanes.drain()
  }

  #heard({ kind, message, principal }: StationMessage): void {
    if (kind === 'state') this.#state(principal, message)
    else if (kind === 'ack') this.#ack(principal, message)
  }

  #state(station: StationPrincipal, state: StationState): void {
    if (state.link === 'offline') {
      this.held.forget(station.id)
      return
    }
    const news = this.held.said(station.id, state.plans, this.context.clock.now())
    if (news.length > 0) this.#lanes.run(station.id, () => this.#prove(station, news))
  }

  #ack(station: StationPrincipal, ack: Ack): void {
    const { receipt, contactId } = ack
    if (receipt !== undefined) this.#lanes.run(station.id, () => this.#settle(station, receipt))
    else if (ack.op === 'plan' && contactId !== undefined)
      this.#lanes.run(station.id, () => this.#answered(station, contactId, ack))
  }

  /** The digest of held plans: each phase proves a state. */
  async #prove(station: StationPrincipal, plans: readonly HeldPlan[]): Promise<void> {
    const rows = await this.context.prisma.contact.findMany({
      where: { id: { in: plans.map((p) => p.contactId) } },
      select: { id: true, stationId: true, state: true, planHash: true },
    })
    const byId = new Map(rows.map((row) => [row.id, row]))
    for (const plan of plans) {
      const row = byId.get(plan.contactId)
      const { to, from } = proofOf(plan.phase)
      const isNews =
        row?.planHash === plan.hash && row.stationId === station.id && from.some((s) => s === row.state)
      if (isNews)
        await this.#move(station, plan.contactId, (tx, { planHash }) =>
          planHash === plan.hash
            ? transition(tx, plan.contactId, to, { from, ...this.#by(station, `station says ${plan.phase}`) })
            : Promise.resolve(null),
        )
      else if (row !== undefined && row.stationId !== station.id)
        this.#refuse(station, plan.contactId, 'state')
      this.held.settle(station.id, plan)
    }
  }

  /** The station took the plan, or did not. */
  async #answered(station: StationPrincipal, id: string, ack: Ack): Promise<void> {
    await this.#move(station, id, async (tx, row) => {
      if (row.planHash === null) return null
      if (ack.result !== 'rejected') {
        if (ack.hash !== row.planHash) return null
        return transition(tx, id, 'uploaded', {
          from: ['scheduled'],
          ...this.#by(station, 'station has the plan'),
        })
      }
      // A word about an older plan is history. A refusal names the plan by the id of its message.
      if (ack.jti !== (await newestJti(tx, id))) return null
      const refusal = refusalOf(ack.code)
      const change = this.#by(station, ack.code ?? 'rejected')
      if (refusal === 'end')
        return transition(tx, id, 'failed_station', { from: ['scheduled', 'uploaded'], ...change })
      if (refusal === 'nothing') return null
      const from = await transition(tx, id, 'scheduled', { from: ['uploaded'], ...change })
      if (from !== null || row.state !== 'scheduled') return from
      // Still scheduled: nothing moves, but people should see what stands in the way.
      const data = { cause: change.cause, actor: change.actor, updatedAt: new Date(change.at) }
      const { count } = await tx.contact.updateMany({ where: { id, cause: { not: change.cause } }, data })
      return count === 1 ? row.state : null
    })
  }

  /** The receipt ends the contact, or is kept as evidence when that has ended without it. It is stored once. */
  async #settle(station: StationPrincipal, receipt: Receipt): Promise<void> {
    const id = receipt.contactId
    await this.#move(station, id, async (tx, row) => {
      if (row.receiptAt !== null) return null
      if (row.planSeq === null || receipt.seq > row.planSeq) {
        this.context.log.warn({ contact: id, seq: receipt.seq }, 'a receipt for a plan that was never signed')
        return null
      }
      const at = new Date(this.context.clock.now())
      await tx.contact.update({ where: { id }, data: { receipt, receiptAt: at, updatedAt: at } })
      const { to, cause } = endOf(receipt)
      await transition(tx, id, to, { from: AWAITING_RECEIPT, ...this.#by(station, cause) })
      return row.state
    })
  }

  #by(station: StationPrincipal, cause: string): Omit<Change, 'from'> {
    return { cause, actor: station.id, at: this.context.clock.now() }
  }

  /**
   * Runs one step on a contact of this very station, its row held so that nobody moves it meanwhile, and announces the
   * contact when the step says that something changed.
   */
  async #move(
    station: StationPrincipal,
    id: string,
    step: (tx: Tx, row: Row) => Promise<ContactState | null>,
  ): Promise<void> {
    const changed = await this.context.prisma.$transaction(async (tx) => {
      const [row] = await tx.$queryRaw<Row[]>`
        SELECT "id", "stationId", "state", "planSeq", "planHash", "receiptAt" FROM "Contact"
         WHERE "id" = ${id} FOR NO KEY UPDATE`
      if (row === undefined) {
        this.context.log.warn({ contact: id, station: station.id }, 'a station speaks of an unknown contact')
        return false
      }
      if (row.stationId !== station.id) return 'foreign'
      return (await step(tx, row)) !== null
    })
    if (changed === 'foreign') await this.#refuse(station, id, 'ack')
    else if (changed) await this.contacts.announce([id])
  }

  /** B12: whose contact it is says the database, not the message. */
  async #refuse({ id }: StationPrincipal, contactId: string, channel: 'ack' | 'state'): Promise<void> {
    const { prisma, audit } = this.context
    const station = await prisma.station.findUnique({ where: { id }, select: { orgId: true } })
    audit.bestEffort({
      orgId: station?.orgId,
      actor: { kind: 'station', id },
      action: 'broker.refuse',
      targetKind: 'contact',
      targetId: contactId,
      outcome: 'denied',
      detail: { channel, reason: 'the contact is of another station' },
    })
  }
}

/** The id of the newest signed plan. It is our own text: what signed it need not verify it. */
async function newestJti(tx: Tx, id: string): Promise<string | null> {
  const row = await tx.contact.findUnique({ where: { id }, select: { planJws: true } })
  return row?.planJws == null ? null : (decodeJwt(row.planJws).jti ?? null)
}
