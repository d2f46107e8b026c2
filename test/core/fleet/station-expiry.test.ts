import t from 'tap'
import { ROLE_PERMISSIONS } from '../../../shared/permissions.js'
import { DAY, HOUR, iso, MINUTE } from '../../../shared/time.js'
import { FakeStation, fleetWorld } from './world.js'

t.test('E22: a station whose time is over ends with its key, its tokens and its connection', async (t) => {
  const world = await fleetWorld(t)
  const { stations, expiry, enrollment } = world.fleet
  const station = await world.connected()
  const { stationId } = station.grant
  const other = await FakeStation.join(await world.enrolled('Stays'))
  t.teardown(() => other.client.end(true))
  const expiresAt = iso(world.clock.now() + DAY)
  t.match(await stations.update(world.person(), stationId, { expiresAt }), { expiresAt, status: 'approved' })
  const { id: empty } = await stations.create(world.person(), {
    ...{ name: 'Never joined', minElevation: 10, mask: [], expiresAt: iso(world.clock.now() + HOUR) },
  })
  const waiting = await world.token({ stationId: empty, ttlMinutes: 600 })

  await expiry.run()
  t.match(await stations.get(world.acme, stationId), { status: 'approved' }, 'not before its time')
  world.clock.aheadMs += 2 * HOUR
  await t.rejects(
    enrollment.redeem(world.request(waiting.text), world.agent),
    { code: 'enrollment_denied', detail: /past its end/ },
    'from that moment, not only once the job has run',
  )
  await expiry.run()
  t.match(await stations.get(world.acme, empty), { status: 'revoked', enrollment: 'none' })
  t.match(await stations.get(world.acme, stationId), { status: 'approved' })
  world.clock.aheadMs += DAY
  await expiry.run()
  await station.closed
  t.match(await stations.get(world.acme, stationId), { status: 'revoked', expiresAt })
  t.equal(await world.prisma.stationKey.count({ where: { stationId, revokedAt: null } }), 0)
  t.ok(world.broker.isOnline(other.grant.stationId), 'nothing else is touched')
  t.same((await world.trail(stationId)).at(-1), 'station.expire success')
  t.match(
    await world.prisma.auditEvent.findFirst({ where: { action: 'station.expire', targetId: stationId } }),
    {
      ...{ actorKind: 'system', actorId: 'station-expiry', orgId: world.acme.id },
      detail: { name: 'Svalbard', expiresAt },
    },
  )
  await expiry.run()
  t.equal((await world.trail(stationId)).filter((act) => act.startsWith('station.expire')).length, 1, 'once')
  await t.rejects(stations.update(world.person(), stationId, { expiresAt: null }), { code: 'station_state' })
})

t.test('E22: the date may be taken away again, by who may revoke, and lies ahead', async (t) => {
  const world = await fleetWorld(t)
  const { stations, expiry } = world.fleet
  const { id } = await stations.create(world.person(), { name: 'Kiruna', minElevation: 10, mask: [] })
  const expiresAt = iso(world.clock.now() + MINUTE)
  const lesser = world.person(ROLE_PERMISSIONS.manager)
  await t.rejects(stations.update(lesser, id, { expiresAt }), { code: 'forbidden' })
  await t.rejects(stations.create(lesser, { name: 'Troll', minElevation: 10, mask: [], expiresAt }), {
    code: 'forbidden',
  })
  await t.rejects(stations.update(world.person(), id, { expiresAt: iso(world.clock.now()) }), {
    code: 'invalid_request',
  })
  await stations.update(world.person(), id, { expiresAt })
  await t.rejects(stations.update(lesser, id, { expiresAt: null }), { code: 'forbidden' })
  await stations.update(world.person(), id, { expiresAt: null })
  world.clock.aheadMs += DAY
  await expiry.run()
  t.match(await stations.get(world.acme, id), { status: 'pending', expiresAt: null })
  const stale = world.person()
  await t.rejects(
    stations.update(
      {
        ...stale,
        actor: { ...stale.actor, proof: { at: world.clock.now() - HOUR, with: 'magic_link' } },
      } as never,
      id,
      { expiresAt: iso(world.clock.now() + DAY) },
    ),
    { code: 'step_up_required' },
    'A12: as revoking',
  )
})
