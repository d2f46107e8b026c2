import t from 'tap'
import { OFFLINE_GRACE_MS, type Overdue, RECEIPT_GRACE_MS, verdict } from '../../../core/planning/sweep.js'
import { T0 } from './fixtures.js'
import { planningWorld } from './world.js'

const LOS = T0
const AOS = T0 - 600_000
const away = { online: false, since: null, holds: null }
const knows = (holds: boolean | null, since = LOS) => ({ online: true, since, holds })
const overdue = (state: Overdue['state'], planned = true): Overdue => ({ state, aos: AOS, los: LOS, planned })

t.test('Before LOS nothing is swept', async (t) => {
  for (const state of ['proposed', 'scheduled', 'uploaded', 'tracking'] as const)
    t.equal(verdict(overdue(state, false), LOS - 1, knows(false)), null, state)
})

t.test('What was never booked is cancelled, what was never planned is missed at LOS', async (t) => {
  t.match(verdict(overdue('proposed', false), LOS, away), { to: 'cancelled' })
  t.match(verdict(overdue('conflicting', false), LOS, away), { to: 'cancelled' })
  t.same(verdict(overdue('scheduled', false), LOS, away), { to: 'missed', cause: 'plan_never_uploaded' })
})

t.test(
  'A station that was there for all of a pass and got no plan has not missed it: the system failed',
  async (t) => {
    const failed = { to: 'failed_system', cause: 'plan_never_uploaded' }
    t.same(verdict(overdue('scheduled', false), LOS, knows(null, AOS)), failed)
    t.same(verdict(overdue('drifted', false), LOS, knows(false, AOS)), failed)
    t.match(
      verdict(overdue('scheduled', false), LOS, knows(null, AOS + 1)),
      { to: 'missed' },
      'it came too late',
    )
    t.same(
      verdict(overdue('scheduled'), LOS + RECEIPT_GRACE_MS, knows(false, AOS)),
      failed,
      'it was signed only',
    )
    t.match(verdict(overdue('uploaded'), LOS + RECEIPT_GRACE_MS, knows(false, AOS)), { to: 'failed_station' })
  },
)

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
    { id: bare.id, state: 'failed_system', cause: 'plan_never_uploaded', actor: 'contact-sweep' },
  ])
  await world.hear(stage, { state: [] })
  t.equal(await world.planning.sweep.run(), 1)
  t.match(await world.state(tracked.id), { state: 'failed_station', cause: 'receipt_missing' })
  t.match(await world.state(later.id), { state: 'scheduled' })
  t.equal(await world.planning.sweep.run(), 0)
})
