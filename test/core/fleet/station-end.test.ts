import t from 'tap'
import { newId } from '../../../core/crypto/ids.js'
import { type FleetWorld, fleetWorld } from './world.js'

/** A station with everything that can be bound to one. */
async function laden(world: FleetWorld, name: string): Promise<string> {
  const { prisma, context, clock, fleet } = world
  const { stationId } = await world.enrolled(name)
  const soon = new Date(clock.now() + 1e6)
  const common = { orgId: world.acme.id, stationId, createdById: 'user-1111' }
  const { id: authorityId } = await prisma.certificateAuthority.findFirstOrThrow()
  await prisma.stationCertificate.create({
    data: {
      ...{ id: newId(context.random), serial: newId(context.random), authorityId, stationId },
      ...{ certificate: 'PEM', notBefore: new Date(), notAfter: soon },
    },
  })
  const token = await prisma.enrollmentToken.create({
    data: {
      ...common,
      ...{
        id: newId(context.random),
        keyId: newId(context.random),
        secretHash: 'x',
        name,
        preApproved: false,
      },
      expiresAt: soon,
    },
  })
  await prisma.enrollment.create({
    data: {
      ...{ id: newId(context.random), tokenId: token.id, stationId, expiresAt: soon },
      ...{ nonceHash: Buffer.from(newId(context.random)), pollSecretHash: Buffer.alloc(32) },
    },
  })
  await prisma.contact.create({
    data: {
      ...{ id: newId(context.random), orgId: world.acme.id, stationId, state: 'uploaded', cause: 'booked' },
      ...{ actor: 'svc_director', satelliteId: '25544', satelliteName: 'ISS', priority: 5, aosAz: 0 },
      ...{ losAz: 90, maxEl: 40, elementsHash: 'a'.repeat(64), elementsEpoch: soon, planSeq: 3 },
      ...{ aos: soon, tca: soon, los: soon },
    },
  })
  await fleet.rotation.ask(world.person(), stationId)
  return stationId
}

async function everythingOf({ prisma }: FleetWorld, stationId: string) {
  const where = { stationId }
  const orderBy = { id: 'asc' } as const
  return {
    station: await prisma.station.findUniqueOrThrow({ where: { id: stationId } }),
    keys: await prisma.stationKey.findMany({ where, orderBy }),
    certificates: await prisma.stationCertificate.findMany({ where, orderBy }),
    tokens: await prisma.enrollmentToken.findMany({ where, orderBy }),
    enrollments: await prisma.enrollment.findMany({ where, orderBy }),
    contacts: await prisma.contact.findMany({ where, orderBy }),
  }
}

t.test('E18: with a station ends all that is bound to it, and nothing of its neighbours', async (t) => {
  const world = await fleetWorld(t)
  const [one, other] = [await laden(world, 'One'), await laden(world, 'Other')]
  const before = await everythingOf(world, other)
  await world.fleet.states.revoke(world.person(), one, 'One')
  const { station, keys, certificates, tokens, enrollments, contacts } = await everythingOf(world, one)
  const now = station.revokedAt
  t.match(station, { status: 'revoked', rotateAskedAt: null, revokedAt: Date })
  t.match(keys, [{ revokedAt: now }])
  t.match(certificates, [{ revokedAt: now }])
  t.match(tokens, [{ revokedAt: now }])
  t.match(
    enrollments.filter(({ deliveredAt }) => deliveredAt === null),
    [{ expiresAt: now }],
    'whoever waits to become it waits in vain',
  )
  t.match(contacts, [{ state: 'cancelled' }])
  t.same(await everythingOf(world, other), before)
  t.match(await world.prisma.auditEvent.findFirst({ where: { action: 'station.revoke' } }), {
    detail: { name: 'One', keys: [String], certificates: [String], tokens: 1, contacts: 1 },
  })
})

t.test('E19: its name is free at once; the history keeps it', async (t) => {
  const world = await fleetWorld(t)
  const { stations, states } = world.fleet
  const { stationId } = await world.enrolled('Svalbard')
  const body = { name: 'Svalbard', minElevation: 10, mask: [] }
  await t.rejects(stations.create(world.person(), body), { code: 'conflict' })
  await states.revoke(world.person(), stationId, 'Svalbard')
  const made = await stations.create(world.person(), body)
  t.not(made.id, stationId)
  t.equal((await stations.get(world.acme, stationId)).name, 'Svalbard')
  await states.reject(world.person(), made.id)
  t.equal((await world.enrolled('Svalbard')).name, 'Svalbard', 'that of a rejected one, too')
  const twins = await Promise.allSettled(
    Array.from({ length: 20 }, () => stations.create(world.person(), { ...body, name: 'Twin' })),
  )
  t.equal(twins.filter(({ status }) => status === 'fulfilled').length, 1, 'two live ones never share a name')
})
