import { randomUUID } from 'node:crypto'
import mqtt from 'mqtt'
import t from 'tap'
import type { Ack, Omm } from '../../../shared/messages.js'
import { HOUR, iso, MINUTE } from '../../../shared/time.js'
import { topics } from '../../../shared/topics.js'
import type { Answer } from '../../support/client.js'
import { ORG, testCore } from '../../support/core.js'
import { campaignBody, DRY_RUN, hashOf, MOUNT, orbit, planFor, SITE } from '../planning/fixtures.js'

const core = await testCore(t)
const { owner, prisma } = core
const director = core.director()
const at = (path: string) => `/orgs/${ORG}${path}`

const pointers = ({ body }: Answer): string[] => body.errors.map((e: { pointer: string }) => e.pointer)
const NOW = Date.now()
const omm = orbit(90_001, NOW - HOUR)

/** For what all tests begin with: an assertion of the root would end the run. */
function expectStatus(answer: Answer, status: number): Answer {
  if (answer.status !== status) throw new Error(`answered ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer
}

/** A station that has joined over the API, as an agent does. */
async function enrolled(name: string) {
  const token = await owner.api('POST', at('/enrollment-tokens'), { name })
  const secret = String(token.body.enrollUrl).split('#')[1]
  const answer = await core.program().api('POST', '/enroll', {
    token: secret,
    nonce: randomUUID(),
    name,
    site: SITE,
    mount: MOUNT,
    agent: { version: '0.1.0', hostname: 'pi', platform: 'linux' },
  })
  return expectStatus(answer, 200).body.grant as { stationId: string; key: string; mqttUrl: string }
}

const file = { source: 'test', text: JSON.stringify([omm]) }
expectStatus(await owner.api('POST', '/elements/import', file), 200)
const grant = await enrolled('Munich')
const made = expectStatus(await owner.api('POST', at('/campaigns'), campaignBody(['90001'])), 201)
const campaignId: string = made.body.id

const wish = (startMin: number, more: object = {}) => {
  const aos = NOW + startMin * MINUTE
  return {
    stationId: grant.stationId,
    satelliteId: '90001',
    campaignId,
    priority: 5,
    aos: iso(aos),
    tca: iso(aos + 5 * MINUTE),
    los: iso(aos + 10 * MINUTE),
    aosAz: 0,
    losAz: 180,
    maxEl: 45,
    elementsHash: hashOf(omm),
    elementsEpoch: iso(NOW - HOUR),
    ...more,
  }
}
const schedule = (contacts: object[]) => ({
  from: iso(NOW),
  to: iso(NOW + 24 * HOUR),
  value: 1,
  contacts,
  refused: [],
})

t.test('From a campaign to a receipt, over HTTP and MQTT', async (t) => {
  const passes = await owner.api('GET', at(`/passes?station=${grant.stationId}`))
  t.equal(passes.status, 200)
  t.ok(passes.body.items.length > 0)

  const put = await director.api('PUT', at('/schedule'), schedule([wish(30)]))
  t.match(put, { status: 200, body: { created: 1, kept: 0, cancelled: 0 } })
  const [contact] = put.body.contacts
  const plan = planFor(contact, omm)
  const signed = await director.api('POST', at(`/contacts/${contact.id}/plan`), { plan, dryRun: DRY_RUN })
  t.match(signed, { status: 200, body: { contactId: contact.id, seq: 1 } })
  t.same((await director.api('GET', at(`/contacts/${contact.id}/plan`))).body, signed.body)

  const station = await mqtt.connectAsync(grant.mqttUrl, {
    username: grant.stationId,
    password: grant.key,
    clientId: grant.stationId,
    protocolVersion: 4,
    reconnectPeriod: 0,
    keepalive: 30,
  })
  t.teardown(() => station.endAsync(true))
  const reached = (state: string) =>
    new Promise<void>((resolve) => {
      const off = core.context.events.on('contact', (event) => {
        if (event.contact.id !== contact.id || event.contact.state !== state) return
        off()
        resolve()
      })
    })
  const say = (ack: Partial<Ack>) =>
    station.publishAsync(
      topics.ack(ORG, grant.stationId, 'ack-00001'),
      JSON.stringify({ ts: iso(Date.now()), jti: 'ack-00001', op: 'plan', code: null, ...ack }),
      { qos: 1 },
    )
  const uploaded = reached('uploaded')
  await say({ result: 'accepted', contactId: contact.id, hash: signed.body.hash })
  await uploaded
  const completed = reached('completed')
  const receipt = {
    contactId: contact.id,
    seq: 1,
    hash: signed.body.hash,
    outcome: 'completed' as const,
    code: null,
    startedAt: iso(NOW),
    endedAt: iso(NOW),
    onTargetS: 600,
    trackedS: 600,
    rmsErrDeg: 0.1,
    maxErrDeg: 0.2,
    autonomyS: 0,
    samples: [],
  }
  await say({ result: 'done', contactId: contact.id, receipt })
  await completed
  const detail = await owner.api('GET', at(`/contacts/${contact.id}`))
  t.match(detail, {
    status: 200,
    body: { state: 'completed', onTargetS: 600, receipt: { outcome: 'completed' } },
  })
  const withdrawn = await director.api('POST', at(`/contacts/${contact.id}/withdrawal`), {})
  t.match(withdrawn, { status: 200, body: { contactId: contact.id } })
})

t.test('R8: what is the director alone may do, people may not, whatever their role', async (t) => {
  const id = randomUUID()
  const forbidden = [
    ['PUT', at('/schedule'), schedule([])],
    ['POST', at(`/contacts/${id}/plan`), {}],
    ['GET', at(`/contacts/${id}/plan`)],
    ['POST', at(`/contacts/${id}/withdrawal`), {}],
    ['POST', `/elements/sources/${id}/claim`, { url: 'https://example.org/' }],
    ['POST', `/elements/sources/${id}/looked`, {}],
    ['PUT', '/transmitters', { source: 'x', items: [] }],
    ['PUT', '/catalogue', { source: 'x', items: [] }],
  ] as const
  for (const [method, path, body] of forbidden)
    t.equal((await owner.api(method, path, body)).status, 403, `${method} ${path}`)
  for (const [method, path, body] of forbidden)
    t.equal((await core.program().api(method, path, body)).status, 401, `${method} ${path}`)
  t.equal(
    (await director.api('POST', at('/campaigns'), campaignBody(['90001']))).status,
    403,
    'nor it what is theirs',
  )
  t.equal((await director.api('POST', at(`/contacts/${id}/cancel`), { reason: 'x' })).status, 403)
})

t.test('R1: an organisation that is not the own is not found, and neither are its things', async (t) => {
  await prisma.org.create({ data: { id: 'rival-org-id', slug: 'rival', name: 'Rival' } })
  for (const path of ['contacts', 'campaigns', 'passes', 'schedule'])
    t.equal((await owner.api('GET', `/orgs/rival/${path}`)).status, 404, path)
  const { body } = await owner.api('GET', at('/contacts'))
  const [contact] = body.items
  t.equal((await director.api('GET', `/orgs/rival/contacts/${contact.id}`)).status, 404)
  const foreign = await director.api('PUT', '/orgs/rival/schedule', schedule([wish(60)]))
  t.match(foreign, { status: 409, body: { code: 'schedule_outdated' } })
  t.same(pointers(foreign).slice(0, 2), ['/contacts/0/stationId', '/contacts/0/campaignId'])
})

const voice = { description: 'FM voice', kind: 'transmitter', downlinkLowHz: 145_800_000 }

t.test('A41: bad input is a 400 that names the field, never a 500', async (t) => {
  const id = randomUUID()
  const bad = [
    ['GET', at('/passes?station=X'), undefined, '/station'],
    ['GET', at('/passes?satellite=0'), undefined, '/satellite'],
    ['GET', at('/passes?from=0000-01-01T00:00:00.000Z'), undefined, '/from'],
    ['GET', at('/passes?from=tomorrow'), undefined, '/from'],
    ['GET', at('/passes?to=2020-01-01T00:00:00.000Z'), undefined, '/to'],
    ['GET', at('/contacts?state=gone'), undefined, '/state'],
    ['GET', at('/contacts?open=perhaps'), undefined, '/open'],
    ['GET', at('/contacts?cursor=zzz'), undefined, '/cursor'],
    ['GET', at('/contacts?limit=0'), undefined, '/limit'],
    ['GET', at('/contacts?search=%00'), undefined, '/search'],
    ['GET', at('/campaigns?cursor=zzz'), undefined, '/cursor'],
    ['GET', '/satellites?cursor=zzz', undefined, '/cursor'],
    ['GET', '/satellites?limit=2001', undefined, '/limit'],
    ['GET', '/satellites/abc', undefined, '/id'],
    ['POST', '/elements/import', { source: 'x', text: '' }, '/text'],
    ['POST', '/elements/import', { source: 'x', text: 'x', more: 1 }, '/more'],
    ['POST', '/elements/sources', { kind: 'ftp', target: 'x' }, '/kind'],
    ['POST', '/elements/sources', { kind: 'celestrak', target: '../x' }, '/target'],
    ['POST', '/elements/sources', { kind: 'celestrak', target: 'x', everyHours: 1 }, '/everyHours'],
    ['POST', '/elements/sources', { kind: 'satnogs', target: 'artifacts' }, '/target'],
    ['POST', '/elements/sources', { kind: 'url', target: 'file:///etc/passwd' }, '/target'],
    ['POST', '/elements/sources', { kind: 'url', target: 'https://me:secret@example.org/' }, '/target'],
    ['POST', '/satellites/90001/transmitters', { description: 'x', kind: 'laser' }, '/kind'],
    ['POST', '/satellites/90001/transmitters', { ...voice, downlinkLowHz: 0 }, '/downlinkLowHz'],
    ['POST', '/satellites/90001/transmitters', { ...voice, downlinkHighHz: 1 }, ''],
    ['GET', '/satellites/abc/elements', undefined, '/id'],
    ['POST', at('/campaigns'), { ...campaignBody(['90001']), priority: 11 }, '/priority'],
    ['POST', at('/campaigns'), { ...campaignBody(['90001']), name: '' }, '/name'],
    ['POST', at('/campaigns'), campaignBody(['1']), '/satellites/0'],
    ['POST', at('/campaigns'), campaignBody(['90001'], { stations: [id] }), '/stations/0'],
    ['PATCH', at(`/campaigns/${campaignId}`), { satellites: [] }, '/satellites'],
    ['POST', at(`/contacts/${id}/cancel`), {}, '/reason'],
    ['POST', at('/contacts/X/cancel'), { reason: 'x' }, '/id'],
  ] as const
  for (const [method, path, body, pointer] of bad) {
    const answer = await owner.api(method, path, body)
    t.equal(answer.status, 400, `${method} ${path} ${JSON.stringify(answer.body)}`)
    t.same([...new Set(pointers(answer))], [pointer], `${method} ${path}`)
  }
  const early = await director.api(
    'PUT',
    at('/schedule'),
    schedule([wish(30, { aos: '0000-01-01T00:00:00.000Z' })]),
  )
  t.equal(early.status, 400)
  t.same(pointers(early), ['/contacts/0/aos'])
  const notFound = [
    ['GET', at(`/campaigns/${id}`)],
    ['DELETE', at(`/campaigns/${id}`)],
    ['GET', at(`/contacts/${id}`)],
    ['POST', at(`/contacts/${id}/cancel`), { reason: 'x' }],
    ['GET', '/satellites/1'],
    ['GET', '/satellites/1/elements'],
    ['DELETE', '/satellites/90001/transmitters/nothing-there'],
    ['POST', `/elements/sources/${id}/check`, {}],
    ['DELETE', `/elements/sources/${id}`],
  ] as const
  for (const [method, path, body] of notFound)
    t.equal((await owner.api(method, path, body)).status, 404, `${method} ${path}`)
})

t.test('What no database stores inside the text of elements is refused by field', async (t) => {
  const sets: Omm[] = [
    { ...orbit(90_002, NOW), OBJECT_NAME: 'A\0B' },
    { ...orbit(90_003, NOW), OBJECT_NAME: '\ud800' },
    { ...orbit(90_004, NOW), EPOCH: '0000-01-01T00:00:00.000000' },
  ]
  const answer = await owner.api('POST', '/elements/import', { source: 'x', text: JSON.stringify(sets) })
  t.equal(answer.status, 200)
  t.match(answer.body, {
    imported: 0,
    refused: [{ where: /OBJECT_NAME/ }, { where: /OBJECT_NAME/ }, { code: 'elements_invalid' }],
  })
})

t.test('Sources, satellites, campaigns and the schedule answer as their schemas say', async (t) => {
  const source = await owner.api('POST', '/elements/sources', { kind: 'celestrak', target: 'amateur' })
  t.equal(source.status, 201)
  const atSource = `/elements/sources/${source.body.id}`
  const url = 'https://example.org/gp'
  t.match(await director.api('POST', `${atSource}/claim`, { url }), { status: 200, body: { claimed: true } })
  t.match(await director.api('POST', `${atSource}/claim`, { url }), { status: 200, body: { claimed: false } })
  const looked = {
    url,
    outcome: 'changed',
    result: '6 new',
    etag: null,
    lastModified: null,
    retryAfterS: null,
  }
  t.match(await director.api('POST', `${atSource}/looked`, looked), { status: 200, body: { ok: true } })
  t.match(await owner.api('POST', `${atSource}/check`, {}), {
    status: 200,
    body: { look: { result: '6 new' } },
  })
  t.equal((await director.api('GET', '/elements/sources')).body.items.length, 1)
  t.match(await owner.api('DELETE', `/elements/sources/${source.body.id}`), {
    status: 200,
    body: { ok: true },
  })
  const made = await owner.api('POST', '/satellites/90001/transmitters', voice)
  t.match(made, { status: 201, body: { source: 'manual', status: 'active', uplinkLowHz: null } })
  const item = { ...made.body, id: 'from-a-source' }
  const { source: _, updatedAt: __, ...fromSource } = item
  t.match(await director.api('PUT', '/transmitters', { source: 'satnogs', items: [fromSource] }), {
    status: 200,
    body: { changed: 1, total: 1 },
  })
  const alive = { satelliteId: '90001', name: 'SAT', life: 'alive', decayedAt: null }
  t.equal((await director.api('PUT', '/catalogue', { source: 'satnogs', items: [alive] })).status, 200)
  t.match(await owner.api('GET', '/satellites/90001/transmitters'), {
    status: 200,
    body: { catalogue: { life: 'alive' }, items: [{}, {}] },
  })
  t.match(await owner.api('DELETE', `/satellites/90001/transmitters/${made.body.id}`), { status: 200 })
  t.match(await owner.api('GET', '/satellites/90001/elements'), {
    status: 200,
    body: { items: [{ current: true, drift: null }] },
  })
  t.match(await owner.api('GET', '/satellites/90001'), {
    status: 200,
    body: { age: 'fresh', omm: { NORAD_CAT_ID: 90_001 } },
  })
  t.match(await owner.api('GET', '/satellites?search=sat-9'), {
    status: 200,
    body: { items: [{ id: '90001' }] },
  })
  t.match(await owner.api('PATCH', at(`/campaigns/${campaignId}`), { enabled: false }), {
    body: { enabled: false },
  })
  t.match(await owner.api('GET', at('/campaigns')), {
    body: { items: [{ id: campaignId }], nextCursor: null },
  })
  t.match(await owner.api('GET', at('/schedule')), { status: 200, body: { value: 1, refused: [] } })
  t.match(await owner.api('DELETE', at(`/campaigns/${campaignId}`)), { status: 200 })
})

t.test('Contacts, passes and the schedule leave as tables and as a calendar', async (t) => {
  const campaign = expectStatus(await owner.api('POST', at('/campaigns'), campaignBody(['90001'])), 201)
  const wished = wish(120, { campaignId: campaign.body.id })
  const put = expectStatus(await director.api('PUT', at('/schedule'), schedule([wished])), 200)
  const [contact] = put.body.contacts
  const file = async (path: string, type: RegExp) => {
    const answer = expectStatus(await owner.api('GET', at(path)), 200)
    t.match(answer.headers['content-type'], type, path)
    t.match(answer.headers['content-disposition'], /^attachment; filename="talos-main-[a-z.]+"$/)
    return String(answer.body)
  }
  const calendar = (query = '') => file(`/calendar.ics${query}`, /^text\/calendar; charset=utf-8/)
  const mine = `UID:${contact.id}@talos`
  t.match(await calendar(), mine)
  t.match(await calendar(`?satellite=90001&station=${grant.stationId}`), mine)
  t.notMatch(await calendar('?satellite=90002'), 'BEGIN:VEVENT')
  t.match(await calendar(), `GEO:${SITE.lat};${SITE.lon}`)
  t.match(await file('/contacts.csv?open=true', /^text\/csv/), contact.id)
  t.match(await file('/passes.csv', /^text\/csv/), `${grant.stationId},Munich,90001`)
  const passes = await file('/passes.ics?satellite=90001', /^text\/calendar/)
  t.match(passes, 'SUMMARY:')
  t.match(passes, `GEO:${SITE.lat};${SITE.lon}`)
  t.match((await owner.api('GET', at('/calendar'))).body, {
    url: `${core.url}/api/v1${at('/calendar.ics')}`,
  })
  t.match(await file('/schedule.csv', /^text\/csv/), `booked,${grant.stationId},Munich,90001`)

  expectStatus(await owner.api('POST', at(`/contacts/${contact.id}/cancel`), { reason: 'rain' }), 200)
  const after = await calendar()
  const event = after.slice(after.indexOf(mine), after.indexOf('END:VEVENT', after.indexOf(mine)))
  t.match(event, 'STATUS:CANCELLED')
  t.match(event, 'rain')
})

t.test(
  'A20: a calendar program signs in with a token as its password, and with no token that may do more',
  async (t) => {
    const token = async (name: string, permissions?: string[]) => {
      const answer = await owner.api('POST', '/auth/api-tokens', { name, permissions })
      return expectStatus(answer, 201).body as { token: string; item: { id: string } }
    }
    const small = await token('calendar', ['view_passes'])
    const large = await token('everything')
    const basic = (password: string, user = 'anybody') => ({
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
    })
    const ask = (path: string, headers: Record<string, string>) =>
      core.program().api('GET', path, undefined, headers)
    const ics = at('/calendar.ics')
    t.match(await ask(ics, basic(small.token)), { status: 200, body: /^BEGIN:VCALENDAR/ })
    t.match(await ask(ics, basic(small.token, '')), { status: 200 })
    t.match(await ask(ics, { authorization: `Bearer ${small.token}` }), { status: 200 })
    const refused = await ask(ics, basic(large.token))
    t.match(refused, { status: 403, body: { code: 'forbidden', detail: /view_passes alone/ } })
    t.notMatch(JSON.stringify(refused.body), large.token)

    for (const path of ['/contacts', '/contacts.csv', '/passes'])
      t.equal((await ask(at(path), basic(small.token))).status, 401, `${path} takes no Basic`)
    t.equal((await ask(`/orgs/other/calendar.ics`, basic(small.token))).status, 404)
    for (const wrong of ['', 'gsa_x_y', `${small.token}x`, grant.key])
      t.equal((await ask(ics, basic(wrong))).status, 401, 'wrong')
    for (const authorization of [
      'Basic',
      'Basic ',
      'Basic !!',
      'Basic bm9jb2xvbg==',
      `Basic ${'a'.repeat(5000)}`,
    ])
      t.equal((await ask(ics, { authorization })).status, 401, authorization.slice(0, 20))

    t.match((await ask(ics, {})).headers['www-authenticate'], /^Basic realm="talos"/)
    const browser = await ask(ics, { 'sec-fetch-mode': 'navigate' })
    t.match(browser.headers['www-authenticate'], /^Bearer/, 'a browser shows no dialog')
    expectStatus(await owner.api('DELETE', `/auth/api-tokens/${small.item.id}`), 200)
    t.equal((await ask(ics, basic(small.token))).status, 401, 'revoked')
  },
)
