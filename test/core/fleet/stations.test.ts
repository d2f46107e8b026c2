import t from 'tap'
import { fleetWorld, SITE } from './world.js'

const body = (name: string) => ({ name, minElevation: 10, mask: [] })

t.test('E13: a station made beforehand is pending, has no key, and is in the audit trail', async (t) => {
  const world = await fleetWorld(t)
  const { stations } = world.fleet
  const mask = [{ az: 0, el: 5 }]
  const made = await stations.create(world.person(), { ...body('Svalbard'), site: SITE, mask })
  t.match(made, {
    ...{ name: 'Svalbard', status: 'pending', site: SITE, minElevation: 10, mask, mount: null },
    ...{ online: false, live: null, liveAt: null, approvedAt: null, revokedAt: null },
  })
  t.same(await stations.get(world.acme, made.id), made)
  t.same(await world.trail(made.id), ['station.create success'])
  t.match(world.said, [{ name: 'station' }, { name: 'refresh', event: 'stations' }])
  await t.rejects(stations.create(world.person(), body('Svalbard')), { code: 'conflict' })
  await stations.create(world.person(undefined, world.rival), body('Svalbard'))
  t.equal(await world.prisma.station.count(), 2, 'another organisation may use the name')
})

t.test('R1: another organisation neither sees nor changes a station', async (t) => {
  const world = await fleetWorld(t)
  const { stations, states } = world.fleet
  const { id } = await stations.create(world.person(), body('Svalbard'))
  const rival = world.person(undefined, world.rival)
  const missing = { code: 'not_found' }
  await t.rejects(stations.get(world.rival, id), missing)
  await t.rejects(stations.update(rival, id, { name: 'Mine' }), missing)
  await t.rejects(states.approve(rival, id), missing)
  await t.rejects(states.reject(rival, id), missing)
  await t.rejects(states.revoke(rival, id, 'Svalbard'), missing)
  t.match(await stations.get(world.acme, id), { name: 'Svalbard', status: 'pending' })
})

t.test('A change touches what it names, and is in the audit trail', async (t) => {
  const world = await fleetWorld(t)
  const { stations } = world.fleet
  const { id } = await stations.create(world.person(), { ...body('Svalbard'), site: SITE })
  await stations.create(world.person(), body('Troll'))
  t.match(await stations.update(world.person(), id, { minElevation: 12 }), { name: 'Svalbard', site: SITE })
  const moved = { lat: -72, lon: 2.5, altM: 1270 }
  t.match(await stations.update(world.person(), id, { name: 'Svalbard 2', site: moved }), {
    ...{ name: 'Svalbard 2', site: moved, minElevation: 12 },
  })
  await t.rejects(stations.update(world.person(), id, { name: 'Troll' }), { code: 'conflict' })
  t.same(await world.trail(id), [
    ...['station.create success', 'station.update success', 'station.update success'],
  ])
  const row = await world.prisma.auditEvent.findFirst({
    where: { action: 'station.update' },
    orderBy: { id: 'desc' },
  })
  t.same(row?.detail, { fields: ['name', 'site'] })
})

t.test('H10: without its audit row a change does not happen', async (t) => {
  const world = await fleetWorld(t)
  const { stations } = world.fleet
  await world.prisma.$executeRaw`ALTER TABLE "AuditEvent" RENAME TO "AuditGone"`
  await t.rejects(stations.create(world.person(), body('Svalbard')))
  t.equal(await world.prisma.station.count(), 0)
})

t.test('E24, E25: lists are sorted and searched without regard to case, page by page', async (t) => {
  const world = await fleetWorld(t)
  const { stations, states } = world.fleet
  const names = ['delta', 'Bravo', 'alpha', 'Charlie', 'echo_1', 'ECHO%2']
  const ids = new Map<string, string>()
  for (const name of names) ids.set(name, (await stations.create(world.person(), body(name))).id)
  await stations.create(world.person(undefined, world.rival), body('aardvark'))
  await states.approve(world.person(), ids.get('delta') ?? '')
  await states.reject(world.person(), ids.get('Bravo') ?? '')

  const pages = async (query: { sort: 'name' | 'createdAt' | 'status'; limit: number }) => {
    const all: string[] = []
    let cursor: string | undefined
    do {
      const page = await stations.list(world.acme, { ...query, cursor })
      t.ok(page.items.length <= query.limit)
      all.push(...page.items.map((station) => station.name))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    return all
  }
  const byName = ['alpha', 'Bravo', 'Charlie', 'delta', 'ECHO%2', 'echo_1']
  for (const limit of [1, 2, 3, 6, 50]) t.same(await pages({ sort: 'name', limit }), byName)
  t.same(await pages({ sort: 'createdAt', limit: 4 }), names)
  const byStatus = ['delta', 'alpha', 'Charlie', 'ECHO%2', 'echo_1', 'Bravo']
  for (const limit of [1, 2, 50]) t.same(await pages({ sort: 'status', limit }), byStatus)

  const found = async (more: object) =>
    (await stations.list(world.acme, { sort: 'name', limit: 50, ...more })).items.map((s) => s.name)
  t.same(await found({ search: 'ECHO' }), ['ECHO%2', 'echo_1'])
  t.same(await found({ search: '%' }), ['ECHO%2'])
  t.same(await found({ search: '_' }), ['echo_1'])
  t.same(await found({ search: "'; DROP TABLE" }), [])
  t.same(await found({ status: 'rejected' }), ['Bravo'])
  t.same(await found({ status: 'pending', search: 'AL' }), ['alpha'])
  await t.rejects(found({ cursor: 'bogus' }), {
    ...{ code: 'invalid_request', options: { errors: [{ pointer: '/cursor' }] } },
  })
})
