/**
 * What a signed plan was made from, read back from the plan itself. The signature is core's and the agent verifies it;
 * here it came from core over an authenticated connection.
 * @module
 */
import { TalosError } from '../shared/errors.js'
import type { Omm } from '../shared/messages.js'
import { planMessageSchema } from '../shared/signed.js'

export interface SignedPlan {
  readonly jws: string
  readonly hash: string
  readonly elementsHash: string
  /** ISO 8601, as in the contact. */
  readonly aos: string
  readonly omm: Omm
}

/** @throws TalosError `plan_invalid` when the payload is no plan */
export function planBehind({ jws, hash }: { readonly jws: string; readonly hash: string }): SignedPlan {
  const payload = jws.split('.')[1] ?? ''
  let value: unknown = null
  try {
    value = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
  } catch {
    // Reported below, with everything else that is no plan.
  }
  const message = planMessageSchema.safeParse(value)
  if (!message.success || message.data.op !== 'plan')
    throw new TalosError('plan_invalid', `What core has as plan ${hash} is none.`)
  const { elementsHash, aos, omm } = message.data.plan
  return { jws, hash, elementsHash, aos, omm }
}
