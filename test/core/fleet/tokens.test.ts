import t from 'tap'
import { parseSecret } from '../../../shared/secrets.js'
import { MINUTE, SECOND } from '../../../shared/time.js'
import { fleetWorld } from './world.js'

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

t.test('E8, E20: a token is for a station that has no agent, one at a time', async (t) => {
  const world = await fleetWorld(t)
  const { stations, tokens, enrollment, states } = world.fleet
  const make = (name: string) => stations.create(world.person(), { name, minElevation: 10, mask: [] })
  const { id: stationId } = await make('Kiruna')
  const first = await world.token({ stationId })
  await t.rejects(world.token({ stationId }), { code: 'conflict' }, 'another is active')
  const both = [tokens.revoke(world.person(), first.id)]
  await Promise.all(both)
  const raced = await Promise.allSettled([world.token({ stationId }), world.token({ stationId })])
  t.equal(raced.filter((r) => r.status === 'fulfilled').length, 1, 'of two at once one is issued')

  world.clock.aheadMs = 16 * MINUTE
  const waiting = await world.token({ stationId, preApproved: false })
  await enrollment.redeem(world.request(waiting.text), world.agent)
  await t.rejects(world.token({ stationId }), { code: 'station_state' }, 'an agent waits')

  const grant = await world.enrolled('Troll')
  await t.rejects(world.token({ stationId: grant.stationId }), { code: 'station_state' }, 'it has a key')
  const { id: gone } = await make('Gone')
  await states.reject(world.person(), gone)
  await t.rejects(world.token({ stationId: gone }), { code: 'station_state' })
  await t.rejects(world.token({ stationId: 'no-such-station' }), { code: 'not_found' })
  const foreign = await stations.create(world.person(undefined, world.rival), {
    ...{ name: 'Foreign', minElevation: 10, mask: [] },
  })
  await t.rejects(world.token({ stationId: foreign.id }), { code: 'not_found' })
})

t.test('Tokens are listed in pages, the newest first, and found by words that are no pattern', async (t) => {
  const world = await fleetWorld(t)
  const { tokens } = world.fleet
  for (const name of ['alpha', 'beta', 'gamma_100%']) {
    await world.token({ name })
    world.clock.aheadMs += SECOND
  }
  const first = await tokens.list(world.acme, { sort: 'createdAt', limit: 2 })
  t.same(
    first.items.map((item) => item.name),
    ['gamma_100%', 'beta'],
  )
  t.ok(first.nextCursor)
  const second = await tokens.list(world.acme, {
    sort: 'createdAt',
    limit: 2,
    cursor: first.nextCursor ?? '',
  })
  t.same(
    second.items.map((item) => item.name),
    ['alpha'],
  )
  t.equal(second.nextCursor, null)
  const found = async (search: string) =>
    (await tokens.list(world.acme, { sort: 'createdAt', limit: 9, search })).items.map((item) => item.name)
  t.same(await found('BET'), ['beta'])
  t.same(await found('_'), ['gamma_100%'])
  t.same(await found('%'), ['gamma_100%'])
})
