/**
 * Where a plan stands at a moment. Pure.
 * @module
 */
import type { PlanPhase } from '../shared/messages.js'
import type { PlanStore, StoredPlan } from './plan-store.js'

export const losOf = ({ plan }: StoredPlan): number => Date.parse(plan.los)
export const prepassOf = ({ plan }: StoredPlan): number => Date.parse(plan.prepassAt)

/** @param leadMs so much before it rises the satellite is already followed */
export const phaseAt = (
  { plan }: StoredPlan,
  nowMs: number,
  leadMs: number,
): Extract<PlanPhase, 'prepass' | 'tracking'> =>
  nowMs + leadMs >= Date.parse(plan.aos) ? 'tracking' : 'prepass'

/** The next pass that has not been flown and whose prepass has begun; later ones that are due wait for it. */
export const dueAt = (store: Pick<PlanStore, 'all' | 'receipt'>, nowMs: number): StoredPlan | undefined =>
  store
    .all()
    .find(
      (stored) =>
        prepassOf(stored) <= nowMs && nowMs < losOf(stored) && store.receipt(stored.contactId) === undefined,
    )
