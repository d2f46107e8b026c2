import fc from 'fast-check'
import t from 'tap'
import { OPEN_STATES, sourcesOf, TRANSITIONS } from '../../../core/planning/contact-states.js'
import {
  CONTACT_STATES,
  type ContactState,
  isTerminal,
  TERMINAL_STATES,
} from '../../../shared/api/contacts.js'

t.test('No path leaves a terminal state', async (t) => {
  const choices = fc.array(fc.nat(), { maxLength: 50 })
  fc.assert(
    fc.property(fc.constantFrom(...CONTACT_STATES), choices, (start, steps) => {
      let state: ContactState = start
      let hasEnded = isTerminal(state)
      for (const step of steps) {
        const next = TRANSITIONS[state]
        const to = next[step % Math.max(1, next.length)]
        if (to === undefined) break
        if (hasEnded) return false
        state = to
        hasEnded = isTerminal(state)
      }
      return true
    }),
  )
  for (const state of TERMINAL_STATES) t.same(TRANSITIONS[state], [], state)
})

t.test('Every state and every transition can be reached from proposed', async (t) => {
  const reached = new Set<ContactState>(['proposed'])
  for (const state of reached) for (const next of TRANSITIONS[state]) reached.add(next)
  t.same([...reached].sort(), [...CONTACT_STATES].sort())
})

t.test('From every open state a contact can end, and only open states are sources', async (t) => {
  for (const state of OPEN_STATES) t.ok(TRANSITIONS[state].includes('cancelled'), state)
  for (const to of CONTACT_STATES)
    for (const from of sourcesOf(to)) t.ok(OPEN_STATES.includes(from), `${from} -> ${to}`)
  t.notOk(sourcesOf('proposed').length, 'nothing leads back to the begin')
})

t.test('The states of the design lead from one to the next', async (t) => {
  const way: ContactState[] = ['proposed', 'scheduled', 'uploaded', 'prepass', 'tracking', 'completed']
  for (const [i, to] of way.entries()) {
    const from = way[i - 1]
    if (from !== undefined) t.ok(TRANSITIONS[from].includes(to), `${from} -> ${to}`)
  }
  t.ok(TRANSITIONS.uploaded.includes('drifted') && TRANSITIONS.drifted.includes('scheduled'))
})
