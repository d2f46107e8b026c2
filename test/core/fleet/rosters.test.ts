import t from 'tap'
import type { RosterRequest } from '../../../shared/api/fleet.js'
import { ROLE_PERMISSIONS } from '../../../shared/permissions.js'
import { fleetWorld, SITE } from './world.js'

const CSV = 'name,place,lat,lon,alt,recipient\nNorth,Svalbard,78.2,15.4,450,Ada\nSouth,,,,,\n'
const roster = (more: Partial<RosterRequest> = {}): RosterRequest => ({ csv: CSV, dryRun: false, ...more })

t.test(
  'E10, E13: each line makes a station at its place and a token bound to it, in one batch',
  async (t) => {
    const world = await fleetWorld(t)
    const { rosters, stations, tokens, enrollment } = world.fleet
    const made = await rosters.issue(
      world.person(),
      roster({ ttlMinutes: 60, capabilities: ['rotator', 'rig'] }),
    )
    t.match(
      made.items.map(({ line, item, station }) => [
        line,
        item.name,
        item.recipient,
        station.name,
        station.status,
      ]),
      [
        [2, 'North, Svalbard', 'Ada', 'North', 'pending'],
        [3, 'South', null, 'South', 'pending'],
      ],
    )
    t.same(made.errors, [])
    t.same(new Set(made.items.map(({ item }) => item.batchId)), new Set([made.batchId]))
    const [north] = made.items
    if (north === undefined) return t.fail('nothing was made')
    t.match(north.station, { site: SITE, enrollment: 'active', capabilities: ['rotator', 'rig'] })
    t.equal(north.command, `npx talos agent enroll '${north.enrollUrl}'`)
    const listed = await tokens.list(world.acme, { sort: 'name', limit: 9, batchId: made.batchId ?? '' })
    t.same(
      listed.items.map(({ name }) => name),
      ['North, Svalbard', 'South'],
    )
    const text = north.enrollUrl.split('#')[1] ?? ''
    const answer = await enrollment.redeem(world.request(text, { name: 'raspberry' }), world.agent)
    t.match(answer, { status: 'approved', grant: { stationId: north.station.id, name: 'North' } })
    t.match(await stations.get(world.acme, north.station.id), { site: SITE, status: 'approved' })
    t.same(
      (await world.trail()).filter((act) => /create|issue/.test(act) && /^(station|enroll)/.test(act)),
      [
        ...['station.create success', 'station.create success'],
        ...['enrollment_token.issue success', 'enrollment_token.issue success'],
        'station.key_issue success',
      ],
    )
    t.match(await world.prisma.auditEvent.findFirst({ where: { action: 'enrollment_token.issue' } }), {
      ...{ actorId: 'user-1111', address: '192.0.2.1' },
      detail: { recipient: 'Ada', batchId: made.batchId, stationId: north.station.id },
    })
  },
)

t.test(
  'E10: all or none: one bad line, and nothing is made; a look beforehand makes nothing either',
  async (t) => {
    const world = await fleetWorld(t)
    const { rosters, stations } = world.fleet
    const count = async () => [
      await world.prisma.station.count(),
      await world.prisma.enrollmentToken.count(),
      await world.prisma.auditEvent.count({ where: { action: { startsWith: 'station' } } }),
    ]
    const looked = await rosters.issue(world.person(), roster({ dryRun: true }))
    t.match(looked, {
      batchId: null,
      items: [],
      errors: [],
      rows: [{ line: 2, name: 'North', place: 'Svalbard' }, { line: 3 }],
    })
    t.same(await count(), [0, 0, 0])
    const bad = `${CSV}Third,,"1,5",2,3,\n`
    const found = await rosters.issue(world.person(), roster({ csv: bad, dryRun: true }))
    t.match(found.errors, [{ line: 4, column: 'lat', message: /write 1\.5/ }])
    await t.rejects(rosters.issue(world.person(), roster({ csv: bad })), {
      code: 'invalid_request',
      detail: /^Nothing was made\. Line 4, lat: «1,5» has a comma/,
      options: { errors: [{ pointer: '/csv/4/lat' }] },
    })
    t.same(await count(), [0, 0, 0])
    await rosters.issue(world.person(), { dryRun: false, rows: [{ name: 'Row', site: SITE }] })
    await t.rejects(rosters.issue(world.person(), { dryRun: false, rows: [{ name: 'A' }, { name: 'a' }] }), {
      code: 'invalid_request',
      options: { errors: [{ pointer: '/csv/2/name' }] },
    })
    t.equal((await stations.list(world.acme, { sort: 'name', limit: 9 })).items.length, 1)
  },
)

