import { randomUUID } from 'node:crypto'
import t from 'tap'
import type { StationGrant } from '../../../shared/api/fleet.js'
import { MINUTE } from '../../../shared/time.js'
import { ORG, testCore } from '../../support/core.js'
import { knock } from '../../support/knock.js'
import { MOUNT } from '../../support/mounts.js'

t.setTimeout(120_000)
const core = await testCore(t)
const { owner, prisma } = core

async function join(name: string): Promise<StationGrant> {
  const created = await owner.api('POST', `/orgs/${ORG}/enrollment-tokens`, { name })
  const { body } = await core.browser().api('POST', '/enroll', {
    ...{ token: created.body.enrollUrl.split('#')[1], nonce: randomUUID(), name, mount: MOUNT },
    agent: { version: '0.1.0', hostname: 'pi', platform: 'linux' },
  })
  return body.grant
}

const ask = (bearer: string, body: unknown = {}) => core.program(bearer).api('POST', '/station/key', body)
const live = (stationId: string) => prisma.stationKey.count({ where: { stationId, revokedAt: null } })
const act = ({ stationId }: StationGrant, what: string, body: object = {}) =>
  owner.api('POST', `/orgs/${ORG}/stations/${stationId}/${what}`, body)

t.test('A20 B17: no credential but the key of the station gets it a new one', async (t) => {
  const grant = await join('Svalbard')
  const api = await owner.api('POST', '/auth/api-tokens', { name: 'robot' })
  const token = await owner.api('POST', `/orgs/${ORG}/enrollment-tokens`, { name: 'x' })
  const wrong = `${grant.key.slice(0, -1)}${grant.key.endsWith('A') ? 'B' : 'A'}`
  t.equal((await ask(api.body.token)).status, 403)
  for (const bearer of [token.body.enrollUrl.split('#')[1], wrong, 'x', grant.stationId])
    t.equal((await ask(bearer)).status, 401, bearer.slice(0, 8))
  t.equal((await owner.api('POST', '/station/key', {})).status, 403, 'nor an owner')
  t.equal((await core.director().api('POST', '/station/key', {})).status, 403, 'nor the director')
  t.equal((await ask(grant.key, { stationId: randomUUID() })).status, 400, 'and for nobody else')
  t.equal(await live(grant.stationId), 1)
})

t.test('field C12: a station is told what time it is by core, and nobody keeps the answer', async (t) => {
  const { key } = await join('Clock')
  const before = core.clock.now()
  const { status, body, headers } = await core.program(key).api('GET', '/station/time')
  t.equal(status, 200)
  const now = Date.parse(body.now)
  t.ok(before <= now && now <= core.clock.now(), body.now)
  t.match(headers['cache-control'], 'no-store')
  t.equal((await core.program('x').api('GET', '/station/time')).status, 401)
})

t.test('E18 E19: a key that has ended gets no successor, and opens nothing', async (t) => {
  const grant = await join('Rotated')
  const { stationId, mqttUrl, key } = grant
  const first = await ask(key)
  t.equal(first.status, 201)
  t.match(first.headers['cache-control'], 'no-store')
  t.equal(await knock(mqttUrl, stationId, first.body.key), 0)
  core.clock.aheadMs += 2 * MINUTE
  t.equal((await ask(key)).status, 401, 'the former one of a thief')
  t.equal((await core.program(key).api('GET', '/station')).status, 401)

  t.equal((await act(grant, 'lock', { reason: 'new bearing' })).status, 200)
  const locked = { status: 409, body: { code: 'station_locked', detail: /new bearing/ } }
  t.match(await ask(first.body.key), locked)
  t.match(await core.program(first.body.key).api('GET', '/station'), locked)
  t.equal((await ask(key)).status, 401, 'an ended key is not told why')
  t.equal(await knock(mqttUrl, stationId, key), 4)
  t.equal((await act(grant, 'unlock')).status, 200)

  t.equal((await act(grant, 'revoke', { name: 'Rotated' })).status, 200)
  t.match(await ask(first.body.key), { status: 403, body: { code: 'principal_revoked' } })
  t.equal(await live(stationId), 0)
  const reuse = await prisma.auditEvent.findMany({
    where: { action: 'station.key_reuse', targetId: stationId },
  })
  t.ok(reuse.length > 0, 'somebody has a copy, and people can see it')
})

t.test('of fifty requests at once, and a revocation between them, no key is left over', async (t) => {
  const grant = await join('Raced')
  const { stationId, mqttUrl, key } = grant
  const answers = await Promise.all([
    ...Array.from({ length: 25 }, () => ask(key)),
    act(grant, 'revoke', { name: 'Raced' }),
    ...Array.from({ length: 25 }, () => ask(key)),
  ])
  t.ok(answers.filter(({ status }) => status === 201).length <= 1)
  t.equal(await live(stationId), 0)
  for (const { body } of answers)
    if (typeof body.key === 'string') t.equal(await knock(mqttUrl, stationId, body.key), 5)
})

t.test('E7: who asks all the time is told to wait', async (t) => {
  const grant = await join('Busy')
  t.equal((await ask(grant.key)).status, 201)
  const again = await ask(grant.key)
  t.match(again, { status: 429, body: { code: 'rate_limited' } })
  t.equal(await prisma.stationKey.count({ where: { stationId: grant.stationId } }), 2)
})

t.test('A12: unlocking and replacing a key take a fresh proof; locking does not', async (t) => {
  const grant = await join('Proof')
  core.clock.aheadMs += 6 * MINUTE
  t.equal((await act(grant, 'lock', { reason: 'somebody is up the mast' })).status, 200)
  for (const what of ['unlock', 'rotate-key'])
    t.match(await act(grant, what), { status: 403, body: { code: 'step_up_required' } }, what)
  for (const reason of ['', ' ', 'x'.repeat(201), 'bell\u0007', 7])
    t.equal((await act(grant, 'lock', { reason: reason as string })).status, 400)
})
