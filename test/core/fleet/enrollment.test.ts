import t from 'tap'
import { newId } from '../../../core/crypto/ids.js'
import { DAY, MINUTE, SECOND } from '../../../shared/time.js'
import { secretHalf } from '../../support/secrets.js'
import { FakeStation, fleetWorld, MOUNT, SITE } from './world.js'

const INVALID = { code: 'enrollment_token_invalid' }

t.test('E1, E6: a token makes one approved station with its key, all in the audit trail', async (t) => {
  const world = await fleetWorld(t)
  const { enrollment } = world.fleet
  const { id, text } = await world.token({ name: 'Svalbard' })
  const answer = await enrollment.redeem(world.request(text, { site: SITE }), world.agent)
  if (answer.status !== 'approved') return t.fail('the station waits')
  const { grant } = answer
  t.match(grant, { name: 'Svalbard', org: 'acme', mqttUrl: world.context.addresses.mqttUrl })
  t.same(grant.signingKeys, world.context.signingKeys.publicKeys())
  t.match(await world.fleet.stations.get(world.acme, grant.stationId), {
    ...{ status: 'approved', site: SITE, mount: MOUNT, agentVersion: '0.1.0', address: '198.51.100.7' },
  })
  t.same((await world.trail()).slice(-4), [
    'enrollment_token.issue success',
    'enrollment_token.redeem success',
    'station.approve success',
    'station.key_issue success',
  ])
  const redeemed = await world.prisma.auditEvent.findFirst({
    where: { action: 'enrollment_token.redeem' },
  })
  t.match(redeemed, { targetId: id, address: '198.51.100.7', detail: { stationId: grant.stationId } })
  const keys = await world.prisma.stationKey.findMany()
  t.equal(keys.length, 1, 'E20: one key')
  t.notOk(JSON.stringify(keys).includes(secretHalf(grant.key)), 'only its hash is kept')
  const station = await FakeStation.join(grant)
  t.teardown(() => station.client.end(true))
  await world.until(() => world.broker.isOnline(grant.stationId))

  await t.rejects(
    enrollment.redeem(world.request(text), world.agent),
    INVALID,
    'another nonce is another agent',
  )
  await world.context.audit.drain()
  t.same((await world.trail(id)).at(-1), 'enrollment_token.redeem denied')
})

t.test('E1: of 50 agents that redeem one token at once exactly one wins', async (t) => {
  const world = await fleetWorld(t)
  const { text } = await world.token()
  const results = await Promise.allSettled(
    Array.from({ length: 50 }, () => world.fleet.enrollment.redeem(world.request(text), world.agent)),
  )
  const won = results.filter((result) => result.status === 'fulfilled')
  const codes = results.flatMap((r) => (r.status === 'rejected' ? [r.reason.code] : []))
  t.equal(won.length, 1)
  t.ok(codes.every((code) => code === 'enrollment_token_invalid' || code === 'unavailable'))
  t.ok(codes.filter((code) => code === 'enrollment_token_invalid').length > 10, 'many got to the database')
  t.equal(await world.prisma.station.count(), 1)
  t.equal(await world.prisma.stationKey.count(), 1)
  t.equal(await world.prisma.enrollment.count(), 1)
})

t.test('E29: the same agent may ask again for a minute; each answer ends the key before', async (t) => {
  const world = await fleetWorld(t)
  const { enrollment } = world.fleet
  const { text } = await world.token()
  const request = world.request(text)
  const first = await enrollment.redeem(request, world.agent)
  if (first.status !== 'approved') return t.fail('the station waits')
  const station = await FakeStation.join(first.grant)
  const second = await enrollment.redeem(request, world.agent)
  if (second.status !== 'approved') return t.fail('the station waits')
  t.equal(second.grant.stationId, first.grant.stationId)
  t.not(second.grant.key, first.grant.key)
  await station.closed
  t.pass('what was opened with the replaced key is closed')
  await t.rejects(FakeStation.join(first.grant), /Not authorized|Bad username/)
  const again = await FakeStation.join(second.grant)
  t.teardown(() => again.client.end(true))

  const parallel = await Promise.all(Array.from({ length: 5 }, () => enrollment.redeem(request, world.agent)))
  t.equal(new Set(parallel.map((a) => a.status === 'approved' && a.grant.key)).size, 5)
  t.equal(await world.prisma.stationKey.count({ where: { revokedAt: null } }), 1, 'E20: one key')
  t.equal(await world.prisma.station.count(), 1)

  await world.used(second.grant)
  t.match(
    await enrollment.redeem(request, world.agent),
    { status: 'approved' },
    'within the minute in any case',
  )
  world.clock.aheadMs = 61 * SECOND
  await t.rejects(enrollment.redeem(request, world.agent), INVALID, 'a minute later the token is spent')
})

