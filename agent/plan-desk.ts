/**
 * Signed plans and their withdrawal: believed, checked against the mount and the other plans, stored, acknowledged.
 * @module
 */
import { TalosError } from '../shared/errors.js'
import type { Ack } from '../shared/messages.js'
import { type PlanMessage, verifyPlan } from '../shared/signed.js'
import { type Clock, iso } from '../shared/time.js'
import { refuseClaims } from './admission.js'
import type { Antenna } from './antenna.js'
import type { ClockTrust } from './clock/trust.js'
import type { CommandMemory } from './command-memory.js'
import type { Refusal } from './guard/state.js'
import type { PinnedKeys } from './pinned-keys.js'
import { planFault } from './plan-check.js'
import type { PlanRunner } from './plan-runner.js'
import { hashOf, type PlanStore } from './plan-store.js'
import type { Rejections } from './rejections.js'

export interface PlanDeskDeps {
  readonly stationId: string
  readonly keys: PinnedKeys
  readonly antenna: Antenna
  readonly store: PlanStore
  readonly runner: PlanRunner
  readonly memory: CommandMemory
  readonly rejections: Rejections
  readonly clock: Clock
  /** Plans come days ahead: a clock that is known to be wrong need not keep them out. */
  readonly trust: Pick<ClockTrust, 'now' | 'earliest'>
  readonly ack: (ack: Ack) => void
}

type Upload = Extract<PlanMessage, { op: 'plan' }>
type Withdrawal = Extract<PlanMessage, { op: 'withdraw' }>

/** As many plans as a station holds may be on their way at once; the director sends again what got lost. */
const MOST_WAITING = 256

export class PlanDesk {
  #turn: Promise<void> = Promise.resolve()
  #waiting = 0

  constructor(private readonly deps: PlanDeskDeps) {}

  /** Handles one message of `plan/{contactId}`, one after the other. */
  handle(contactId: string, jws: string): Promise<void> {
    if (this.#waiting >= MOST_WAITING) return Promise.resolve()
    this.#waiting += 1
    this.#turn = this.#turn
      .then(() => this.#handle(contactId, jws))
      .finally(() => {
        this.#waiting -= 1
      })
    return this.#turn
  }

  async #handle(topicId: string, jws: string): Promise<void> {
    const { keys, rejections, stationId, trust, memory } = this.deps
    let message: PlanMessage
    try {
      message = await verifyPlan(jws, keys.all)
    } catch (cause) {
      rejections.unbelieved(jws, cause)
      return
    }
    memory.prove(message.iat)
    const contactId = message.op === 'plan' ? message.plan.contactId : message.contactId
    const refusal =
      refuseClaims(message, stationId, trust.now) ??
      (contactId === topicId
        ? await (message.op === 'plan' ? this.#upload(jws, message) : this.#withdraw(message))
        : { code: 'malformed' as const, detail: `The message of ${contactId} came on plan/${topicId}.` })
    if (refusal === null) this.#accept(message, contactId, jws)
    else rejections.refuse(message.jti, message.op, refusal.code, refusal.detail, { contactId })
  }

  /** Idempotent: the same plan again is accepted again, an older one is not. */
  async #upload(jws: string, message: Upload): Promise<Refusal | null> {
    const { store, antenna, runner, trust } = this.deps
    const { contactId } = message.plan
    const held = store.get(contactId)
    if (held?.hash === hashOf(jws)) return null
    const known = store.seqOf(contactId)
    if (message.seq <= known)
      return { code: 'out_of_sequence', detail: `Plan ${message.seq} comes after ${known} of this contact.` }
    const others = store.all().filter((plan) => store.receipt(plan.contactId) === undefined)
    const fault = planFault(antenna.mount, message.plan, others, trust.earliest)
    if (fault !== null) return fault
    try {
      await store.put(jws, message)
    } catch (cause) {
      if (cause instanceof TalosError) return { code: cause.code, detail: cause.detail }
      return { code: 'internal', detail: `The plan could not be written: ${String(cause)}` }
    }
    runner.changed()
    return null
  }

  async #withdraw(message: Withdrawal): Promise<Refusal | null> {
    const { store, runner } = this.deps
    const known = store.seqOf(message.contactId)
    if (message.seq < known)
      return { code: 'out_of_sequence', detail: `Withdrawal ${message.seq} comes after ${known}.` }
    try {
      await store.withdraw(message.contactId, message.seq)
    } catch (cause) {
      return { code: 'internal', detail: `The plan could not be removed: ${String(cause)}` }
    } finally {
      runner.changed()
    }
    return null
  }

  #accept(message: PlanMessage, contactId: string, jws: string): void {
    this.deps.ack({
      ts: iso(this.deps.clock.now()),
      jti: message.jti,
      op: message.op,
      result: 'accepted',
      code: null,
      contactId,
      hash: hashOf(jws),
    })
  }
}
