import t from 'tap'
import { newId } from '../../../core/crypto/ids.js'
import type { TokensQuery } from '../../../core/fleet/token-list.js'
import { parseSecret } from '../../../shared/secrets.js'
import { MINUTE, SECOND } from '../../../shared/time.js'
import { FakeStation, fleetWorld } from './world.js'

const KIRUNA = { name: 'Kiruna', minElevation: 10, mask: [] }

t.test('E4, E32, A40: the secret is in the fragment of one answer, and as Argon2id in the row', async (t) => {
  const world = await fleetWorld(t)
  const { tokens } = world.fleet
  const { id, text, created } = await world.token({ name: 'Svalbard' })
  t.equal(created.enrollUrl, `https://talos.example.org/enroll#${text}`)
  t.equal(created.command, `npx talos agent enroll '${created.enrollUrl}'`)
  t.ok(parseSecret(text, 'gse'))
  t.match(created.item, {
    state: 'active',
    name: 'Svalbard',
    preApproved: true,
    issuedBy: { id: 'user-1111', email: 'ada@example.org' },
  })
  t.equal(
    Date.parse(created.item.expiresAt) - Date.parse(created.item.createdAt),
    15 * MINUTE,
    'E3: 15 minutes',
  )
  const secret = parseSecret(text, 'gse')?.secret ?? ''
  const row = await world.prisma.enrollmentToken.findUniqueOrThrow({ where: { id } })
  t.match(row.secretHash, /^\$argon2id\$/)
  const shown = [
    await tokens.get(world.acme, id),
    await tokens.list(world.acme, { sort: 'createdAt', limit: 10 }),
    row,
  ]
  t.notOk(JSON.stringify(shown).includes(secret), 'never again')
  t.notOk(
    JSON.stringify(await world.prisma.auditEvent.findMany({ select: { detail: true } })).includes(secret),
  )
})

t.test('E33: a used token shows when, from where, and the station it made', async (t) => {
  const world = await fleetWorld(t)
  const { text, id } = await world.token()
  const answer = await world.fleet.enrollment.redeem(world.request(text), world.agent)
  const token = await world.fleet.tokens.get(world.acme, id)
  t.match(token, { state: 'consumed', consumedFrom: '198.51.100.7' })
  t.equal(token.stationId, answer.status === 'approved' && answer.grant.stationId)
  await t.rejects(world.fleet.tokens.revoke(world.person(), id), { code: 'conflict' })
})

t.test('E5: revoking is final, may be repeated, and is written once', async (t) => {
  const world = await fleetWorld(t)
  const { tokens } = world.fleet
  const { id } = await world.token()
  t.equal((await tokens.revoke(world.person(), id)).state, 'revoked')
  t.equal((await tokens.revoke(world.person(), id)).state, 'revoked')
  t.same(await world.trail(id), ['enrollment_token.issue success', 'enrollment_token.revoke success'])
})

t.test('R1: tokens of another organisation are not there', async (t) => {
  const world = await fleetWorld(t)
  const { tokens } = world.fleet
  const { id } = await world.token()
  const rival = world.person(undefined, world.rival)
  await t.rejects(tokens.get(world.rival, id), { code: 'not_found' })
  await t.rejects(tokens.revoke(rival, id), { code: 'not_found' })
  t.same((await tokens.list(world.rival, { sort: 'createdAt', limit: 10 })).items, [])
  t.equal((await tokens.get(world.acme, id)).state, 'active')
})

t.test('E8: a station that was given out gets a second token only when that is confirmed', async (t) => {
  const world = await fleetWorld(t)
  const { stations, tokens } = world.fleet
  const { id: stationId } = await stations.create(world.person(), KIRUNA)
  const first = await world.token({ stationId })
  await t.rejects(world.token({ stationId }), { code: 'confirmation_required', detail: /is active until/ })
  const second = await world.token({ stationId, confirm: true })
  t.equal((await tokens.get(world.acme, first.id)).state, 'revoked', 'the first ends in the same transaction')
  t.equal((await tokens.get(world.acme, second.id)).state, 'active')
  t.same((await world.trail(first.id)).at(-1), 'enrollment_token.revoke success')
  await tokens.revoke(world.person(), second.id)
  const raced = await Promise.allSettled([world.token({ stationId }), world.token({ stationId })])
  t.equal(raced.filter((r) => r.status === 'fulfilled').length, 1, 'of two at once one is issued')
})

