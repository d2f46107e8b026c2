import t from 'tap'
import { FleetView } from '../../director/fleet-view.js'
import type { OnlineState } from '../../shared/messages.js'
import { contact, HASH, NOW } from './fixtures.js'

const TS = new Date(NOW).toISOString()
const held = (contactId: string) => ({ contactId, seq: 1, hash: HASH, phase: 'done' as const })
const online = (...contactIds: string[]): OnlineState => ({
  ts: TS,
  bootId: 'boot-00000001',
  seq: 1,
  link: 'online',
  state: 'idle',
  code: null,
  plans: contactIds.map(held),
})

t.test('what core lists stands, in place of what was known', (t) => {
  const view = new FleetView('main')
  view.setContact(contact('contact-1'))
  view.setContact(contact('contact-2'))
  view.setContacts([contact('contact-2', { state: 'tracking' }), contact('contact-3')])
  t.same(
    [...view.contacts.values()].map(({ id, state }) => [id, state]),
    [
      ['contact-2', 'tracking'],
      ['contact-3', 'scheduled'],
    ],
  )
  t.end()
})

t.test('an ended contact is known for as long as an agent holds its plan', (t) => {
  const view = new FleetView('main')
  view.setContact(contact('contact-1', { state: 'completed' }))
  view.setState('station-1', online('contact-1'))
  view.setContacts([])
  t.match(view.contacts.get('contact-1'), { state: 'completed' })
  view.setState('station-1', online())
  view.setContacts([])
  t.notOk(view.contacts.has('contact-1'))
  t.end()
})

t.test('a contact that ended while nobody told the director is not taken for a running one', (t) => {
  const view = new FleetView('main')
  view.setContact(contact('contact-1', { state: 'tracking' }))
  view.setState('station-1', online('contact-1'))
  view.setContacts([])
  t.notOk(view.contacts.has('contact-1'), 'so that core is asked what became of it')
  t.end()
})

t.test('a station that is gone has no state', (t) => {
  const view = new FleetView('main')
  view.setState('station-1', online('contact-1'))
  t.match(view.stateOf('station-1'), { link: 'online' })
  view.setState('station-1', { ts: TS, bootId: 'boot-00000001', link: 'offline' })
  t.equal(view.stateOf('station-1'), null)
  t.end()
})
