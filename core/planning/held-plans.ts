/**
 * Which plans each station holds, as it said last, and what of that has been acted upon. In memory: a station tells it
 * anew whenever it connects.
 * @module
 */
import type { HeldPlan } from '../../shared/messages.js'

const keyOf = ({ contactId, hash, phase }: HeldPlan) => `${contactId} ${hash} ${phase}`

interface Held {
  /** When it first spoke since it connected, epoch ms. */
  readonly since: number
  readonly contacts: ReadonlySet<string>
  readonly settled: Set<string>
}

export class HeldPlans {
  readonly #stations = new Map<string, Held>()

  /** Notes what a station holds. Returns what is new in it. */
  said(stationId: string, plans: readonly HeldPlan[], nowMs: number): HeldPlan[] {
    const held = this.#stations.get(stationId)
    const before = held?.settled
    const settled = new Set(plans.map(keyOf).filter((key) => before?.has(key)))
    this.#stations.set(stationId, {
      since: held?.since ?? nowMs,
      contacts: new Set(plans.map((p) => p.contactId)),
      settled,
    })
    return plans.filter((plan) => !settled.has(keyOf(plan)))
  }

  /** This one has been acted upon and needs no second look while it stays as it is. */
  settle(stationId: string, plan: HeldPlan): void {
    this.#stations.get(stationId)?.settled.add(keyOf(plan))
  }

  /** The station is gone: what it holds is not known any more. */
  forget(stationId: string): void {
    this.#stations.delete(stationId)
  }

  /** When the station first spoke since it connected, epoch ms; null: it is gone, or has not spoken yet. */
  since(stationId: string): number | null {
    return this.#stations.get(stationId)?.since ?? null
  }

  /** Does the station hold a plan for the contact? Null: it has not said since it connected. */
  holds(stationId: string, contactId: string): boolean | null {
    return this.#stations.get(stationId)?.contacts.has(contactId) ?? null
  }
}
