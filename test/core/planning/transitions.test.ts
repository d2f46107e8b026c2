import t from 'tap'
import { cancelForStation, moveContacts, transition } from '../../../core/planning/transitions.js'
import { T0 } from './fixtures.js'
import { planningWorld } from './world.js'

const world = await planningWorld(t)
const change = (cause: string) => ({ cause, actor: 'tester', at: T0 })

t.test('A contact moves only from an allowed state, with cause and actor in its history', async (t) => {
  const stage = await world.stage()
  const { id } = await world.booked(stage)
  t.equal(await transition(world.prisma, id, 'uploaded', change('has it')), 'scheduled')
  t.equal(
    await transition(world.prisma, id, 'uploaded', change('again')),
    null,
    'a repeat changes nothing (D9)',
  )
  t.same(await world.state(id), { state: 'uploaded', cause: 'has it', actor: 'tester' })
  const { events } = await world.planning.contacts.get(stage.org.id, id)
  t.same(
    events.map(({ from, to }) => `${from} -> ${to}`),
    ['null -> proposed', 'proposed -> scheduled', 'scheduled -> uploaded'],
  )
  t.match(events[2], { cause: 'has it', actor: 'tester', at: '2026-05-08T00:00:00.000Z' })
})

t.test('Nothing leaves a terminal state', async (t) => {
  const { id } = await world.booked(await world.stage())
  await transition(world.prisma, id, 'cancelled', change('no'))
  for (const to of ['scheduled', 'uploaded', 'tracking', 'completed', 'cancelled'] as const)
    t.equal(await transition(world.prisma, id, to, change('back')), null, to)
  t.same(await world.history(id), ['proposed', 'scheduled', 'cancelled'])
})

t.test('A step that is not in the table is a bug and says so', async (t) => {
  await t.rejects(
    moveContacts(world.prisma, ['x'], 'uploaded', { from: ['completed'], ...change('bug') }),
    /from completed to uploaded/,
  )
})

t.test('Of twenty who race to end a contact one wins', async (t) => {
  const { id } = await world.booked(await world.stage())
  const tries = Array.from({ length: 20 }, (_, i) =>
    transition(world.prisma, id, i % 2 === 0 ? 'cancelled' : 'missed', change(`try ${i}`)),
  )
  const won = (await Promise.all(tries)).filter((from) => from !== null)
  t.same(won, ['scheduled'])
  t.equal((await world.history(id)).length, 3)
})

t.test('D8, E18: a station that is gone keeps no open contact, and nobody else loses one', async (t) => {
  const stage = await world.stage()
  const other = { ...stage, stationId: await world.station(stage.org) }
  const wishes = [world.wish(stage, 30), world.wish(stage, 60), world.wish(other, 30)]
  const { contacts } = await world.put(stage, wishes)
  const [first, second] = contacts.filter((c) => c.stationId === stage.stationId)
  await transition(world.prisma, first?.id ?? '', 'missed', change('over'))
  const ended = await world.prisma.$transaction((tx) =>
    cancelForStation(tx, stage.stationId, change('the station was revoked')),
  )
  t.same([...ended], [second?.id], 'what had ended stays as it ended')
  t.match(await world.state(second?.id ?? ''), { state: 'cancelled', cause: 'the station was revoked' })
  const left = await world.prisma.contact.findMany({ where: { orgId: stage.org.id, state: 'scheduled' } })
  t.same(
    left.map((c) => c.stationId),
    [other.stationId],
  )
})
