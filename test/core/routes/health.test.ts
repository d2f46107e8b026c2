import t from 'tap'
import { brokerHealthResponse, enrollmentHealthResponse } from '../../../shared/api/health.js'
import { ORG, testCore } from '../../support/core.js'
import { connectSocket, settled, ticketOf } from '../../support/live.js'
import { member } from './people.js'

/** The value of a sample as it stands on the page. */
const valueIn = (text: string, sample: string): number | undefined => {
  const line = text.split('\n').find((line) => line.startsWith(`${sample} `))
  return line === undefined ? undefined : Number(line.slice(sample.length))
}

t.test('health/broker and metrics', async (t) => {
  const core = await testCore(t)
  const { owner } = core
  const page = await connectSocket(t, {
    ...{ url: core.url, ticket: await ticketOf(owner), origin: core.url, cookie: owner.cookieHeader },
  })
  await page.subscribeAsync(`talos/${ORG}/gs/+/state`)
  await t.rejects(
    settled(t, core.mqttUrl, { clientId: 'nobody-0001', username: 'nobody-0001', password: 'x' }),
  )

  await t.test('H1 H4: collected and judged at once, for those who answer for the system', async (t) => {
    const { status, body } = await owner.api('GET', '/health/broker')
    t.equal(status, 200)
    const { findings, state, recent, level } = brokerHealthResponse.parse(body)
    t.equal(level, 'ok')
    t.ok(findings.every((finding) => finding.level === 'ok' && finding.mend === ''))
    t.match(
      findings.find(({ check }) => check === 'Clients'),
      { found: '0 stations, 1 page of a person, 0 services; 1 of 15000 places taken' },
    )
    t.match(state.connections, { user: { websocket: 1, tcp: 0 } })
    t.same(state.listeners, [
      { transport: 'tcp', url: core.mqttUrl },
      { transport: 'websocket', url: `${core.url.replace('http', 'ws')}/mqtt` },
    ])
    t.ok(state.bytes.received > 0 && state.bytes.sent > 0, 'of a WebSocket too')
    t.match(recent.refused, { connect: { bad_credentials: 1 } })
    t.match(recent.connectsAccepted, { user: 1 })
  })

  await t.test('E7 H4: who issues how many enrollment tokens', async (t) => {
    await owner.api('POST', `/orgs/${ORG}/enrollment-tokens`, { name: 'Roof' })
    const { status, body } = await owner.api('GET', '/health/enrollment')
    t.equal(status, 200)
    t.match(enrollmentHealthResponse.parse(body), {
      level: 'ok',
      state: { issuers: [{ email: 'owner@example.org', org: ORG, issued: 1 }], active: 1, waiting: 0 },
    })
  })

  await t.test('a scraper needs a token that can do nothing else', async (t) => {
    const issued = await owner.api('POST', '/auth/api-tokens', {
      name: 'prometheus',
      permissions: ['view_system_audit_logs'],
    })
    const scraper = core.program(issued.body.token)
    const { status, body, headers } = await scraper.api('GET', '/metrics')
    t.equal(status, 200)
    t.match(headers['content-type'], /^text\/plain; version=0\.0\.4/)
    t.equal(valueIn(body, 'talos_broker_connections{kind="user",transport="websocket"}'), 1)
    t.equal(valueIn(body, 'talos_broker_connects_refused_total{reason="bad_credentials"}'), 1)
    t.equal(valueIn(body, 'talos_build_info{version="0.0.0-test"}'), 1)
    t.notOk(String(body).includes('nobody-0001'), 'no label is made of what strangers say')
    t.equal((await scraper.api('GET', `/orgs/${ORG}/stations`)).status, 403)
  })

  await t.test('H8: nobody else sees either', async (t) => {
    const administrator = await member(core, 'administrator')
    for (const path of ['/health/broker', '/metrics']) {
      t.match(await administrator.api('GET', path), { status: 403, body: { code: 'forbidden' } }, path)
      t.match(await core.director().api('GET', path), { status: 403 })
      t.match(await core.program().api('GET', path), { status: 401 })
    }
    t.equal((await owner.api('GET', '/health/nothing')).status, 400)
  })
})

t.test('H9: the audit trail by filters, and as a table', async (t) => {
  const core = await testCore(t)
  const { owner, prisma } = core
  const org = await prisma.org.findFirstOrThrow({ where: { slug: ORG } })
  const row = (n: number, more: object) => ({
    ...{ at: new Date(Date.UTC(2026, 0, n)), orgId: org.id, actorKind: 'user', actorId: 'user-00000001' },
    ...{
      action: 'station.lock',
      outcome: 'success',
      targetKind: 'station',
      targetId: `station-${n}`,
      detail: {},
    },
    ...more,
  })
  await prisma.auditEvent.createMany({
    data: [
      row(1, {}),
      row(2, { outcome: 'denied', detail: { reason: '=1+1, "quoted"' } }),
      row(3, { actorKind: 'station', actorId: '=cmd()' }),
      row(4, { orgId: 'org-elsewhere' }),
    ],
  })
  const targets = async (query: string) => {
    const { status, body } = await owner.api('GET', `/orgs/${ORG}/audit?action=station.lock&${query}`)
    t.equal(status, 200, query)
    return body.items.map(({ targetId }: { targetId: string }) => targetId)
  }
  t.same(await targets(''), ['station-3', 'station-2', 'station-1'])
  t.same(await targets('outcome=denied'), ['station-2'])
  t.same(await targets('actorKind=station'), ['station-3'])
  t.same(await targets('from=2026-01-02T00:00:00.000Z&to=2026-01-03T00:00:00.000Z'), ['station-2'])
  t.equal((await owner.api('GET', `/orgs/${ORG}/audit?from=yesterday`)).status, 400)

  const table = await owner.api('GET', `/orgs/${ORG}/audit.csv?action=station.lock`)
  t.match(table.headers, {
    'content-type': 'text/csv; charset=utf-8; header=present',
    'content-disposition': 'attachment; filename="talos-main-audit.csv"',
  })
  const lines = String(table.body).trimEnd().split('\n')
  t.equal(lines.length, 4)
  t.match(lines[0], /^id,at_utc,action,outcome,actor_kind,actor,/)
  t.match(lines[1], /,station,'=cmd\(\),/, 'what begins like a formula is none')
  t.match(lines[2], /2026-01-02T00:00:00.000Z,station.lock,denied,user,user-00000001,station,station-2/)
  t.match(await owner.api('GET', '/audit.csv?action=station.lock'), { status: 200, body: /station-4/ })
  const viewer = await member(core, 'viewer')
  for (const path of [`/orgs/${ORG}/audit.csv`, '/audit.csv'])
    t.match(await viewer.api('GET', path), { status: 403, body: { code: 'forbidden' } })
})
