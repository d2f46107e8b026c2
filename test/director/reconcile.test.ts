import fc from 'fast-check'
import t from 'tap'
import { reconcile } from '../../director/reconcile.js'
import { CONTACT_STATES, isTerminal } from '../../shared/api/contacts.js'
import { PLAN_PHASES } from '../../shared/messages.js'
import { HOUR } from '../../shared/time.js'
import { contact, HASH, NOW } from './fixtures.js'

const OTHER = 'b'.repeat(64)
const look = (
  held: Parameters<typeof reconcile>[0],
  contacts: Parameters<typeof reconcile>[1],
  current = true,
) => reconcile(held, contacts, NOW, NOW + 6 * HOUR, () => current)

t.test('a scheduled contact without a plan is to be signed', (t) => {
  t.match(look([], [contact('contact-1')]), { sign: [{ id: 'contact-1' }], send: [], withdraw: [] })
  t.end()
})

t.test('a scheduled contact whose plan no longer fits is to be signed anew', (t) => {
  const c = contact('contact-1', { planSeq: 1, planHash: HASH })
  t.match(look([], [c], false), { sign: [{ id: 'contact-1' }], send: [] })
  t.match(look([], [c], true), { sign: [], send: [{ id: 'contact-1' }] })
  t.end()
})

t.test('a plan that the agent holds is not sent again; another version of it is', (t) => {
  const c = contact('contact-1', { state: 'uploaded', planSeq: 1, planHash: HASH })
  const held = { contactId: 'contact-1', seq: 1, hash: HASH, phase: 'stored' as const }
  t.match(look([held], [c]), { sign: [], send: [], withdraw: [] })
  t.match(look([{ ...held, hash: OTHER }], [c]), { send: [{ id: 'contact-1' }] })
  t.end()
})

t.test('a contact that begins beyond the lead time, or is over, gets no plan', (t) => {
  const far = contact('contact-1', { aos: '2026-11-22T19:00:00.000Z', los: '2026-11-22T19:10:00.000Z' })
  const over = contact('contact-2', { aos: '2026-11-22T11:00:00.000Z', los: '2026-11-22T11:10:00.000Z' })
  t.match(look([], [far, over]), { sign: [], send: [] })
  t.end()
})

t.test('a finished plan stays with the agent until core has its receipt', (t) => {
  const held = { contactId: 'contact-1', seq: 1, hash: HASH, phase: 'done' as const }
  const ended = contact('contact-1', { state: 'completed' })
  t.same(look([held], [ended]).withdraw, [])
  t.same(look([held], [{ ...ended, receiptAt: '2026-11-22T12:21:00.000Z' }]).withdraw, ['contact-1'])
  t.end()
})

t.test('a cancelled contact is withdrawn while it waits; an unknown one is asked for', (t) => {
  const held = { contactId: 'contact-1', seq: 1, hash: HASH, phase: 'stored' as const }
  t.same(look([held], [contact('contact-1', { state: 'cancelled' })]).withdraw, ['contact-1'])
  t.match(look([held], []), { withdraw: [], unknown: ['contact-1'] })
  t.end()
})

t.test('the plan of a contact that gave way to another is withdrawn, and comes back with it', (t) => {
  const held = { contactId: 'contact-1', seq: 1, hash: HASH, phase: 'stored' as const }
  const waiting = contact('contact-1', { state: 'conflicting', planSeq: 1 })
  t.match(look([held], [waiting]), { sign: [], send: [], withdraw: ['contact-1'] })
  t.match(look([], [{ ...waiting, state: 'scheduled', planSeq: 2 }], false), { sign: [{ id: 'contact-1' }] })
  t.end()
})

t.test('property: nothing is both sent and withdrawn, and no ended contact is ever sent', (t) => {
  const arbitraryContact = fc.record({
    id: fc.constantFrom('contact-1', 'contact-2', 'contact-3'),
    state: fc.constantFrom(...CONTACT_STATES),
    planHash: fc.constantFrom(null, HASH, OTHER),
    receiptAt: fc.constantFrom(null, '2026-11-22T12:21:00.000Z'),
  })
  const arbitraryHeld = fc.record({
    contactId: fc.constantFrom('contact-1', 'contact-2', 'contact-3'),
    seq: fc.nat(3),
    hash: fc.constantFrom(HASH, OTHER),
    phase: fc.constantFrom(...PLAN_PHASES),
  })
  fc.assert(
    fc.property(
      fc.uniqueArray(arbitraryHeld, { selector: (h) => h.contactId }),
      fc.uniqueArray(arbitraryContact, { selector: (c) => c.id }),
      fc.boolean(),
      (held, contacts, current) => {
        const all = contacts.map(({ id, ...over }) =>
          contact(id, { ...over, planSeq: over.planHash === null ? null : 1 }),
        )
        const { sign, send, withdraw } = look(held, all, current)
        for (const c of [...sign, ...send]) {
          if (isTerminal(c.state) || withdraw.includes(c.id)) return false
        }
        return sign.every((c) => !send.includes(c))
      },
    ),
  )
  t.end()
})
