import t from 'tap'
import {
  contactStatus,
  isOver,
  newer,
  progress,
  running,
  upcoming,
} from '../../core/dashboard/logic/contact-status.js'
import { CONTACT_STATES, isTerminal } from '../../shared/api/contacts.js'
import { at, contact, NOON } from './samples.js'

t.test('every state has a word, and over means terminal', async (t) => {
  for (const state of CONTACT_STATES) {
    t.ok(contactStatus(state).label)
    t.equal(isOver(contact({ state })), isTerminal(state), state)
  }
})

t.test('what runs and what comes, in order of AOS', async (t) => {
  const a = contact({ id: 'contact-a', aos: at(1000) })
  const b = contact({ id: 'contact-b', aos: at(500) })
  const c = contact({ id: 'contact-c', state: 'tracking', aos: at(-1000) })
  const ended = contact({ id: 'contact-d', state: 'completed' })
  const waiting = contact({ id: 'contact-e', aos: at(-9000), los: at(-10) })
  const all = [a, b, c, ended, waiting]
  t.same(
    running(all).map((x) => x.id),
    ['contact-c'],
  )
  t.same(
    upcoming(all, NOON).map((x) => x.id),
    ['contact-b', 'contact-a'],
  )
})

t.test('of two accounts the newer one stands, in whatever order they come', async (t) => {
  const old = contact({ updatedAt: at(0) })
  const fresh = contact({ updatedAt: at(1), state: 'tracking' })
  t.equal(newer(old, fresh), fresh)
  t.equal(newer(fresh, old), fresh)
  t.equal(newer(undefined, old), old)
})

t.test('progress stays between nothing and all', async (t) => {
  const pass = { aos: at(0), los: at(1000) }
  t.same(
    [-5, 0, 250, 1000, 9999].map((ms) => progress(pass, NOON + ms)),
    [0, 0, 0.25, 1, 1],
  )
  t.equal(progress({ aos: at(0), los: at(0) }, NOON), 0)
})
