import t from 'tap'
import type { StationGrant } from '../../../shared/api/fleet.js'
import { ROLE_PERMISSIONS } from '../../../shared/permissions.js'
import { knock } from '../../support/knock.js'
import { FakeStation, type FleetWorld, fleetWorld } from './world.js'

const REASON = 'new elevation bearing'

async function contact(world: FleetWorld, stationId: string, id: string, state = 'scheduled') {
  const soon = Date.now() + 1e6
  await world.prisma.contact.create({
    data: {
      ...{ id, orgId: world.acme.id, stationId, state, cause: 'booked', actor: 'svc_director' },
      ...{ satelliteId: '25544', satelliteName: 'ISS', priority: 5, aosAz: 0, losAz: 90, maxEl: 40 },
      ...{ elementsHash: 'a'.repeat(64), elementsEpoch: new Date(), planSeq: 1 },
      ...{ aos: new Date(soon), tca: new Date(soon + 1e5), los: new Date(soon + 2e5) },
    },
  })
}

t.test('a lock stops the antenna, calls off what it would do, and lets nothing of it in', async (t) => {
  const world = await fleetWorld(t)
  const { locks, commands, rotation, stations } = world.fleet
  const station = await world.connected((command) => ({
    op: command.op,
    result: 'done',
  }))
  const neighbour = await FakeStation.join(await world.enrolled('Neighbour'))
  t.teardown(() => neighbour.client.end(true))
  const { grant } = station
  const { stationId, mqttUrl, key } = grant
  await contact(world, stationId, 'contact-coming')
  await contact(world, stationId, 'contact-running', 'tracking')
  await contact(world, neighbour.grant.stationId, 'contact-other')

  const started = performance.now()
  const locked = await locks.lock(world.person(), stationId, REASON)
  await station.closed
  t.ok(performance.now() - started < 2000)
  t.match(locked, {
    ...{ status: 'approved', told: 'stopped', online: false },
    locked: { reason: REASON, by: { id: 'user-1111', email: 'ada@example.org' }, at: String },
    keys: [{ revokedAt: null }],
  })
  t.match(
    station.heard.map(({ op }) => op),
    ['stop'],
    'it was told to stop before it was cut',
  )
  t.ok(neighbour.client.connected, 'nobody else is touched')
  t.equal(await knock(mqttUrl, stationId, key), 5)
  await t.rejects(commands.send(world.person(), stationId, { op: 'park', args: {} }), {
    ...{ code: 'station_locked', detail: /elevation bearing/ },
  })
  await t.rejects(commands.send(world.person(), stationId, { op: 'stop', args: {} }), {
    code: 'station_locked',
  })
  await t.rejects(locks.lock(world.person(), stationId, 'again'), { code: 'station_locked' })
  const contacts = await world.prisma.contact.findMany({ orderBy: { id: 'asc' } })
  const cancelled = { state: 'cancelled', actor: 'station-lock', cause: /elevation bearing/ }
  t.match(contacts, [cancelled, { state: 'scheduled' }, cancelled])

  const back = await locks.unlock(world.person(), stationId)
  t.match(back, { status: 'approved', locked: null })
  const again = await FakeStation.join(grant)
  t.teardown(() => again.client.end(true))
  t.ok(again.client.connected, 'with the key that it had')
  t.match((await stations.get(world.acme, stationId)).keys, [{ revokedAt: null }])
  await t.rejects(locks.unlock(world.person(), stationId), { code: 'station_state' })
  t.match(await rotation.standing(stationId), { id: stationId })
  const trail = await world.prisma.auditEvent.findMany({
    where: { action: { in: ['station.lock', 'station.unlock'] } },
    orderBy: { id: 'asc' },
  })
  t.match(trail, [
    { actorId: 'user-1111', detail: { reason: REASON, contacts: 2 } },
    { actorId: 'user-1111', detail: { reason: REASON, lockedBy: 'user-1111' } },
  ])
})