t.test(
  'E29: a token is not spent for nothing: until its key was used the same agent may repeat',
  async (t) => {
    const world = await fleetWorld(t)
    const { enrollment, states } = world.fleet
    const { text } = await world.token()
    const request = world.request(text)
    const first = await enrollment.redeem(request, world.agent)
    world.clock.aheadMs = 3 * 60 * MINUTE
    const late = await enrollment.redeem(request, world.agent)
    if (first.status !== 'approved' || late.status !== 'approved') return t.fail('the station waits')
    t.equal(late.grant.stationId, first.grant.stationId, 'core was down for three hours')
    await t.rejects(enrollment.redeem(world.request(text), world.agent), INVALID, 'another agent is refused')
    t.equal(await world.prisma.station.count(), 1)
    await world.used(late.grant)
    await t.rejects(enrollment.redeem(request, world.agent), INVALID)

    const waiting = await world.token({ preApproved: false, name: 'waits' })
    const asked = world.request(waiting.text)
    const place = await enrollment.redeem(asked, world.agent)
    world.clock.aheadMs += 10 * MINUTE
    const again = await enrollment.redeem(asked, world.agent)
    if (place.status !== 'pending' || again.status !== 'pending') return t.fail('it is in already')
    t.equal(again.enrollmentId, place.enrollmentId, 'an agent that was started again keeps its place')
    await states.approve(world.person(), again.stationId)
    const poll = () => enrollment.poll(again.enrollmentId, again.pollSecret, world.agent)
    const lost = await poll()
    world.clock.aheadMs += 10 * MINUTE
    const delivered = await poll()
    if (lost.status !== 'approved' || delivered.status !== 'approved') return t.fail('it still waits')
    await world.used(delivered.grant)
    await t.rejects(poll(), INVALID, 'E17: it dies when the delivery is proved')

    const never = world.request((await world.token({ name: 'never' })).text)
    await enrollment.redeem(never, world.agent)
    world.clock.aheadMs += 7 * DAY + SECOND
    await t.rejects(enrollment.redeem(never, world.agent), INVALID, 'the place is kept for a week')
  },
)

t.test('E4, E5: unknown, malformed, expired and revoked tokens get the same answer', async (t) => {
  const world = await fleetWorld(t)
  const { enrollment, tokens } = world.fleet
  const refusals: string[] = []
  const refused = async (text: string) => {
    const error = await enrollment.redeem(world.request(text), world.agent).then(
      () => t.fail('it was redeemed'),
      (e) => e,
    )
    t.match(error, INVALID)
    refusals.push(error.detail)
  }
  await refused('')
  await refused('gse_0123456789abcdef_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')
  const { text } = await world.token({ name: 'one' })
  await refused(`${text.slice(0, -4)}AAAA`)
  await refused(text.replace('gse_', 'gsk_'))
  const revoked = await world.token({ name: 'two' })
  await tokens.revoke(world.person(), revoked.id)
  await refused(revoked.text)
  const short = await world.token({ name: 'three', ttlMinutes: 1 })
  world.clock.aheadMs = MINUTE + SECOND
  await refused(short.text)
  t.equal((await tokens.get(world.acme, short.id)).state, 'expired')
  t.equal(new Set(refusals).size, 1)
  t.equal(await world.prisma.station.count(), 0)
})

t.test('E15, E17, B14: without approval an agent waits with no key, and gets it once', async (t) => {
  const world = await fleetWorld(t)
  const { enrollment, states } = world.fleet
  const { text } = await world.token({ preApproved: false })
  const answer = await enrollment.redeem(world.request(text), world.agent)
  if (answer.status !== 'pending') return t.fail('it is in already')
  const { enrollmentId, pollSecret, stationId } = answer
  const poll = (secret = pollSecret, id = enrollmentId) => enrollment.poll(id, secret, world.agent)
  t.equal(await world.prisma.stationKey.count(), 0, 'B14: no key at all')
  t.match(await poll(), { status: 'pending' })
  await t.rejects(poll('x'.repeat(43)), INVALID)
  await t.rejects(poll(''), INVALID)
  await t.rejects(poll(pollSecret, newId(world.context.random)), INVALID)

  await states.approve(world.person(), stationId)
  t.equal(await world.prisma.stationKey.count(), 0, 'the key is made when it is delivered')
  const first = await poll()
  if (first.status !== 'approved') return t.fail('it still waits')
  const station = await FakeStation.join(first.grant)
  const second = await poll()
  if (second.status !== 'approved') return t.fail('it waits again')
  await station.closed
  t.equal(await world.prisma.stationKey.count({ where: { revokedAt: null } }), 1)
  const many = await Promise.allSettled(Array.from({ length: 10 }, () => poll()))
  t.ok(many.every((result) => result.status === 'fulfilled'))
  t.equal(await world.prisma.stationKey.count({ where: { revokedAt: null } }), 1, 'E20: one key')

  await world.used(first.grant)
  world.clock.aheadMs = 62 * SECOND
  await t.rejects(poll(), INVALID, 'the poll secret has died with the delivery')
  t.same((await world.trail(stationId)).slice(0, 2), ['station.approve success', 'station.key_issue success'])
})

