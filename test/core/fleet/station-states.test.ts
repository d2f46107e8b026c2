import t from 'tap'
import { FakeStation, type FleetWorld, fleetWorld } from './world.js'

const acts = ['approve', 'reject', 'revoke'] as const
const body = (name: string) => ({ name, minElevation: 10, mask: [] })

function act(world: FleetWorld, which: (typeof acts)[number], id: string) {
  const { states } = world.fleet
  const person = world.person()
  return which === 'revoke' ? states.revoke(person, id, 'Svalbard') : states[which](person, id)
}

t.test('E15, E19: from each state only the allowed steps lead on', async (t) => {
  const allowed: Record<string, Record<string, string>> = {
    pending: { approve: 'approved', reject: 'rejected' },
    approved: { revoke: 'revoked' },
    rejected: {},
    revoked: {},
  }
  const world = await fleetWorld(t)
  for (const [from, steps] of Object.entries(allowed))
    for (const which of acts) {
      const { id } = await world.fleet.stations.create(world.person(), body('Svalbard'))
      await world.prisma.station.update({ where: { id }, data: { status: from } })
      const to = steps[which]
      if (to === undefined) {
        await t.rejects(act(world, which, id), { code: 'station_state' }, `${from}: no ${which}`)
        t.same(await world.trail(id), ['station.create success'], 'and nothing is written')
      } else {
        t.equal((await act(world, which, id)).status, to, `${from}: ${which}`)
        t.same(await world.trail(id), ['station.create success', `station.${which} success`])
      }
      await world.prisma.station.update({ where: { id }, data: { name: id } })
    }
})

t.test('Of those who approve and reject at once one wins', async (t) => {
  const world = await fleetWorld(t)
  const { id } = await world.fleet.stations.create(world.person(), body('Svalbard'))
  const results = await Promise.allSettled(
    Array.from({ length: 8 }, (_, i) => act(world, i % 2 === 0 ? 'approve' : 'reject', id)),
  )
  t.equal(results.filter((result) => result.status === 'fulfilled').length, 1)
  t.equal((await world.trail(id)).length, 2)
})

t.test('A rejected or revoked station is not changed any more', async (t) => {
  const world = await fleetWorld(t)
  const { stations } = world.fleet
  const { id } = await stations.create(world.person(), body('Svalbard'))
  await act(world, 'reject', id)
  await t.rejects(stations.update(world.person(), id, { name: 'Other' }), { code: 'station_state' })
})

t.test('W5: a revocation names the station', async (t) => {
  const world = await fleetWorld(t)
  const { stationId } = await world.enrolled('Svalbard')
  const { states, stations } = world.fleet
  for (const name of ['', 'svalbard', 'Troll'])
    await t.rejects(states.revoke(world.person(), stationId, name), { code: 'confirmation_required' })
  t.equal((await stations.get(world.acme, stationId)).status, 'approved')
})