t.test(
  'E8: a line that names a station gives it a new token when that is confirmed and it has no agent',
  async (t) => {
    const world = await fleetWorld(t)
    const { rosters, tokens } = world.fleet
    const first = await rosters.issue(world.person(), roster())
    const look = await rosters.issue(world.person(), roster({ dryRun: true }))
    t.match(look.errors, [{ line: 2, column: 'name', message: /is a station already/ }, { line: 3 }])
    await t.rejects(rosters.issue(world.person(), roster()), { code: 'invalid_request' })
    const again = await rosters.issue(world.person(), roster({ confirm: true }))
    t.same(
      again.items.map(({ station }) => station.id),
      first.items.map(({ station }) => station.id),
    )
    t.equal(await world.prisma.station.count(), 2)
    for (const { item } of first.items) t.equal((await tokens.get(world.acme, item.id)).state, 'revoked')

    const north = await world.fleet.enrollment.redeem(
      world.request(again.items[0]?.enrollUrl.split('#')[1] ?? ''),
      world.agent,
    )
    if (north.status !== 'approved') return t.fail('it waits')
    await world.used(north.grant)
    const found = await rosters.issue(world.person(), roster({ confirm: true, dryRun: true }))
    t.match(found.errors, [{ line: 2, column: 'name', message: /has an agent that has connected/ }])
    t.equal(found.errors.length, 1)
    t.equal(
      (await tokens.get(world.acme, again.items[1]?.item.id ?? '')).state,
      'active',
      'a look ends nothing',
    )
    await t.rejects(rosters.issue(world.person(), roster({ confirm: true })), { code: 'invalid_request' })
    t.equal((await tokens.get(world.acme, again.items[1]?.item.id ?? '')).state, 'active', 'all or none')
  },
)

t.test('E19: a line with the name of an ended station makes a new one', async (t) => {
  const world = await fleetWorld(t)
  const { rosters, stations, states } = world.fleet
  const { id } = await stations.create(world.person(), { name: 'North', minElevation: 10, mask: [] })
  await states.reject(world.person(), id)
  const made = await rosters.issue(world.person(), roster())
  t.equal(made.items.length, 2)
  t.not(made.items[0]?.station.id, id)
  t.match(await stations.get(world.acme, id), { status: 'rejected' })
})

t.test('R11, E7, E3: a roster is for who may make stations, within the limits of the server', async (t) => {
  const world = await fleetWorld(t)
  const { rosters } = world.fleet
  const lacking = (...names: string[]) => ROLE_PERMISSIONS.owner.filter((one) => !names.includes(one))
  await t.rejects(rosters.issue(world.person(lacking('update_stations')), roster()), { code: 'forbidden' })
  await t.rejects(rosters.issue(world.person(lacking('approve_stations')), roster()), { code: 'forbidden' })
  t.ok(
    await rosters.issue(
      world.person(lacking('approve_stations')),
      roster({ preApproved: false, dryRun: true }),
    ),
  )
  await t.rejects(rosters.issue(world.person(), roster({ ttlMinutes: 20_000 })), { code: 'invalid_request' })
  const rival = await rosters.issue(world.person(undefined, world.rival), roster())
  t.equal(rival.items.length, 2)
  const own = await rosters.issue(world.person(), roster())
  t.equal(own.items.length, 2, 'names are those of one organisation')
  await world.prisma.membership.deleteMany({ where: { userId: 'user-1111', orgId: world.acme.id } })
  await t.rejects(rosters.issue(world.person(), roster({ confirm: true })), { code: 'forbidden' }, 'E19')
})
