/** Every secret that a day of use makes: it stands in its own answer, and in no log, no row, no address, no error. */
import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { MOUNT } from '../../core/fleet/world.js'
import { ORG, OWNER, testCore } from '../../support/core.js'
import { tokenOf } from '../../support/mailer.js'

t.test('secrets stay where they belong', async (t) => {
  const core = await testCore(t)
  const { owner, prisma, dataDir } = core
  const secrets = new Map<string, string>()
  const keep = (name: string, text: unknown) => {
    const half = String(text).replace(/^gs[aekr]_[0-9a-f]{16}_/, '')
    t.ok(half.length >= 8, name)
    secrets.set(name, half)
  }
  keep('owner link', core.ownerLink?.split('#')[1])
  keep('owner cookie', owner.cookies.get('__Host-talos'))

  const browser = core.browser()
  const mail = core.mailer.next(OWNER)
  await browser.api('POST', '/auth/login', { email: OWNER })
  keep('nonce', browser.cookies.get('__Host-talos-login'))
  const link = tokenOf(await mail)
  keep('magic link', link)
  t.equal((await core.browser().api('POST', '/auth/confirm', { token: link })).status, 403)
  t.equal((await browser.api('POST', '/auth/confirm', { token: link })).status, 200)
  keep('cookie', browser.cookies.get('__Host-talos'))

  const made = await owner.api(
    'POST',
    '/auth/api-tokens',
    { name: 'x' },
    { 'idempotency-key': 'key-00000001' },
  )
  keep('API token', made.body.token)
  const program = core.program(made.body.token)
  await program.api('GET', `/orgs/${ORG}/stations/none-0001?secret=${made.body.token}`)
  const ticket = await owner.api('POST', '/auth/mqtt-ticket', { org: ORG })
  keep('ticket', ticket.body.ticket.split('.')[2].slice(0, 40))

  const device = (await core.browser().api('POST', '/auth/device/code', { clientName: 'x' })).body
  keep('device code', device.device_code)
  keep('user code', device.user_code.replace('-', ''))
  await owner.api('POST', '/auth/device/approve', { userCode: device.user_code })
  const grant_type = 'urn:ietf:params:oauth:grant-type:device_code'
  const poll = { grant_type, device_code: device.device_code }
  const login = (await core.program().api('POST', '/auth/device/token', poll)).body
  keep('access token', login.access_token)
  keep('refresh token', login.refresh_token)
  const refresh = { grant_type: 'refresh_token', refresh_token: login.refresh_token }
  keep('next refresh token', (await core.program().api('POST', '/auth/token', refresh)).body.refresh_token)
  t.equal((await core.program().api('POST', '/auth/device/token', poll)).status, 404)

  const path_ = `/orgs/${ORG}/enrollment-tokens`
  const enrollment = await owner.api('POST', path_, { name: 'x', preApproved: false })
  const token = enrollment.body.enrollUrl.split('#')[1]
  keep('enrollment token', token)
  const agent = { version: '1', hostname: 'pi', platform: 'linux' }
  const knock = { token, nonce: 'nonce-0001', mount: MOUNT, agent }
  const waiting = (await core.program().api('POST', '/enroll', knock)).body
  keep('poll secret', waiting.pollSecret)
  await core.program().api('POST', '/enroll', { ...knock, nonce: 'nonce-0002' })
  await owner.api('POST', `/orgs/${ORG}/stations/${waiting.stationId}/approve`)
  const granted = await core.program(waiting.pollSecret).api('GET', `/enroll/${waiting.enrollmentId}`)
  keep('station key', granted.body.grant.key)
  keep('director key', readFileSync(path.join(dataDir, 'director.key'), 'utf8').trim())
  keep('master key', readFileSync(path.join(dataDir, 'master.key'), 'utf8').trim())
  for (const file of ['director.key', 'master.key'])
    t.equal((statSync(path.join(dataDir, file)).mode & 0o777).toString(8), '600', file)

  await core.context.audit.drain()
  const tables = await prisma.$queryRaw<{ name: string }[]>`
    SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`
  t.ok(tables.length > 10)
  const rows = await Promise.all(
    tables.map(({ name }) =>
      prisma.$queryRawUnsafe<{ row: string }[]>(`SELECT t::text AS row FROM "${name}" t`),
    ),
  )
  const stored = JSON.stringify(rows)
  const logged = JSON.stringify(core.logged)
  const shown = JSON.stringify(
    await Promise.all(
      [
        ...[
          '/auth/me',
          '/auth/sessions',
          '/auth/api-tokens',
          '/auth/command-lines',
          '/audit',
          `/orgs/${ORG}/audit`,
          path_,
        ],
        `/orgs/${ORG}/stations`,
      ].map(async (address) => (await owner.api('GET', address)).body),
    ),
  )
  for (const [name, secret] of secrets)
    for (const [where, text] of Object.entries({ stored, logged, shown }))
      t.notOk(text.includes(secret), `${name} is not ${where}`)
})
