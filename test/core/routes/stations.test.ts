import t from 'tap'
import { testCore } from '../../support/core.js'
import { member, RIVAL } from './people.js'

const STATIONS = '/orgs/main/stations'
const SITE = { lat: 78.2, lon: 15.4, altM: 450 }

t.test('A station is made, seen, changed, approved and revoked', async (t) => {
  const core = await testCore(t)
  const { owner } = core
  const made = await owner.api('POST', STATIONS, { name: ' Svalbard ', site: SITE })
  t.equal(made.status, 201)
  t.match(made.body, { name: 'Svalbard', status: 'pending', site: SITE, minElevation: 10, mask: [] })
  const one = `${STATIONS}/${made.body.id}`
  t.same((await owner.api('GET', one)).body, made.body)
  t.same((await owner.api('GET', `${STATIONS}?include=keys,certificates`)).body, {
    ...{ items: [made.body], nextCursor: null },
  })
  const { keys, certificates, ...plain } = made.body
  t.same([keys, certificates], [[], []])
  t.same((await owner.api('GET', STATIONS)).body.items, [plain], 'E23: a list leaves out what is costly')
  t.match(await owner.api('PATCH', one, { minElevation: 12 }), { status: 200, body: { minElevation: 12 } })
  t.match(await owner.api('GET', `${one}/position`), { status: 200, body: null })
  t.match(await owner.api('POST', `${one}/approve`), { status: 200, body: { status: 'approved' } })
  t.match(await owner.api('POST', `${one}/reject`, {}), { status: 409, body: { code: 'station_state' } })
  t.match(await owner.api('POST', `${one}/revoke`, { name: 'Troll' }), {
    ...{ status: 409, body: { code: 'confirmation_required' } },
  })
  t.match(await owner.api('POST', `${one}/revoke`, { name: 'Svalbard' }), {
    ...{ status: 200, body: { status: 'revoked' } },
  })
  t.match(await owner.api('GET', `${STATIONS}?status=revoked&search=SVAL&sort=createdAt&limit=1`), {
    ...{ status: 200, body: { items: [{ id: made.body.id }], nextCursor: null } },
  })
})

t.test('An Idempotency-Key makes one station of two requests', async (t) => {
  const { owner } = await testCore(t)
  const key = { 'idempotency-key': 'station-0001' }
  const first = await owner.api('POST', STATIONS, { name: 'Svalbard' }, key)
  const second = await owner.api('POST', STATIONS, { name: 'Svalbard' }, key)
  t.same([first.status, second.status], [201, 201])
  t.same(second.body, first.body)
})

t.test('R1: strangers and members of another organisation get the same 404', async (t) => {
  const core = await testCore(t)
  const rival = await member(core, 'owner', RIVAL)
  const { body } = await core.owner.api('POST', STATIONS, { name: 'Svalbard' })
  for (const path of [STATIONS, `${STATIONS}/${body.id}`, '/orgs/nowhere/stations'])
    t.match(await rival.api('GET', path), { status: 404, body: { code: 'not_found' } })
  const theirs = `/orgs/${RIVAL}/stations/${body.id}`
  for (const [method, path, sent] of [
    ['GET', theirs, undefined],
    ['GET', `${theirs}/position`, undefined],
    ['PATCH', theirs, { name: 'Mine' }],
    ['POST', `${theirs}/approve`, {}],
    ['POST', `${theirs}/reject`, {}],
    ['POST', `${theirs}/revoke`, { name: 'Svalbard' }],
    ['POST', `${theirs}/commands`, { op: 'stop' }],
  ] as const)
    t.match(
      await rival.api(method, path, sent),
      { status: 404, body: { code: 'not_found' } },
      `${method} ${path}`,
    )
  t.match(await core.browser().api('GET', STATIONS), { status: 401, body: { code: 'not_signed_in' } })
})

