import t from 'tap'
import { Inbox, readMessage } from '../../core/dashboard/logic/inbox.js'
import { topics } from '../../shared/topics.js'
import { at, contact, ID, NOON, OTHER_ID, onlineState, rot } from './samples.js'

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
const position = topics.telemetry('home', ID, 'rot')

t.test('of each topic only the newest is kept, in the order in which topics first spoke', async (t) => {
  const inbox = new Inbox('home')
  inbox.put(position, bytes(rot({ seq: 1 })), NOON)
  inbox.put(topics.state('home', ID), bytes(onlineState()), NOON + 1)
  inbox.put(position, bytes(rot({ seq: 2 })), NOON + 2)
  const arrivals = inbox.take()
  t.same(
    arrivals.map((a) => [a.kind, a.at]),
    [
      ['rot', NOON + 2],
      ['state', NOON + 1],
    ],
  )
  t.match(arrivals[0], { message: { seq: 2 } })
  t.ok(inbox.isEmpty)
})

t.test('G5: what breaks its schema is counted and not believed', async (t) => {
  const inbox = new Inbox('home')
  inbox.put(position, bytes({ ...rot(), az: 'north' }), NOON)
  inbox.put(topics.state('home', ID), new TextEncoder().encode('{'), NOON)
  inbox.put(topics.info('home', ID), new Uint8Array([0xff, 0xfe]), NOON)
  t.same(inbox.take(), [])
  t.equal(inbox.refused, 3)
})

t.test('a retained message that was cleared is no fault', async (t) => {
  const inbox = new Inbox('home')
  inbox.put(topics.state('home', ID), new Uint8Array(), NOON)
  t.same(inbox.take(), [])
  t.equal(inbox.refused, 0)
})

t.test('B27: what is not of this organisation is not read', async (t) => {
  t.equal(readMessage('home', topics.telemetry('away', ID, 'rot'), bytes(rot())), null)
  t.equal(readMessage('home', 'talos/system/refresh', bytes({})), null)
  t.equal(readMessage('home', 'x', bytes(rot())), null)
})

t.test('B12: a contact is believed only on its own topic and in its own organisation', async (t) => {
  const message = bytes({ ts: at(0), contact: contact() })
  t.match(readMessage('home', topics.contact('home', OTHER_ID), message), {
    kind: 'contact',
    contact: { id: OTHER_ID },
  })
  t.equal(readMessage('home', topics.contact('home', ID), message), null)
  t.equal(
    readMessage(
      'home',
      topics.contact('home', OTHER_ID),
      bytes({ ts: at(0), contact: contact({ org: 'away' }) }),
    ),
    null,
  )
})

t.test('B21: a message beyond the size of a packet is not read', async (t) => {
  t.equal(readMessage('home', position, new Uint8Array(65 * 1024)), null)
})

t.test('who has control of a station, and what its radio does, are read as well', async (t) => {
  const control = { by: { id: 'ada', email: null }, since: at(0), until: at(60_000) }
  const told = { ts: at(0), control }
  t.same(readMessage('home', topics.control('home', ID), bytes(told)), {
    ...{ kind: 'control', sid: ID, message: told },
  })
  t.equal(readMessage('home', topics.control('home', ID), bytes({ ...told, control: {} })), null)
  const rig = { ts: at(0), seq: 1, downlinkHz: 437e6, uplinkHz: null, mode: 'FM', dialHz: 0, rprt: 0 }
  t.match(readMessage('home', topics.telemetry('home', ID, 'rig'), bytes(rig)), { kind: 'rig', message: rig })
})
