import t from 'tap'
import { OFFLINE_GRACE_MS, type Overdue, RECEIPT_GRACE_MS, verdict } from '../../../core/planning/sweep.js'
import { T0 } from './fixtures.js'
import { planningWorld } from './world.js'

const LOS = T0
const away = { online: false, holds: null }
const knows = (holds: boolean | null) => ({ online: true, holds })
const overdue = (state: Overdue['state'], planned = true): Overdue => ({ state, los: LOS, planned })

t.test('Before LOS nothing is swept', async (t) => {
  for (const state of ['proposed', 'scheduled', 'uploaded', 'tracking'] as const)
    t.equal(verdict(overdue(state, false), LOS - 1, knows(false)), null, state)
})

t.test('What was never booked is cancelled, what was never planned is missed at LOS', async (t) => {
  t.match(verdict(overdue('proposed', false), LOS, away), { to: 'cancelled' })
  t.match(verdict(overdue('conflicting', false), LOS, away), { to: 'cancelled' })
  t.same(verdict(overdue('scheduled', false), LOS, away), { to: 'missed', cause: 'plan_never_uploaded' })
})

t.test('A station that is there and holds nothing has two minutes', async (t) => {
  for (const state of ['uploaded', 'prepass', 'tracking'] as const) {
    t.equal(verdict(overdue(state), LOS + RECEIPT_GRACE_MS - 1, knows(false)), null)
    t.same(verdict(overdue(state), LOS + RECEIPT_GRACE_MS, knows(false)), {
      to: 'failed_station',
      cause: 'receipt_missing',
    })
  }
  t.match(verdict(overdue('scheduled'), LOS + RECEIPT_GRACE_MS, knows(false)), { to: 'missed' })
})

t.test('A station that is away, holds the plan or has not said has a day', async (t) => {
  for (const witness of [away, knows(true), knows(null)]) {
    t.equal(verdict(overdue('tracking'), LOS + OFFLINE_GRACE_MS - 1, witness), null)
    t.match(verdict(overdue('tracking'), LOS + OFFLINE_GRACE_MS, witness), { to: 'failed_station' })
    t.match(verdict(overdue('scheduled'), LOS + OFFLINE_GRACE_MS, witness), { to: 'missed' })
  }
})

t.test('A sweep ends what is overdue, announces it, and leaves the rest', async (t) => {
  const world = await planningWorld(t)
  const stage = await world.stage()
  const { contacts } = await world.put(
    stage,
    [30, 60, 90].map((min) => world.wish(stage, min)),
  )
  const [tracked, bare, later] = contacts
  if (tracked === undefined || bare === undefined || later === undefined) return t.fail('three were booked')
  const { hash } = await world.sign(stage, tracked)
  world.online.add(stage.stationId)
  await world.hear(stage, { state: [{ contactId: tracked.id, seq: 1, hash, phase: 'tracking' }] })
  world.now = Date.parse(bare.los)
  world.announced.length = 0
  t.equal(await world.planning.sweep.run(), 1)
  t.match(world.announced, [
    { id: bare.id, state: 'missed', cause: 'plan_never_uploaded', actor: 'contact-sweep' },
  ])
  await world.hear(stage, { state: [] })
  t.equal(await world.planning.sweep.run(), 1)
  t.match(await world.state(tracked.id), { state: 'failed_station', cause: 'receipt_missing' })
  t.match(await world.state(later.id), { state: 'scheduled' })
  t.equal(await world.planning.sweep.run(), 0)
})