t.test('it is said what became of telling the station', async (t) => {
  const world = await fleetWorld(t)
  const lock = async (grant: StationGrant) =>
    (await world.fleet.locks.lock(world.person(), grant.stationId, REASON)).told
  t.equal(await lock(await world.enrolled('Absent')), 'absent')
  const silent = await FakeStation.join(await world.enrolled('Silent'), () => null)
  t.equal(await lock(silent.grant), 'silent')
  const told = await FakeStation.join(await world.enrolled('Told'))
  t.equal(await lock(told.grant), 'told', 'it has heard, and did not say that it stands')
})

t.test('R3: whose lock it is may unlock, or who may loosen what guards metal', async (t) => {
  const world = await fleetWorld(t)
  const { locks } = world.fleet
  const { stationId } = await world.enrolled()
  const { actor, ...rest } = world.person(ROLE_PERMISSIONS.operator)
  const other = { ...rest, actor: { ...actor, id: 'user-2222' } } as ReturnType<FleetWorld['person']>
  await locks.lock(world.person(ROLE_PERMISSIONS.operator), stationId, REASON)
  await t.rejects(locks.unlock(other, stationId), { code: 'forbidden' })
  await t.rejects(locks.unlock(world.person(undefined, world.rival), stationId), { code: 'not_found' })
  t.match(await locks.unlock(world.person(ROLE_PERMISSIONS.operator), stationId), { locked: null })
  await locks.lock(other, stationId, REASON)
  t.match(await locks.unlock(world.person(ROLE_PERMISSIONS.hardware_manager), stationId), { locked: null })
})

t.test('only an approved station is locked; a revoked one shows no lock', async (t) => {
  const world = await fleetWorld(t)
  const { locks, stations, states } = world.fleet
  const { id } = await stations.create(world.person(), { name: 'Troll', minElevation: 10, mask: [] })
  await t.rejects(locks.lock(world.person(), id, REASON), { code: 'station_state' })
  await t.rejects(locks.lock(world.person(), 'nobody-0001', REASON), { code: 'not_found' })
  const { stationId } = await world.enrolled()
  await locks.lock(world.person(), stationId, REASON)
  t.match(await states.revoke(world.person(), stationId, 'Svalbard'), { status: 'revoked', locked: null })
})

t.test('a station that connects while it is locked does not stay', async (t) => {
  const world = await fleetWorld(t)
  for (let i = 0; i < 5; i++) {
    const grant = await world.enrolled(`Station ${i}`)
    const joining = FakeStation.join(grant, () => ({ result: 'done' })).then(
      (station) => station.closed,
      () => {},
    )
    await world.fleet.locks.lock(world.person(), grant.stationId, REASON)
    await joining
    t.equal(await knock(grant.mqttUrl, grant.stationId, grant.key), 5)
  }
  t.same(world.broker.metrics().connections.station, { tcp: 0, tls: 0, websocket: 0 })
})

t.test('of fifty that lock at once one does, and of fifty that unlock', async (t) => {
  const world = await fleetWorld(t)
  const { locks } = world.fleet
  const { stationId } = await world.enrolled()
  const won = async (work: () => Promise<unknown>) =>
    (await Promise.allSettled(Array.from({ length: 50 }, work))).filter((r) => r.status === 'fulfilled')
      .length
  t.equal(await won(() => locks.lock(world.person(), stationId, REASON)), 1)
  t.equal(await won(() => locks.unlock(world.person(), stationId)), 1)
})

t.test('H10: when the audit row cannot be written nothing is locked and nobody is cut', async (t) => {
  const world = await fleetWorld(t)
  const station = await world.connected()
  t.teardown(() => station.client.end(true))
  const { stationId } = station.grant
  await world.prisma.$executeRaw`ALTER TABLE "AuditEvent" RENAME TO "AuditGone"`
  await t.rejects(world.fleet.locks.lock(world.person(), stationId, REASON))
  t.equal((await world.fleet.stations.get(world.acme, stationId)).locked, null)
  t.ok(world.broker.isOnline(stationId))
})
