import t from 'tap'
import { maintenanceOfStations } from '../../../core/fleet/maintenance-list.js'
import { MAINTENANCE } from '../../../shared/called-off.js'
import { HOUR, iso, MINUTE } from '../../../shared/time.js'
import { planningWorld, type Stage } from './world.js'

const world = await planningWorld(t)
const { maintenance } = world.planning
const at = (minutes: number) => iso(world.now + minutes * MINUTE)

const plan = (stage: Stage, from: number, to: number, now = false) =>
  maintenance.create(stage.person, stage.stationId, {
    from: at(from),
    to: at(to),
    reason: 'new bearing',
    now,
  })

t.test(
  'A window calls off what is booked in it, in the name of maintenance, and the director is told',
  async (t) => {
    const stage = await world.stage()
    const { contacts } = await world.put(
      stage,
      [30, 60, 90].map((min) => world.wish(stage, min)),
    )
    const [before, within, after] = contacts
    world.refreshed.length = 0
    world.announced.length = 0
    const window = await plan(stage, 55, 80)
    t.same(window.calledOff, [within?.id])
    t.match(await world.state(within?.id ?? ''), {
      state: 'cancelled',
      cause: 'maintenance: new bearing',
      actor: MAINTENANCE,
    })
    for (const contact of [before, after])
      t.match(await world.state(contact?.id ?? ''), { state: 'scheduled' })
    t.match(world.announced, [{ id: within?.id }])
    t.same(world.refreshed, ['stations'])
    t.match(await world.trail(stage.stationId), [
      { action: 'station.maintain', actorId: 'ada', detail: { reason: 'new bearing', calledOff: 1 } },
    ])
    const shown = await maintenanceOfStations(world.prisma, [stage.stationId], new Date(world.now))
    t.match(shown(stage.stationId), [{ id: window.id, reason: 'new bearing', createdBy: 'ada' }])
  },
)

t.test(
  'Nothing is booked in a window, until it is taken back; then what it called off is booked again',
  async (t) => {
    const stage = await world.stage()
    const wishes = [world.wish(stage, 60)]
    await world.put(stage, wishes)
    const { id } = await plan(stage, 55, 80)
    await t.rejects(world.put(stage, wishes), { code: 'schedule_outdated', detail: /in maintenance until/ })
    await t.rejects(
      world.put(stage, [world.wish(stage, 40, { postpassS: 600 })]),
      { code: 'schedule_outdated' },
      'the antenna is bound after the pass, too',
    )
    await world.put(stage, [world.wish(stage, 45, { los: at(55) })])
    await maintenance.end(stage.person, stage.stationId, id)
    t.match(await world.put(stage, wishes), { created: 1 })
    await t.rejects(maintenance.end(stage.person, stage.stationId, id), { code: 'not_found' })
    t.same(await maintenance.list(stage.org, stage.stationId), { items: [] })
  },
)

t.test('What runs is flown to its end, unless it is asked to stop now; the station is told', async (t) => {
  const stage = await world.stage()
  const contact = await world.booked(stage, 30)
  const { hash } = await world.sign(stage, contact)
  world.online.add(stage.stationId)
  await world.hear(stage, { state: [{ contactId: contact.id, seq: 1, hash, phase: 'prepass' }] })
  world.published.length = 0
  t.same((await plan(stage, 0, 120)).calledOff, [])
  t.match(await world.state(contact.id), { state: 'prepass' })
  t.same((await plan(stage, 0, 120, true)).calledOff, [contact.id])
  t.match(world.published, [{ topic: new RegExp(`/plan/${contact.id}$`) }], 'its plan is withdrawn')
})

t.test(
  'A window that is empty or over is refused, and so is one of another organisation or a station that is gone',
  async (t) => {
    const stage = await world.stage()
    const rival = await world.stage()
    await t.rejects(plan(stage, 10, 10), { code: 'invalid_request' })
    await t.rejects(plan(stage, -20, -10), { code: 'invalid_request' })
    const body = { to: iso(world.now + HOUR), reason: 'x', now: false }
    await t.rejects(maintenance.create(rival.person, stage.stationId, body), { code: 'not_found' })
    const { id } = await maintenance.create(stage.person, stage.stationId, body)
    await t.rejects(maintenance.end(rival.person, stage.stationId, id), { code: 'not_found' })
    await t.rejects(maintenance.list(rival.org, stage.stationId), { code: 'not_found' })
    const gone = await world.station(stage.org, { status: 'revoked' })
    await t.rejects(maintenance.create(stage.person, gone, body), { code: 'station_state' })
  },
)
