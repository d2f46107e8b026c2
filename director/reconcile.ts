/**
 * What an agent holds against what it should hold. Plans are reconciled, not queued: the agent's state lists them, and
 * the director sends what is missing and withdraws what is surplus (design section 4).
 * @module
 */
import { type Contact, isTerminal } from '../shared/api/contacts.js'
import type { HeldPlan } from '../shared/messages.js'

/** States in which a plan belongs on the agent. */
const WANTED: readonly Contact['state'][] = ['scheduled', 'uploaded', 'prepass', 'tracking']

export interface Reconciliation {
  /** Contacts whose plan must be made (or made anew) and signed, then sent. */
  readonly sign: readonly Contact[]
  /** Contacts whose newest signed plan the agent lacks. */
  readonly send: readonly Contact[]
  /** Ids of held plans to withdraw: their contact gave way, or has ended and its receipt, if any, is in. */
  readonly withdraw: readonly string[]
  /** Ids of held plans whose contact the director does not know: to be asked for. */
  readonly unknown: readonly string[]
}

/**
 * Pure: decides for one station.
 * @param held what the agent's state lists
 * @param contacts what is known of this station's contacts, open ones and those asked for
 * @param untilMs plans for contacts that begin later are not sent yet
 * @param isCurrent does the newest signed plan of the contact still fit it?
 */
export function reconcile(
  held: readonly HeldPlan[],
  contacts: readonly Contact[],
  nowMs: number,
  untilMs: number,
  isCurrent: (contact: Contact) => boolean,
): Reconciliation {
  const byId = new Map(contacts.map((c) => [c.id, c]))
  const heldById = new Map(held.map((h) => [h.contactId, h]))
  const due = contacts.filter(
    (c) => WANTED.includes(c.state) && Date.parse(c.los) > nowMs && Date.parse(c.aos) <= untilMs,
  )
  const sign = due.filter((c) => c.state === 'scheduled' && (c.planSeq === null || !isCurrent(c)))
  const send = due.filter(
    (c) => c.planHash !== null && !sign.includes(c) && heldById.get(c.id)?.hash !== c.planHash,
  )
  const withdraw = held.filter((h) => {
    const contact = byId.get(h.contactId)
    if (contact === undefined) return false
    // It gave way to another contact: the antenna must not do both.
    if (contact.state === 'conflicting') return h.phase !== 'done'
    if (!isTerminal(contact.state)) return false
    // The receipt is the only account of the pass: it stays with the agent until core has it.
    return h.phase !== 'done' || contact.receiptAt !== null
  })
  return {
    sign,
    send,
    withdraw: withdraw.map((h) => h.contactId),
    unknown: held.filter((h) => !byId.has(h.contactId)).map((h) => h.contactId),
  }
}
