import t from 'tap'
import { cancelForStation } from '../../../core/planning/transitions.js'
import { STATION_LOCK } from '../../../shared/called-off.js'
import { planningWorld, type Stage } from './world.js'

const world = await planningWorld(t)

const lock = ({ stationId: id }: Stage) =>
  world.prisma.station.update({
    where: { id },
    data: { lockedAt: new Date(world.now), lockReason: 'new bearing', lockedById: 'user-1111' },
  })
const unlock = ({ stationId: id }: Stage) =>
  world.prisma.station.update({
    where: { id },
    data: { lockedAt: null, lockReason: null, lockedById: null },
  })

t.test('a locked station is neither booked nor planned for, and its passes are not offered', async (t) => {
  const stage = await world.stage()
  const contact = await world.booked(stage)
  const { passes } = world.planning
  t.ok((await passes.find(stage.org.id, {})).length > 0)
  await lock(stage)
  await t.rejects(world.put(stage, [world.wish(stage, 30), world.wish(stage, 60)]), {
    code: 'schedule_outdated',
  })
  await t.rejects(world.sign(stage, contact), { code: 'station_locked', detail: /new bearing/ })
  t.same(await passes.find(stage.org.id, {}), [])
  t.ok((await passes.find(stage.org.id, { station: stage.stationId })).length > 0, 'who names it may look')
})

t.test('what a lock has called off may be booked again; what a person has called off may not', async (t) => {
  const stage = await world.stage()
  const wishes = [world.wish(stage, 30), world.wish(stage, 60)]
  const { contacts } = await world.put(stage, wishes)
  await world.planning.contacts.cancel(stage.person, contacts[1]?.id ?? '', 'not tonight')
  await lock(stage)
  const change = { cause: 'the station was locked: new bearing', actor: STATION_LOCK, at: world.now }
  t.same(await world.prisma.$transaction((tx) => cancelForStation(tx, stage.stationId, change)), [
    contacts[0]?.id,
  ])
  await unlock(stage)
  const again = await world.put(stage, wishes)
  t.match(again, { created: 1 })
})
