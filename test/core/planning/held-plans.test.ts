import t from 'tap'
import { HeldPlans } from '../../../core/planning/held-plans.js'
import type { HeldPlan } from '../../../shared/messages.js'

const NOW = 1000

const plan = (contactId: string, more: Partial<HeldPlan> = {}): HeldPlan => ({
  contactId,
  seq: 1,
  hash: 'a'.repeat(64),
  phase: 'stored',
  ...more,
})

t.test('Only what is new or changed needs a look', async (t) => {
  const held = new HeldPlans()
  const [a, b] = [plan('a'), plan('b')]
  t.same(held.said('s1', [a, b], NOW), [a, b])
  t.same(held.said('s1', [a, b], NOW), [a, b], 'until it was acted upon')
  held.settle('s1', a)
  t.same(held.said('s1', [a, b], NOW), [b])
  held.settle('s1', b)
  t.same(held.said('s1', [{ ...a, phase: 'tracking' }, b], NOW), [{ ...a, phase: 'tracking' }])
  t.same(held.said('s1', [{ ...a, hash: 'b'.repeat(64) }, b], NOW).length, 1)
  t.same(held.said('s2', [a], NOW), [a], 'another station is another matter')
})

t.test('What a station holds is known until it goes', async (t) => {
  const held = new HeldPlans()
  t.equal(held.holds('s1', 'a'), null)
  t.equal(held.since('s1'), null)
  held.said('s1', [], NOW)
  held.said('s1', [plan('a')], NOW + 1)
  t.equal(held.since('s1'), NOW, 'it has been there since it spoke first')
  t.equal(held.holds('s1', 'a'), true)
  t.equal(held.holds('s1', 'b'), false)
  held.forget('s1')
  t.equal(held.since('s1'), null)
  t.equal(held.holds('s1', 'a'), null)
})