t.test('E8: an agent that has not connected gives way to a confirmed new token, and is out', async (t) => {
  const world = await fleetWorld(t)
  const { stations, enrollment } = world.fleet
  const { id: stationId } = await stations.create(world.person(), KIRUNA)
  const waiting = await world.token({ stationId, preApproved: false })
  const request = world.request(waiting.text)
  const answer = await enrollment.redeem(request, world.agent)
  if (answer.status !== 'pending') return t.fail('it is in already')
  await t.rejects(world.token({ stationId }), { code: 'confirmation_required', detail: /waits for approval/ })
  const next = await world.token({ stationId, confirm: true })
  const gone = { code: 'enrollment_token_invalid' }
  await t.rejects(enrollment.poll(answer.enrollmentId, answer.pollSecret, world.agent), gone)
  await t.rejects(enrollment.redeem(request, world.agent), gone)

  const grant = await enrollment.redeem(world.request(next.text), world.agent)
  if (grant.status !== 'approved') return t.fail('it waits')
  await t.rejects(world.token({ stationId }), { code: 'confirmation_required', detail: /has not connected/ })
  await world.token({ stationId, confirm: true })
  await t.rejects(FakeStation.join(grant.grant), /Not authorized|Bad username/, 'its unused key has ended')
})

t.test('E20: no token is made for a station that has an agent, or that is no more', async (t) => {
  const world = await fleetWorld(t)
  const { stations, states } = world.fleet
  const closed = { code: 'station_state' }
  const station = await world.connected()
  await world.used(station.grant)
  const { stationId } = station.grant
  await t.rejects(world.token({ stationId, confirm: true }), closed, 'it has connected')
  const { id: gone } = await stations.create(world.person(), { ...KIRUNA, name: 'Gone' })
  await states.reject(world.person(), gone)
  await t.rejects(world.token({ stationId: gone, confirm: true }), closed)
  const { id: locked } = await stations.create(world.person(), { ...KIRUNA, name: 'Locked' })
  const { text } = await world.token({ stationId: locked })
  await world.prisma.station.update({
    where: { id: locked },
    data: { lockedAt: new Date(world.clock.now()), lockReason: 'mast work', lockedById: 'user-1111' },
  })
  await t.rejects(world.token({ stationId: locked, confirm: true }), closed)
  await t.rejects(world.fleet.enrollment.redeem(world.request(text), world.agent), {
    code: 'enrollment_denied',
    detail: /is locked/,
  })
  await world.prisma.station.update({
    where: { id: locked },
    data: { lockedAt: null, lockReason: null, lockedById: null },
  })
  t.match(await world.fleet.enrollment.redeem(world.request(text), world.agent), { status: 'approved' })
  await t.rejects(world.token({ stationId: 'no-such-station' }), { code: 'not_found' })
  const foreign = await stations.create(world.person(undefined, world.rival), KIRUNA)
  await t.rejects(world.token({ stationId: foreign.id, confirm: true }), { code: 'not_found' })
})

t.test('E9: a station shows how it stands with its enrollment', async (t) => {
  const world = await fleetWorld(t)
  const { stations, tokens, enrollment } = world.fleet
  const { id: stationId } = await stations.create(world.person(), KIRUNA)
  const badge = async () => {
    const { enrollment: state, enrollmentExpiresAt } = await stations.get(world.acme, stationId)
    return [state, enrollmentExpiresAt]
  }
  t.same(await badge(), ['none', null])
  const first = await world.token({ stationId, ttlMinutes: 5 })
  t.same(await badge(), ['active', first.created.item.expiresAt])
  world.clock.aheadMs += 6 * MINUTE
  t.same(await badge(), ['expired', null])
  const second = await world.token({ stationId })
  await tokens.revoke(world.person(), second.id)
  t.same(await badge(), ['expired', null])
  const third = await world.token({ stationId })
  await enrollment.redeem(world.request(third.text), world.agent)
  t.same(await badge(), ['used', null])
  const listed = await stations.list(world.acme, { sort: 'name', limit: 10 })
  t.match(listed.items, [{ enrollment: 'used' }])
})