t.test('R2, B27: each address asks for its permission', async (t) => {
  const core = await testCore(t)
  const [viewer, operator, manager] = await Promise.all([
    ...(['viewer', 'operator', 'manager'] as const).map((role) => member(core, role)),
  ])
  if (viewer === undefined || operator === undefined || manager === undefined) return t.fail('three people')
  const { body } = await core.owner.api('POST', STATIONS, { name: 'Svalbard' })
  const one = `${STATIONS}/${body.id}`
  t.equal((await viewer.api('GET', one)).status, 200)
  t.equal((await viewer.api('GET', `${one}/position`)).status, 200)
  t.equal((await core.director().api('GET', one)).status, 200)
  t.equal(
    (await core.director().api('GET', `${one}/position`)).status,
    403,
    'the director hears it over MQTT',
  )
  for (const act of ['approve', 'reject', 'revoke', 'commands'])
    t.equal((await viewer.api('POST', `${one}/${act}`, {})).status, 403, act)
  t.equal((await viewer.api('PATCH', one, { name: 'x' })).status, 403)
  t.equal((await operator.api('POST', STATIONS, { name: 'x' })).status, 403)
  t.equal((await manager.api('POST', `${one}/revoke`, { name: 'Svalbard' })).status, 403)
  t.equal((await manager.api('POST', `${one}/approve`)).status, 200)
})

t.test('A1, A41: what does not fit is a 400 that names the field, and never a 500', async (t) => {
  const { owner } = await testCore(t)
  const { body } = await owner.api('POST', STATIONS, { name: 'Svalbard' })
  const one = `${STATIONS}/${body.id}`
  const bodies: [unknown, string][] = [
    [{}, '/name'],
    [{ name: '' }, '/name'],
    [{ name: '   ' }, '/name'],
    [{ name: 5 }, '/name'],
    [{ name: null }, '/name'],
    [{ name: 'x'.repeat(81) }, '/name'],
    [{ name: 'a\u0000b' }, '/name'],
    [{ name: 'x', status: 'approved' }, '/status'],
    [{ name: 'x', id: 'mine-0001' }, '/id'],
    [{ name: 'x', site: { lat: 91, lon: 0, altM: 0 } }, '/site/lat'],
    [{ name: 'x', site: { lat: '1', lon: 0, altM: 0 } }, '/site/lat'],
    [{ name: 'x', site: { lat: 1, lon: null, altM: 0 } }, '/site/lon'],
    [{ name: 'x', site: { lat: 1, lon: 0 } }, '/site/altM'],
    [{ name: 'x', minElevation: -1 }, '/minElevation'],
    [{ name: 'x', mask: [{ az: 0, el: 91 }] }, '/mask/0/el'],
    [{ name: 'x', mask: Array(73).fill({ az: 0, el: 0 }) }, '/mask'],
    [[], ''],
    ['"text"', ''],
  ]
  for (const [sent, pointer] of bodies) {
    const answer = await owner.api('POST', STATIONS, sent)
    t.match(answer, { status: 400, body: { code: 'invalid_request' } }, JSON.stringify(sent).slice(0, 80))
    t.ok(
      answer.body.errors.some((error: { pointer: string }) => error.pointer === pointer),
      pointer,
    )
  }
  for (const text of ['{"name":"x","minElevation":NaN}', '{', 'null', ''])
    t.equal((await owner.api('POST', STATIONS, text)).status, 400, text)
  for (const path of [
    `${STATIONS}?limit=0`,
    `${STATIONS}?limit=x`,
    `${STATIONS}?sort=password`,
    `${STATIONS}?status=superb`,
    `${STATIONS}?cursor=bogus`,
    `${STATIONS}?unknown=1`,
    `${STATIONS}?search=${'x'.repeat(81)}`,
    `${STATIONS}/UPPER-CASE-0001`,
    `${STATIONS}/${'x'.repeat(65)}`,
  ])
    t.match(await owner.api('GET', path), { status: 400, body: { code: 'invalid_request' } }, path)
  t.ok((await owner.api('GET', `${STATIONS}?search=%00`)).status < 500)
  t.ok((await owner.api('GET', `${STATIONS}?search=%ff`)).status < 500)
  t.equal((await owner.api('GET', `${STATIONS}/nobody-0001`)).status, 404)
  t.equal((await owner.api('POST', `${one}/revoke`, {})).body.errors[0].pointer, '/name')
  t.equal((await owner.api('POST', `${one}/approve`, { force: true })).status, 400)
  t.equal((await owner.api('DELETE', one)).status, 405)
})
