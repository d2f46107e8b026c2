import t from 'tap'
import { type TestCore, testCore } from '../../support/core.js'
import { FakeStation, MOUNT } from '../fleet/world.js'
import { member, RIVAL } from './people.js'

const agent = { version: '0.1.0', hostname: 'pi', platform: 'linux arm64' }
const MOVE = { op: 'move', args: { az: 120, el: 30 } }

async function joined(core: TestCore) {
  const created = await core.owner.api('POST', '/orgs/main/enrollment-tokens', { name: 'Svalbard' })
  const token = created.body.enrollUrl.split('#')[1]
  const knock = { token, nonce: 'nonce-0001', mount: MOUNT, agent }
  const { body } = await core.program().api('POST', '/enroll', knock)
  return await FakeStation.join(body.grant)
}

t.test('A command is answered by the station, and listed', async (t) => {
  const core = await testCore(t)
  const { owner } = core
  const station = await joined(core)
  t.teardown(() => station.client.end(true))
  const path = `/orgs/main/stations/${station.grant.stationId}/commands`
  const sent = await owner.api('POST', path, MOVE)
  t.match(sent, { status: 200, body: { ...MOVE, result: 'accepted', code: null } })
  t.match(await owner.api('POST', path, { op: 'stop' }), { status: 200, body: { op: 'stop', args: {} } })
  station.reply = () => ({ result: 'rejected', code: 'safe_hold', detail: 'It holds.' })
  t.match(await owner.api('POST', path, { op: 'park', args: {} }), {
    ...{ status: 422, body: { code: 'command_refused', detail: /^safe_hold: .* It holds\.$/ } },
  })
  const list = await owner.api('GET', `/orgs/main/commands?station=${station.grant.stationId}&limit=2`)
  t.match(list.body, { items: [{ op: 'park', result: 'rejected', code: 'safe_hold' }, { op: 'stop' }] })
  const rest = await owner.api('GET', `/orgs/main/commands?cursor=${list.body.nextCursor}`)
  t.same(rest.body, { items: [sent.body], nextCursor: null })
})

t.test('R3: an operator moves metal and touches no guard; a viewer does neither', async (t) => {
  const core = await testCore(t)
  const operator = await member(core, 'operator')
  const viewer = await member(core, 'viewer')
  const rival = await member(core, 'owner', RIVAL)
  const station = await joined(core)
  t.teardown(() => station.client.end(true))
  const path = `/orgs/main/stations/${station.grant.stationId}/commands`
  t.equal((await operator.api('POST', path, MOVE)).status, 200)
  for (const op of ['release', 'limits']) {
    const body = { op, args: op === 'limits' ? { azMin: 0, azMax: 90, elMin: 0, elMax: 90 } : {} }
    t.match(await operator.api('POST', path, body), { status: 403, body: { code: 'forbidden' } }, op)
    t.equal((await core.owner.api('POST', path, body)).status, 200, op)
  }
  t.equal((await viewer.api('POST', path, MOVE)).status, 403)
  t.equal((await core.director().api('POST', path, MOVE)).status, 403, 'D1: not even the director')
  t.equal((await rival.api('POST', path, MOVE)).status, 404)
  t.equal((await rival.api('GET', `/orgs/${RIVAL}/commands`)).body.items.length, 0)
  t.same(
    station.heard.map(({ op }) => op),
    ['move', 'release', 'limits'],
  )
})

t.test('G1, A1: angles that are none never leave core', async (t) => {
  const core = await testCore(t)
  const station = await joined(core)
  t.teardown(() => station.client.end(true))
  const path = `/orgs/main/stations/${station.grant.stationId}/commands`
  const bodies: [unknown, string][] = [
    [{ op: 'move', args: { az: null, el: 1 } }, '/args/az'],
    [{ op: 'move', args: { az: '10', el: 1 } }, '/args/az'],
    [{ op: 'move', args: { az: 10 } }, '/args/el'],
    [{ op: 'move', args: { az: 5000, el: 1 } }, '/args/az'],
    [{ op: 'move', args: { az: 10, el: 200 } }, '/args/el'],
    [{ op: 'move', args: { az: 10, el: 20, speed: 9 } }, '/args/speed'],
    [{ op: 'move' }, '/args'],
    [{ op: 'stop', args: { now: true } }, '/args/now'],
    [{ op: 'limits', args: { azMin: 0 } }, '/args/azMax'],
    [{ op: 'explode' }, '/op'],
    [{ op: null }, '/op'],
    [{}, '/op'],
    [{ op: 'stop', jti: 'mine-0001' }, '/jti'],
  ]
  for (const [sent, pointer] of bodies) {
    const answer = await core.owner.api('POST', path, sent)
    t.match(answer, { status: 400, body: { code: 'invalid_request' } }, JSON.stringify(sent))
    t.ok(
      answer.body.errors.some((error: { pointer: string }) => error.pointer === pointer),
      `${pointer}: ${JSON.stringify(answer.body.errors)}`,
    )
  }
  for (const text of [
    '{"op":"move","args":{"az":NaN,"el":1}}',
    '{"op":"move","args":{"az":Infinity,"el":1}}',
  ])
    t.equal((await core.owner.api('POST', path, text)).status, 400, text)
  const huge = '{"op":"move","args":{"az":1e999,"el":1}}'
  t.equal((await core.owner.api('POST', path, huge)).status, 400, huge)
  t.same(station.heard, [])
})

t.test('A station that is not connected is a 409', async (t) => {
  const core = await testCore(t)
  const { body } = await core.owner.api('POST', '/orgs/main/stations', { name: 'Svalbard' })
  const path = `/orgs/main/stations/${body.id}`
  const send = () => core.owner.api('POST', `${path}/commands`, { op: 'stop' })
  t.match(await send(), { status: 409, body: { code: 'station_state' } })
  await core.owner.api('POST', `${path}/approve`)
  t.match(await send(), { status: 409, body: { code: 'station_offline' } })
})