t.test('E6, E14: a token says for whom it is and what its station may do', async (t) => {
  const world = await fleetWorld(t)
  const { stations, enrollment } = world.fleet
  const { created, text } = await world.token({
    recipient: 'Bo, roof team',
    capabilities: ['rotator', 'rig'],
  })
  t.match(created.item, { recipient: 'Bo, roof team', capabilities: ['rotator', 'rig'] })
  const answer = await enrollment.redeem(world.request(text), world.agent)
  if (answer.status !== 'approved') return t.fail('it waits')
  const { stationId } = answer.grant
  t.match(await stations.get(world.acme, stationId), { capabilities: ['rotator', 'rig'], hostname: 'pi' })
  const issued = await world.prisma.auditEvent.findFirst({ where: { action: 'enrollment_token.issue' } })
  t.match(issued, {
    ...{ actorId: 'user-1111', address: '192.0.2.1' },
    detail: { recipient: 'Bo, roof team', capabilities: ['rotator', 'rig'] },
  })
  const made = await stations.create(world.person(), { ...KIRUNA, capabilities: ['rig'] })
  const bound = await world.token({ stationId: made.id })
  t.same(bound.created.item.capabilities, ['rig'], 'those of the station, unless said otherwise')
})

t.test('E7: unusual issuing is written down once and logged, and ends at the limit', async (t) => {
  const world = await fleetWorld(t)
  const { thresholds } = world.context.config
  const usual = thresholds.enrollmentIssuedHourly.warning
  const now = new Date(world.clock.now())
  const issued = (count: number, createdById = 'user-1111') =>
    world.prisma.enrollmentToken.createMany({
      data: Array.from({ length: count }, (_, at) => ({
        ...{ id: newId(world.context.random), keyId: newId(world.context.random), secretHash: 'x' },
        ...{ orgId: world.acme.id, name: `t${at}`, preApproved: false, createdById, createdAt: now },
        expiresAt: new Date(now.getTime() + MINUTE),
      })),
    })
  const alarms = async () => (await world.trail()).filter((act) => act.includes('unusual')).length
  await issued(500, 'somebody-else')
  await issued(usual - 2)
  await world.token()
  t.equal(await alarms(), 0)
  await world.token()
  await world.token()
  t.equal(await alarms(), 1)
  await issued(world.context.config.enrollment.hourlyLimit - usual - 1)
  await t.rejects(world.token(), { code: 'rate_limited' })
  world.clock.aheadMs += 61 * MINUTE
  t.ok(await world.token(), 'an hour later')
})

t.test('E24, E33: tokens are listed in every order, whatever their case, page by page', async (t) => {
  const world = await fleetWorld(t)
  const { tokens, enrollment } = world.fleet
  for (const [name, ttlMinutes] of [
    ['beta', 30],
    ['Alpha', 1],
    ['gamma_100%', 20],
  ] as const) {
    await world.token({ name, ttlMinutes, ...(name === 'beta' ? { recipient: 'Åsa' } : {}) })
    world.clock.aheadMs += SECOND
  }
  const used = await world.token({ name: 'delta', ttlMinutes: 15 })
  await enrollment.redeem(world.request(used.text), world.agent)
  world.clock.aheadMs += 2 * MINUTE
  const inPages = async (query: Partial<TokensQuery>) => {
    const names: string[] = []
    let cursor: string | undefined
    do {
      const more = cursor === undefined ? {} : { cursor }
      const page = await tokens.list(world.acme, { sort: 'name', limit: 1, ...query, ...more })
      names.push(...page.items.map((item) => item.name))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    return names
  }
  t.same(await inPages({ sort: 'createdAt' }), ['delta', 'gamma_100%', 'Alpha', 'beta'], 'the newest first')
  t.same(await inPages({ sort: 'name' }), ['Alpha', 'beta', 'delta', 'gamma_100%'])
  t.same(await inPages({ sort: 'expiresAt' }), ['beta', 'gamma_100%', 'delta', 'Alpha'], 'the latest first')
  t.same(
    await inPages({ sort: 'state' }),
    ['beta', 'gamma_100%', 'delta', 'Alpha'],
    'active, consumed, expired',
  )
  t.same(await inPages({ state: 'consumed' }), ['delta'])
  t.same(await inPages({ search: 'BET' }), ['beta'])
  t.same(await inPages({ search: 'åsa' }), ['beta'], 'for whom it is')
  t.same(await inPages({ search: '_' }), ['gamma_100%'], 'no pattern')
  t.same(await inPages({ search: '%' }), ['gamma_100%'])
  const { stationIds, lastUsedAt, uses } = await tokens.get(world.acme, used.id)
  t.equal(stationIds.length, 1)
  t.ok(lastUsedAt)
  t.equal(uses, 1)
  t.same(await inPages({ stationId: stationIds[0] }), ['delta'])
  await t.rejects(tokens.list(world.acme, { sort: 'name', limit: 1, cursor: 'nonsense' }), {
    code: 'invalid_request',
  })
})