t.test('E15: a rejected agent is told so, and a waiting one is forgotten after a week', async (t) => {
  const world = await fleetWorld(t)
  const { enrollment, states } = world.fleet
  const { text } = await world.token({ preApproved: false })
  const request = world.request(text)
  const answer = await enrollment.redeem(request, world.agent)
  if (answer.status !== 'pending') return t.fail('it is in already')
  const again = await enrollment.redeem(request, world.agent)
  if (again.status !== 'pending') return t.fail('it is in already')
  t.equal(again.enrollmentId, answer.enrollmentId)
  await t.rejects(enrollment.poll(answer.enrollmentId, answer.pollSecret, world.agent), INVALID)
  await states.reject(world.person(), answer.stationId)
  const denied = { code: 'enrollment_denied' }
  await t.rejects(enrollment.poll(again.enrollmentId, again.pollSecret, world.agent), denied)
  await t.rejects(enrollment.redeem(request, world.agent), denied)

  const other = await world.token({ preApproved: false, name: 'other' })
  const waiting = await enrollment.redeem(world.request(other.text), world.agent)
  if (waiting.status !== 'pending') return t.fail('it is in already')
  world.clock.aheadMs = 7 * DAY + SECOND
  await t.rejects(enrollment.poll(waiting.enrollmentId, waiting.pollSecret, world.agent), INVALID)
  await states.approve(world.person(), waiting.stationId)
  await t.rejects(enrollment.poll(waiting.enrollmentId, waiting.pollSecret, world.agent), INVALID)
})

t.test(
  'E13: an agent becomes the station that was made for it, at the place that people gave it',
  async (t) => {
    const world = await fleetWorld(t)
    const { enrollment, stations, states } = world.fleet
    const make = (name: string, more = {}) =>
      stations.create(world.person(), { name, minElevation: 10, mask: [], ...more })
    const elsewhere = { lat: 1, lon: 2, altM: 3 }

    const placed = await make('Kiruna', { site: SITE })
    const bound = await world.token({ stationId: placed.id })
    const answer = await enrollment.redeem(
      world.request(bound.text, { name: 'raspberry', site: elsewhere }),
      world.agent,
    )
    t.match(answer, { status: 'approved', grant: { stationId: placed.id, name: 'Kiruna' } })
    t.match(await stations.get(world.acme, placed.id), { status: 'approved', site: SITE, mount: MOUNT })

    const unplaced = await make('Esrange')
    const open = await world.token({ stationId: unplaced.id, preApproved: false })
    await states.approve(world.person(), unplaced.id)
    const early = await enrollment.redeem(world.request(open.text, { site: elsewhere }), world.agent)
    t.match(early, { status: 'approved' }, 'a person had approved it beforehand')
    t.match(await stations.get(world.acme, unplaced.id), { site: elsewhere })

    const doomed = await make('Doomed')
    const token = await world.token({ stationId: doomed.id })
    await states.reject(world.person(), doomed.id)
    await t.rejects(enrollment.redeem(world.request(token.text), world.agent), INVALID)
  },
)

t.test('A name that is taken gets an ending', async (t) => {
  const world = await fleetWorld(t)
  const names = []
  for (let i = 0; i < 3; i++) names.push((await world.enrolled('Troll')).name)
  t.same(names, ['Troll', 'Troll-2', 'Troll-3'])
  const long = 'x'.repeat(80)
  await world.enrolled(long)
  t.equal((await world.enrolled(long)).name, `${'x'.repeat(78)}-2`)
})

t.test('Who redeems, repeats, polls, rejects and revokes at once never blocks another', async (t) => {
  const world = await fleetWorld(t)
  const { enrollment, stations, states, tokens } = world.fleet
  for (let i = 0; i < 8; i++) {
    const name = `Station ${i}`
    const { id: stationId } = await stations.create(world.person(), { name, minElevation: 10, mask: [] })
    const { id, text } = await world.token({ stationId, preApproved: i % 2 === 0 })
    const request = world.request(text)
    const redeem = () => enrollment.redeem(request, world.agent)
    const first = i < 4 ? await redeem() : null
    const poll = () =>
      first?.status === 'pending'
        ? enrollment.poll(first.enrollmentId, first.pollSecret, world.agent)
        : redeem()
    const results = await Promise.allSettled([
      ...[redeem(), poll(), redeem(), poll()],
      ...[states.approve(world.person(), stationId), poll(), tokens.revoke(world.person(), id)],
      ...[states.reject(world.person(), stationId), states.revoke(world.person(), stationId, name)],
      ...[redeem(), world.token({ stationId })],
    ])
    for (const result of results)
      if (result.status === 'rejected') t.match(result.reason, { name: 'TalosError' }, result.reason.message)
    const { status } = await stations.get(world.acme, stationId)
    const keys = await world.prisma.stationKey.count({ where: { stationId, revokedAt: null } })
    t.ok(status === 'approved' ? keys <= 1 : keys === 0, `${status} with ${keys} keys`)
  }
})
