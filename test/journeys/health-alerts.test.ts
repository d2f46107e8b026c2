import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { signatureOf } from '../../core/health/webhook.js'
import { healthResponse, orgHealthResponse } from '../../shared/api/health.js'
import { webhookBodySchema } from '../../shared/api/notifications.js'
import { iso } from '../../shared/time.js'
import { bareCore, OWNER, type TestCore, testCore } from '../support/core.js'
import { settled } from '../support/live.js'
import { join, RIVAL, signInMember } from './joined.js'

const RULES = '/orgs/main/notifications'
const MINUTE_MS = 60_000

interface Got {
  readonly body: string
  readonly timestamp: number
  readonly signature: string
}

/** A machine that webhooks call; `next` waits for a call. */
async function receiver(t: Test) {
  const got: Got[] = []
  const waiting: ((call: Got) => void)[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part) => {
      body += part
    })
    request.on('end', () => {
      const { 'talos-timestamp': timestamp, 'talos-signature': signature } = request.headers
      const call = { body, timestamp: Number(timestamp), signature: String(signature) }
      got.push(call)
      response.writeHead(204).end()
      waiting.shift()?.(call)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const next = () => new Promise<Got>((resolve) => waiting.push(resolve))
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, got, next }
}

t.test('health is told to whom it concerns', async (t) => {
  const hook = await receiver(t)
  const core = await testCore(t, { env: { TALOS_WEBHOOK_ORIGINS: hook.origin } })
  const { owner, clock, mailer } = core
  const { rounds, alerts } = core.core.health
  /** A round that began now: the first may be one of the timer, which began before. */
  const round = async () => {
    await rounds.round()
    await rounds.round()
  }
  const grant = await join(core, owner, 'Roof', 'main')
  const { stationId } = grant

  await t.test(
    'rules: mails go to members, webhooks to what was named, secrets are shown once',
    async (t) => {
      const mailed = { name: 'Mail', collectors: ['stations', 'disk'], recipients: [OWNER] }
      t.match(await owner.api('POST', RULES, mailed), {
        ...{
          status: 201,
          body: { secret: null, rule: { channel: 'mail', minLevel: 'warning', enabled: true } },
        },
      })
      for (const [wrong, says] of [
        [{ ...mailed, recipients: ['stranger@example.org'] }, /stranger@example.org is no member/],
        [{ ...mailed, recipients: [] }, /recipients/],
        [{ ...mailed, url: hook.origin }, /one of the two/],
        [{ name: 'None', collectors: ['stations'] }, /one of the two/],
        [{ ...mailed, collectors: [] }, /collectors/],
        [{ ...mailed, collectors: ['weather'] }, /collectors/],
        [{ name: 'In', collectors: ['stations'], url: 'https://10.0.0.5/x' }, /public internet/],
        [{ name: 'In', collectors: ['stations'], url: 'http://example.org/x' }, /not https/],
        [{ name: 'In', collectors: ['stations'], url: 'file:///etc/passwd' }, /http or https/],
        [{ name: 'In', collectors: ['stations'], url: 'https://u:p@example.org/x' }, /without user/],
      ] as const) {
        const { status, body } = await owner.api('POST', RULES, wrong)
        t.equal(status, 400)
        t.match(JSON.stringify(body), says)
      }
      const listed = await owner.api('GET', RULES)
      t.match(listed.body.items, [{ recipients: [OWNER], url: null, failure: null, sentAt: null }])
      t.notMatch(JSON.stringify(listed.body), /secret|sealed/)
      const [row] = await core.prisma.auditEvent.findMany({ where: { action: 'notification.create' } })
      t.match(row, { outcome: 'success', detail: { name: 'Mail', channel: 'mail' } })
    },
  )

  await t.test(
    'H8: a manager may watch the stations, not the installation; a viewer only looks',
    async (t) => {
      const [manager, viewer] = [
        await signInMember(core, 'manager', 'main'),
        await signInMember(core, 'viewer', 'main'),
      ]
      const wanted = { name: 'Mine', collectors: ['stations'], recipients: [OWNER] }
      t.equal((await manager.api('POST', RULES, wanted)).status, 201)
      t.match(await manager.api('POST', RULES, { ...wanted, collectors: ['stations', 'disk'] }), {
        status: 403,
      })
      const { items } = (await viewer.api('GET', RULES)).body
      t.equal(items.length, 2)
      const [mail, own] = items as { id: string }[]
      t.match(await manager.api('PATCH', `${RULES}/${own?.id}`, { collectors: ['keys'] }), { status: 403 })
      t.match(await manager.api('PATCH', `${RULES}/${mail?.id}`, { recipients: [OWNER] }), { status: 403 })
      t.match(await viewer.api('POST', RULES, wanted), { status: 403 })
      t.match(await viewer.api('POST', `${RULES}/${own?.id}/test`), { status: 403 })
      const rival = await signInMember(core, 'owner', RIVAL)
      t.match(await rival.api('DELETE', `/orgs/${RIVAL}/notifications/${own?.id}`), { status: 404 })
      t.match(await rival.api('GET', RULES), { status: 404 })
      t.equal((await manager.api('DELETE', `${RULES}/${own?.id}`)).status, 200)
    },
  )

  await t.test('a test goes out at once, signed, and says what became of it', async (t) => {
    const made = await owner.api('POST', RULES, {
      name: 'Hook',
      collectors: ['stations'],
      url: `${hook.origin}/x`,
    })
    const { rule, secret } = made.body
    t.match(secret, /^whs_/)
    const arrived = hook.next()
    t.match(await owner.api('POST', `${RULES}/${rule.id}/test`), { body: { sent: true, failure: null } })
    const { body, timestamp, signature } = await arrived
    t.equal(signature, signatureOf(secret, timestamp, body))
    t.match(webhookBodySchema.parse(JSON.parse(body)), { type: 'health.test', org: 'main', findings: [] })
    const [mail] = (await owner.api('GET', RULES)).body.items
    const mailed = mailer.next(OWNER)
    t.match(await owner.api('POST', `${RULES}/${mail.id}/test`), { body: { sent: true } })
    t.match(await mailed, { subject: 'Talos main: a test', text: /«Mail»/ })
  })

  await t.test('H4: the overview has everything that the last round found', async (t) => {
    await round()
    const all = healthResponse.parse((await owner.api('GET', '/health')).body)
    t.same(
      all.reports.map(({ collector, org }) => [collector, org]),
      [
        ...['broker', 'database', 'enrollment', 'keys', 'disk'].map((name) => [name, null]),
        ...['main', RIVAL].flatMap((org) => [
          ['stations', org],
          ['director', org],
        ]),
      ],
    )
    for (const collector of ['broker', 'database', 'enrollment', 'keys', 'disk'])
      t.match(await owner.api('GET', `/health/${collector}`), { status: 200, body: { collector } })
    const viewer = await core.signIn(`viewer@main.example.org`)
    const own = healthResponse.parse((await viewer.api('GET', '/orgs/main/health')).body)
    t.same(
      own.reports.map(({ collector, org }) => [collector, org]),
      [
        ['stations', 'main'],
        ['director', 'main'],
      ],
    )
    t.equal((await viewer.api('GET', '/health')).status, 403)
    t.equal((await viewer.api('GET', '/orgs/main/health/disk')).status, 400)
  })

  await t.test(
    'H3 H5 H6: a station that warms up and goes away is told once, and again when it is worse',
    async (t) => {
      const client = await settled(t, core.mqttUrl, {
        ...{ clientId: stationId, username: stationId, password: grant.key },
      })
      const topic = `talos/main/gs/${stationId}/telemetry`
      const told = {
        ts: iso(clock.now()),
        seq: 1,
        uptimeS: 5,
        rssMiB: 80,
        driverUp: true,
        misses: 0,
        plans: 0,
      }
      const warm = [mailer.next(OWNER), hook.next()] as const
      await client.publishAsync(
        `${topic}/health`,
        JSON.stringify({ ...told, diskFreeMiB: 9000, temperatureC: 78 }),
        { qos: 1 },
      )
      const live = orgHealthResponse.parse((await owner.api('GET', '/orgs/main/health/stations')).body)
      t.match(live, {
        state: { stations: [{ name: 'Roof', online: true, temperatureC: 78, driverUp: true }] },
      })
      await round()
      t.match(await warm[0], {
        subject: 'Talos main: warning: Roof, Temperature',
        text: /78 °C\nGive it shade/,
      })
      t.match(webhookBodySchema.parse(JSON.parse((await warm[1]).body)), {
        type: 'health.alert',
        findings: [{ collector: 'stations', check: 'Temperature', subject: { id: stationId, name: 'Roof' } }],
      })
      const mails = mailer.mails.length
      await round()
      await alerts.drain()
      t.equal(mailer.mails.length, mails, 'it is told once')
      const { reports } = (await owner.api('GET', '/orgs/main/health')).body
      t.match(
        reports[0].findings.find((f: { level: string }) => f.level === 'warning'),
        {
          since: /Z$/,
          threshold: { setting: 'TALOS_HEALTH_STATION_TEMPERATURE_C', warning: 75, critical: 85 },
        },
      )

      await client.publishAsync(
        `${topic}/health`,
        JSON.stringify({ ...told, diskFreeMiB: 9000, temperatureC: 50 }),
        {
          qos: 1,
        },
      )
      await round()
      await alerts.drain()
      t.equal(mailer.mails.length, mails, 'H6: that it is well again is not mailed')
      t.match(
        core.logged.filter(({ msg }) => msg === 'health: well again'),
        [{ check: 'Temperature', subject: { name: 'Roof' } }],
      )

      const gone = hasGone(core, stationId)
      client.end(true)
      await gone
      await core.prisma.station.update({
        where: { id: stationId },
        data: { lastSeenAt: new Date(clock.now()) },
      })
      const away = mailer.next(OWNER)
      clock.aheadMs += 6 * MINUTE_MS
      await round()
      t.match(await away, { subject: 'Talos main: warning: Roof, Link', text: /offline/ })
    },
  )

  await t.test('what people were told outlives a restart: nothing is told twice', async (t) => {
    const rows = await core.prisma.healthTrouble.findMany({ where: { check: 'Link' } })
    t.match(rows, [{ level: 'warning', subjectId: stationId, alertedLevel: 'warning', endedAt: null }])
    await core.core.stop()
    const again = await bareCore(t, { databaseUrl: core.databaseUrl, dataDir: core.dataDir, clock })
    await again.core.health.rounds.round()
    await again.core.health.alerts.drain()
    clock.aheadMs += 6 * MINUTE_MS
    await again.core.health.rounds.round()
    await again.core.health.alerts.drain()
    t.same(again.mailer.mails, [])
    const [still] = await again.prisma.healthTrouble.findMany({ where: { check: 'Link' } })
    // `match` takes any date for any other.
    t.same([still?.endedAt, still?.since], [null, rows[0]?.since])
  })
})

/** Resolves when core has noticed that this station went: from then on nothing notes when it was heard. */
function hasGone({ owner, context }: TestCore, id: string): Promise<void> {
  return new Promise((resolve) => {
    const off = context.events.on('station', async ({ stationId }) => {
      if (stationId !== id) return
      const { body } = await owner.api('GET', '/orgs/main/health/stations')
      if (body.state.stations.find((s: { id: string }) => s.id === id).online) return
      off()
      resolve()
    })
  })
}
