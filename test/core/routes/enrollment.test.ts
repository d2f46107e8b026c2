import t from 'tap'
import { enrollmentTokenCreated, enrollResponseSchema } from '../../../shared/api/fleet.js'
import { testCore } from '../../support/core.js'
import { secretHalf } from '../../support/secrets.js'
import { FakeStation, MOUNT } from '../fleet/world.js'
import { member, RIVAL } from './people.js'

const TOKENS = '/orgs/main/enrollment-tokens'
const agent = { version: '0.1.0', hostname: 'pi', platform: 'linux arm64' }
const knock = (token: string, more: object = {}) => ({
  token,
  nonce: 'nonce-0001',
  mount: MOUNT,
  agent,
  ...more,
})

t.test('E12: one line joins a station, which is then connected', async (t) => {
  const core = await testCore(t)
  const { owner } = core
  const created = await owner.api('POST', TOKENS, { name: 'Svalbard' })
  t.equal(created.status, 201)
  t.equal(created.headers['cache-control'], 'no-store', 'A29')
  const { item, enrollUrl, command } = enrollmentTokenCreated.parse(created.body)
  t.equal(command, `npx talos agent enroll '${enrollUrl}'`)
  t.ok(enrollUrl.startsWith(`${core.url}/enroll#gse_`), 'E32: in the fragment')
  const token = enrollUrl.split('#')[1] ?? ''
  const redeemed = await core.program().api('POST', '/enroll', knock(token))
  t.equal(redeemed.status, 200)
  t.equal(redeemed.headers['cache-control'], 'no-store', 'A29')
  const answer = enrollResponseSchema.parse(redeemed.body)
  if (answer.status !== 'approved') return t.fail('it waits')
  const station = await FakeStation.join(answer.grant)
  t.teardown(() => station.client.end(true))
  t.match(await owner.api('GET', `/orgs/main/stations/${answer.grant.stationId}`), {
    ...{ body: { name: 'Svalbard', status: 'approved', online: true } },
  })
  const shown = await owner.api('GET', `${TOKENS}/${item.id}`)
  t.match(shown.body, { state: 'consumed', consumedFrom: '127.0.0.1', stationId: answer.grant.stationId })
  t.notOk(JSON.stringify([shown.body, (await owner.api('GET', TOKENS)).body]).includes(secretHalf(token)))
  const again = await core.program().api('POST', '/enroll', knock(token, { nonce: 'nonce-0002' }))
  t.match(again, { status: 403, body: { code: 'enrollment_token_invalid' } })
  const log = JSON.stringify(core.logged)
  for (const secret of [token, answer.grant.key]) t.notOk(log.includes(secretHalf(secret)), 'in no log')
})

t.test('E17: a waiting agent polls with a Bearer of its own', async (t) => {
  const core = await testCore(t)
  const { owner } = core
  const created = await owner.api('POST', TOKENS, { name: 'Svalbard', preApproved: false })
  const token = created.body.enrollUrl.split('#')[1]
  const { body } = await core.program().api('POST', '/enroll', knock(token))
  t.match(body, { status: 'pending', pollSeconds: 3 })
  const path = `/enroll/${body.enrollmentId}`
  const waiting = core.program(body.pollSecret)
  t.match(await waiting.api('GET', path), { status: 200, body: { status: 'pending' } })
  for (const stranger of [core.program(), core.program('x'.repeat(43)), core.program(token), owner])
    t.match(await stranger.api('GET', path), { status: 403, body: { code: 'enrollment_token_invalid' } })
  t.equal((await waiting.api('GET', '/enroll/nobody-0001')).status, 403)
  t.equal((await waiting.api('GET', '/orgs/main/stations')).status, 401, 'B17: it opens nothing else')
  await owner.api('POST', `/orgs/main/stations/${body.stationId}/approve`)
  const delivered = await waiting.api('GET', path)
  t.match(delivered, { status: 200, body: { status: 'approved', grant: { stationId: body.stationId } } })
  t.equal(delivered.headers['cache-control'], 'no-store', 'A29')
})

t.test('Tokens ask for their permission and belong to one organisation', async (t) => {
  const core = await testCore(t)
  const viewer = await member(core, 'viewer')
  const rival = await member(core, 'owner', RIVAL)
  const { body } = await core.owner.api('POST', TOKENS, { name: 'Svalbard' })
  const one = `${TOKENS}/${body.item.id}`
  t.equal((await viewer.api('GET', TOKENS)).status, 403)
  t.equal((await viewer.api('POST', TOKENS, { name: 'x' })).status, 403)
  t.equal((await viewer.api('DELETE', one)).status, 403)
  t.equal((await rival.api('GET', one)).status, 404)
  t.equal((await rival.api('DELETE', `/orgs/${RIVAL}/enrollment-tokens/${body.item.id}`)).status, 404)
  t.match(await core.owner.api('DELETE', one), { status: 200, body: { state: 'revoked' } })
  const knocked = await core.program().api('POST', '/enroll', knock(body.enrollUrl.split('#')[1]))
  t.match(knocked, { status: 403, body: { code: 'enrollment_token_invalid' } })
})

t.test('A1, A41: what does not fit is a 400 that names the field', async (t) => {
  const core = await testCore(t)
  const good = knock('gse_0123456789abcdef_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')
  const bodies: [unknown, string][] = [
    [{}, '/token'],
    [{ ...good, token: null }, '/token'],
    [{ ...good, token: 'x'.repeat(101) }, '/token'],
    [{ ...good, nonce: 'short' }, '/nonce'],
    [{ ...good, mount: { ...MOUNT, azMin: null } }, '/mount/azMin'],
    [{ ...good, mount: { ...MOUNT, azRate: '6' } }, '/mount/azRate'],
    [{ ...good, site: { lat: 91, lon: 0, altM: 0 } }, '/site/lat'],
    [{ ...good, stationId: 'station-0001' }, '/stationId'],
    [{ ...good, agent: {} }, '/agent/version'],
  ]
  for (const [i, [sent, pointer]] of bodies.entries()) {
    const answer = await core.browser().api('POST', '/enroll', sent)
    t.equal(answer.status, 400, `${i}`)
    t.ok(
      answer.body.errors.some((error: { pointer: string }) => error.pointer === pointer),
      pointer,
    )
  }
  const tokens: [unknown, string][] = [
    [{}, '/name'],
    [{ name: 'x', ttlMinutes: 0 }, '/ttlMinutes'],
    [{ name: 'x', ttlMinutes: 10_081 }, '/ttlMinutes'],
    [{ name: 'x', ttlMinutes: 1.5 }, '/ttlMinutes'],
    [{ name: 'x', preApproved: 'yes' }, '/preApproved'],
    [{ name: 'x', maxUses: 5 }, '/maxUses'],
    [{ name: 'x', stationId: 'no' }, '/stationId'],
  ]
  for (const [sent, pointer] of tokens) {
    const answer = await core.owner.api('POST', TOKENS, sent)
    t.equal(answer.status, 400, JSON.stringify(sent))
    t.ok(
      answer.body.errors.some((error: { pointer: string }) => error.pointer === pointer),
      pointer,
    )
  }
})

t.test('E7: redeeming is limited for each address', async (t) => {
  const core = await testCore(t)
  const stranger = core.browser()
  const statuses: number[] = []
  for (let i = 0; i < 22; i++)
    statuses.push((await stranger.api('POST', '/enroll', knock('no token'))).status)
  t.same([...new Set(statuses)], [403, 429])
  t.equal(statuses.filter((status) => status === 403).length, 20)
  t.equal((await core.browser().api('POST', '/enroll', knock('no token'))).status, 403, 'others may')
})
