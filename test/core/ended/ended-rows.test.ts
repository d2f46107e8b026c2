import t from 'tap'
import { ENDED_KINDS } from '../../../core/ended/ended-file.js'
import { endAgain, endedSince } from '../../../core/ended/ended-rows.js'
import { HOUR } from '../../../shared/time.js'
import { fleetWorld } from '../fleet/world.js'

t.test('of every kind what has ended is found, and ended where it is alive', async (t) => {
  const world = await fleetWorld(t)
  const { prisma, context, clock } = world
  const now = clock.now()
  const at = new Date(now)
  const until = new Date(now + 1e9)
  const userId = 'user-1111'
  const { stationId } = await world.enrolled()
  const { id: authorityId } = await prisma.certificateAuthority.findFirstOrThrow()
  await prisma.stationCertificate.create({
    data: {
      ...{ id: 'certificate-1', serial: '0'.repeat(32), authorityId, stationId, certificate: 'PEM' },
      ...{ notBefore: at, notAfter: until },
    },
  })
  await world.token({ name: 'open' })
  const secretHash = Buffer.alloc(32)
  await prisma.apiToken.create({
    data: {
      id: 'token-1',
      keyId: 'key-1',
      userId,
      name: 'x',
      restricted: false,
      secretHash,
      expiresAt: until,
    },
  })
  await prisma.session.create({
    data: {
      ...{ id: 'session-1', userId, secretHash, authMethod: 'magic_link', address: '', userAgent: '' },
      expiresAt: until,
    },
  })
  await prisma.commandLine.create({
    data: { id: 'line-1', userId, clientName: 'x', address: '', expiresAt: until },
  })

  await prisma.serviceKey.create({
    data: { id: 'service-1', keyId: 'key-2', secretHash, service: 'svc_director' },
  })

  const alive = await endedSince(prisma, 0)
  t.match(alive, [{ kind: 'enrollment_token' }], 'the token with which it joined was used')
  const idOf = {
    station: stationId,
    station_key: (await prisma.stationKey.findFirstOrThrow()).id,
    station_certificate: 'certificate-1',
    certificate_authority: authorityId,
    enrollment_token: (await prisma.enrollmentToken.findFirstOrThrow({ where: { name: 'open' } })).id,
    api_token: 'token-1',
    service_key: 'service-1',
    session: 'session-1',
    command_line: 'line-1',
  }
  const lines = ENDED_KINDS.map((kind) => ({ kind, id: idOf[kind], at: at.toISOString() }))
  const unknown = ENDED_KINDS.map((kind) => ({ kind, id: 'of-nobody', at: at.toISOString() }))
  const all = Object.fromEntries(ENDED_KINDS.map((kind) => [kind, 1]))
  // The station takes its key, its certificate and its tokens along.
  t.same(await prisma.$transaction((tx) => endAgain(context, tx, [...lines, ...unknown])), {
    ...all,
    ...{ station_key: 0, station_certificate: 0 },
  })
  const ended = await endedSince(prisma, 0)
  t.same(new Set(ended.map(({ kind }) => kind)), new Set(ENDED_KINDS))
  for (const kind of ENDED_KINDS)
    t.ok(
      ended.some((line) => line.kind === kind && line.id === idOf[kind]),
      kind,
    )
  t.same(
    await prisma.$transaction((tx) => endAgain(context, tx, lines)),
    Object.fromEntries(ENDED_KINDS.map((kind) => [kind, 0])),
    'once',
  )
  t.same(await endedSince(prisma, now + HOUR), [])
})

t.test('a key and a certificate that had ended alone end alone again', async (t) => {
  const world = await fleetWorld(t)
  const { prisma, context } = world
  const { stationId } = await world.enrolled()
  const { id } = await prisma.stationKey.findFirstOrThrow()
  const at = new Date(world.clock.now()).toISOString()
  const counts = await prisma.$transaction((tx) => endAgain(context, tx, [{ kind: 'station_key', id, at }]))
  t.match(counts, { station: 0, station_key: 1 })
  t.equal((await prisma.station.findUniqueOrThrow({ where: { id: stationId } })).status, 'approved')
})
