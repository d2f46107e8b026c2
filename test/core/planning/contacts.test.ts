import t from 'tap'
import { iso, MINUTE } from '../../../shared/time.js'
import { T0 } from './fixtures.js'
import { planningWorld } from './world.js'

const world = await planningWorld(t)
const { contacts } = world.planning
t.beforeEach(() => {
  world.now = T0
  world.announced.length = 0
})

t.test('A person calls a contact off, with the reason in state, history and audit trail', async (t) => {
  const stage = await world.stage()
  const { id } = await world.booked(stage)
  world.announced.length = 0
  const cancelled = await contacts.cancel(stage.person, id, 'strong wind')
  t.match(cancelled, { id, state: 'cancelled', cause: 'strong wind', actor: 'ada' })
  t.same(world.announced, [cancelled])
  t.match(await world.trail(id), [
    { action: 'contact.cancel', actorId: 'ada', detail: { from: 'scheduled', reason: 'strong wind' } },
  ])
  await t.rejects(contacts.cancel(stage.person, id, 'again'), {
    code: 'contact_state',
    detail: /is cancelled/,
  })
  t.same(await world.history(id), ['proposed', 'scheduled', 'cancelled'])
})

t.test('A running contact can be called off too', async (t) => {
  const stage = await world.stage()
  const contact = await world.booked(stage)
  const { hash } = await world.sign(stage, contact)
  await world.hear(stage, { state: [{ contactId: contact.id, seq: 1, hash, phase: 'tracking' }] })
  t.match(await contacts.cancel(stage.person, contact.id, 'stop'), { state: 'cancelled' })
})

t.test('R1: another organisation neither sees nor cancels a contact', async (t) => {
  const stage = await world.stage()
  const rival = await world.stage()
  const { id } = await world.booked(stage)
  await t.rejects(contacts.get(rival.org.id, id), { code: 'not_found' })
  await t.rejects(contacts.cancel(rival.person, id, 'mine'), { code: 'not_found' })
  t.same((await contacts.list(rival.org.id, { limit: 50 })).items, [])
  t.match(await world.state(id), { state: 'scheduled' })
})

t.test('The list is in order of AOS, page by page, and takes filters', async (t) => {
  const stage = await world.stage()
  const wishes = [120, 30, 90, 60].map((min) => world.wish(stage, min))
  const all = (await world.put(stage, wishes)).contacts
  const first = await contacts.list(stage.org.id, { limit: 3 })
  const rest = await contacts.list(stage.org.id, { limit: 3, cursor: first.nextCursor ?? '' })
  t.same([...first.items, ...rest.items], all)
  t.equal(rest.nextCursor, null)
  const [, , third] = all
  await contacts.cancel(stage.person, third?.id ?? '', 'no')
  const count = async (query: object) =>
    (await contacts.list(stage.org.id, { limit: 50, ...query })).items.length
  t.equal(await count({ open: true }), 3)
  t.equal(await count({ state: 'cancelled' }), 1)
  t.equal(await count({ open: true, state: 'cancelled' }), 0)
  t.equal(await count({ station: stage.stationId }), 4)
  t.equal(await count({ satellite: '1' }), 0)
  t.equal(await count({ from: iso(T0 + 65 * MINUTE) }), 3, 'the one under way at that time too')
  t.equal(await count({ to: iso(T0 + 60 * MINUTE) }), 1)
  t.equal(await count({ search: stage.omm.OBJECT_NAME.toLowerCase() }), 4)
  t.equal(await count({ search: '%' }), 0, 'a wildcard means itself')
})

t.test('One contact comes with its history and its receipt', async (t) => {
  const stage = await world.stage()
  const contact = await world.booked(stage)
  await world.sign(stage, contact)
  t.match(await contacts.get(stage.org.id, contact.id), { receipt: null, onTargetS: null })
  await world.hear(stage, world.receipt(contact.id))
  const after = await contacts.get(stage.org.id, contact.id)
  t.match(after, {
    receipt: { contactId: contact.id, outcome: 'completed', samples: [[0, 10, 10, 10.1, 10]] },
    onTargetS: 590,
    rmsErrDeg: 0.5,
    maxErrDeg: 1.5,
    receiptAt: iso(T0),
    events: [{ to: 'proposed' }, { to: 'scheduled' }, { to: 'completed' }],
  })
})

t.test('What is shown of a contact is of one moment, whatever its station says meanwhile', async (t) => {
  const torn: string[] = []
  let looks = 0
  for (let i = 0; i < 10; i++) {
    const stage = await world.stage()
    const contact = await world.booked(stage)
    const { hash } = await world.sign(stage, contact)
    await world.hear(stage, { state: [{ contactId: contact.id, seq: 1, hash, phase: 'tracking' }] })
    let isHeard = false
    const heard = world.hear(stage, world.receipt(contact.id)).then(() => {
      isHeard = true
    })
    while (!isHeard) {
      const { state, receiptAt, receipt, events } = await contacts.get(stage.org.id, contact.id)
      const last = events.at(-1)?.to
      if (
        state !== last ||
        (receipt === null) !== (receiptAt === null) ||
        (receipt === null) !== (state === 'tracking')
      )
        torn.push(`${state}, last change to ${last}, receipt of ${receiptAt}: ${receipt?.outcome}`)
      looks++
    }
    await heard
  }
  t.same(torn, [], `${looks} looks`)
})
