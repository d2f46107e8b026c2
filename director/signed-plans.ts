/**
 * The newest signed plan of each contact, as core has it: asked for once.
 * @module
 */
import type { Contact } from '../shared/api/contacts.js'
import type { CoreClient } from './core-client.js'
import { planBehind, type SignedPlan } from './signed-plan.js'

export class SignedPlans {
  private readonly plans = new Map<string, SignedPlan>()

  constructor(private readonly core: Pick<CoreClient, 'signedPlan'>) {}

  /** What is known without asking. */
  known(contactId: string): SignedPlan | undefined {
    return this.plans.get(contactId)
  }

  /** @throws TalosError `plan_invalid` when it is no plan */
  learn(contactId: string, signed: { readonly jws: string; readonly hash: string }): SignedPlan {
    const plan = planBehind(signed)
    this.plans.set(contactId, plan)
    return plan
  }

  /** The plan that the contact names. @throws TalosError when core does not have it, or something else in its place */
  async of(org: string, { id, planHash }: Pick<Contact, 'id' | 'planHash'>): Promise<SignedPlan> {
    const plan = this.plans.get(id)
    return plan?.hash === planHash && plan !== undefined
      ? plan
      : this.learn(id, await this.core.signedPlan(org, id))
  }

  /** Forgets those of contacts that are gone. */
  prune(alive: ReadonlySet<string>): void {
    for (const id of this.plans.keys()) if (!alive.has(id)) this.plans.delete(id)
  }
}