t.test(
  'E18, B18: revoking cuts the live connection within a second and takes all that is bound',
  async (t) => {
    const world = await fleetWorld(t)
    const { states, stations, enrollment, presence } = world.fleet
    const { text } = await world.token({ name: 'Svalbard' })
    const request = world.request(text, { name: 'Svalbard' })
    const answer = await enrollment.redeem(request, world.agent)
    if (answer.status !== 'approved') return t.fail('the station waits')
    const { stationId } = answer.grant
    const neighbour = await FakeStation.join(await world.enrolled('Neighbour'))
    const station = await FakeStation.join(answer.grant)
    t.teardown(() => neighbour.client.end(true))
    const state = { ts: new Date().toISOString(), bootId: 'boot-0001', seq: 1, link: 'online' }
    await station.say('state', { ...state, state: 'idle', code: null, plans: [] })
    t.equal(world.broker.metrics().retained, 1)

    const now = Date.now()
    const satellite = {
      satelliteId: '25544',
      satelliteName: 'ISS',
      priority: 5,
      aosAz: 0,
      losAz: 90,
      maxEl: 40,
    }
    const contact = (id: string, contactState: string) =>
      world.prisma.contact.create({
        data: {
          ...satellite,
          ...{
            id,
            orgId: world.acme.id,
            stationId,
            state: contactState,
            cause: 'booked',
            actor: 'svc_director',
          },
          ...{ elementsHash: 'a'.repeat(64), elementsEpoch: new Date(now) },
          ...{ aos: new Date(now + 1e6), tca: new Date(now + 2e6), los: new Date(now + 3e6) },
        },
      })
    await contact('contact-coming', 'uploaded')
    await contact('contact-ended', 'completed')
    const { id: bound } = await world.token({ name: 'spare' })
    await world.prisma.enrollmentToken.update({ where: { id: bound }, data: { stationId } })

    const started = performance.now()
    const revoked = await states.revoke(world.person(), stationId, 'Svalbard')
    await station.closed
    t.ok(performance.now() - started < 1000, 'closed within a second')
    t.match(revoked, { status: 'revoked', online: false, live: null })
    t.ok(revoked.revokedAt)
    t.ok(neighbour.client.connected, 'E18: it touches nothing else')
    t.equal(world.broker.metrics().retained, 0, 'what was retained is forgotten')
    t.equal(presence.positionOf(stationId), null)
    t.equal(await world.prisma.stationKey.count({ where: { stationId, revokedAt: null } }), 0)
    t.equal((await world.fleet.tokens.get(world.acme, bound)).state, 'revoked')
    const states_ = await world.prisma.contact.findMany({ orderBy: { id: 'asc' }, select: { state: true } })
    t.same(states_, [{ state: 'cancelled' }, { state: 'completed' }])
    t.match(
      world.said.find(({ name }) => name === 'contact'),
      { event: { org: 'acme', contact: { id: 'contact-coming', state: 'cancelled' } } },
    )
    t.match(await world.prisma.auditEvent.findFirst({ where: { action: 'station.revoke' } }), {
      targetId: stationId,
      actorId: 'user-1111',
      detail: { tokens: 1, contacts: 1 },
    })

    await t.rejects(FakeStation.join(answer.grant), /Not authorized|Bad username/, 'E19: the key is dead')
    await t.rejects(enrollment.redeem(request, world.agent), { code: 'enrollment_denied' })
    for (const which of acts) await t.rejects(act(world, which, stationId), { code: 'station_state' })
    t.equal((await stations.get(world.acme, stationId)).status, 'revoked')
    const back = await world.enrolled('Svalbard')
    t.not(back.stationId, stationId, 'the antenna comes back as another station')
  },
)

t.test('E18: a station that connects while it is revoked does not stay', async (t) => {
  const world = await fleetWorld(t)
  for (let i = 0; i < 10; i++) {
    const grant = await world.enrolled(`Station ${i}`)
    const joining = FakeStation.join(grant).then(
      (station) => station.closed,
      () => {},
    )
    await world.fleet.states.revoke(world.person(), grant.stationId, grant.name)
    await joining
  }
  t.same(world.broker.metrics().connections.station, { tcp: 0, tls: 0, websocket: 0 })
})

t.test('H10: when the audit row cannot be written nothing is revoked and nobody is cut', async (t) => {
  const world = await fleetWorld(t)
  const station = await world.connected()
  t.teardown(() => station.client.end(true))
  const { stationId } = station.grant
  await world.prisma.$executeRaw`ALTER TABLE "AuditEvent" RENAME TO "AuditGone"`
  await t.rejects(world.fleet.states.revoke(world.person(), stationId, 'Svalbard'))
  t.equal((await world.fleet.stations.get(world.acme, stationId)).status, 'approved')
  t.equal(await world.prisma.stationKey.count({ where: { stationId, revokedAt: null } }), 1)
  t.ok(world.broker.isOnline(stationId))
})
