import t from 'tap'
import { DAY, MINUTE } from '../../../shared/time.js'
import { ORG, testCore } from '../../support/core.js'
import { signedIn } from '../../support/people.js'
import { secretHalf } from '../../support/secrets.js'

t.test('A20: an API token is shown once, works, and ends when revoked', async (t) => {
  const core = await testCore(t)
  const made = await core.owner.api('POST', '/auth/api-tokens', { name: 'notebook' })
  t.equal(made.status, 201)
  t.match(made.body.token, /^gsa_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$/)
  const secret = secretHalf(made.body.token)
  const listed = await core.owner.api('GET', '/auth/api-tokens')
  t.notOk(JSON.stringify(listed.body).includes(secret))
  t.notOk(JSON.stringify(core.logged).includes(secret), 'nor does the log have it')

  const program = core.program(made.body.token)
  const me = await program.api('GET', '/auth/me')
  t.equal(me.body.sessionId, null)
  t.ok(me.body.memberships[0].permissions.includes('command_stations'))
  t.equal((await program.api('GET', `/orgs/${ORG}/audit`)).status, 200)

  const { id } = made.body.item
  t.equal((await core.owner.api('DELETE', `/auth/api-tokens/${id}`)).status, 200)
  t.equal((await program.api('GET', '/auth/me')).status, 401)
  t.equal((await core.owner.api('DELETE', `/auth/api-tokens/${id}`)).status, 404)
  const actions = await core.prisma.auditEvent.findMany({ where: { targetId: id }, orderBy: { id: 'asc' } })
  t.same(
    actions.map(({ action }) => action),
    ['api_token.issue', 'api_token.revoke'],
  )
})

t.test('A20: a restricted token holds the intersection with its owner at every use', async (t) => {
  const core = await testCore(t)
  const wish = { name: 'reader', permissions: ['view_audit_logs', 'view_stations'] }
  const { token } = (await core.owner.api('POST', '/auth/api-tokens', wish)).body
  const program = core.program(token)
  t.equal((await program.api('GET', `/orgs/${ORG}/audit`)).status, 200)
  const refused = await program.api('GET', '/audit')
  t.equal(refused.status, 403, 'view_system_audit_logs was not given')
  await core.prisma.membership.updateMany({ data: { role: 'viewer' } })
  t.equal((await program.api('GET', `/orgs/${ORG}/audit`)).status, 403, 'the owner lost it, so did the token')
  t.equal((await program.api('GET', '/orgs')).status, 200)

  const more = { name: 'more', permissions: ['manage_users'] }
  t.equal(
    (await core.owner.api('POST', '/auth/api-tokens', more)).status,
    403,
    'R11: nobody gives what he lacks',
  )
})

t.test('an API token cannot make itself stronger: credentials need a signed-in browser', async (t) => {
  const core = await testCore(t)
  const { token } = (await core.owner.api('POST', '/auth/api-tokens', { name: 'x' })).body
  const program = core.program(token)
  const { items } = (await core.owner.api('GET', '/auth/sessions')).body
  for (const [method, path, body] of [
    ['POST', '/auth/api-tokens', { name: 'y' }],
    ['POST', '/auth/mqtt-ticket', { org: ORG }],
    ['POST', '/auth/device/approve', { userCode: 'BCDFGHJK' }],
    ['POST', '/auth/device/lookup', { userCode: 'BCDFGHJK' }],
    ['DELETE', `/auth/sessions/${items[0].id}`, undefined],
  ] as const)
    t.equal((await program.api(method, path, body)).status, 403, path)
  t.equal((await program.api('POST', '/auth/logout', {})).status, 200, 'but it may revoke itself')
  t.equal((await program.api('GET', '/auth/me')).status, 401)
})

t.test('B16: unknown, wrong, expired and foreign are one answer', async (t) => {
  const core = await testCore(t)
  const { token } = (await core.owner.api('POST', '/auth/api-tokens', { name: 'x', expiresInDays: 1 })).body
  const other = token.slice(0, -1) + (token.endsWith('A') ? 'E' : 'A')
  const directorKey = core.director().options.bearer ?? ''
  const answers = []
  for (const bearer of [
    other,
    `gsa_0123456789abcdef_${'A'.repeat(43)}`,
    token.replace('gsa_', 'gsk_'),
    token.replace('gsa_', 'gse_'),
    directorKey.replace('gsk_', 'gsa_'),
    'nonsense',
    '',
  ])
    answers.push(await core.program(bearer).api('GET', '/auth/me'))
  core.clock.aheadMs = DAY + MINUTE
  answers.push(await core.program(token).api('GET', '/auth/me'))
  t.equal(new Set(answers.map(({ status, body }) => `${status} ${body.code} ${body.detail}`)).size, 1)
  t.equal(answers[0]?.status, 401)
  t.match(answers[0]?.headers['www-authenticate'], /Bearer/)
})

t.test('the last use is noted after the answer', async (t) => {
  const core = await testCore(t)
  const { token } = (await core.owner.api('POST', '/auth/api-tokens', { name: 'x' })).body
  await core.program(token).api('GET', '/auth/me')
  await core.core.identity.stop()
  const { items } = (await core.owner.api('GET', '/auth/api-tokens')).body
  t.ok(items[0].lastUsedAt)
})

t.test(
  'E19: a membership that ended and began anew brings no older token or command line back',
  async (t) => {
    const core = await testCore(t)
    const { owner, prisma } = core
    const both = await signedIn(core, 'both', { [ORG]: 'operator', rival: 'viewer' })
    const { token } = (await both.client.api('POST', '/auth/api-tokens', { name: 'x' })).body
    const program = core.program(token)
    const orgs = async () => {
      const { body } = await program.api('GET', '/auth/me')
      return body.memberships.map(({ org }: { org: string }) => org).sort()
    }
    t.same(await orgs(), [ORG, 'rival'])
    const actor = { kind: 'user', id: both.id } as const
    const line = await prisma.$transaction((tx) =>
      core.core.identity.commandLines.begin(tx, both.id, 'notebook', {
        // A device login knows the person by id alone.
        ...{ actor: actor as never, address: '127.0.0.1', requestId: 'test' },
      }),
    )
    const cli = core.program(line.accessToken)
    t.equal((await cli.api('GET', `/orgs/${ORG}/stations`)).status, 200)

    await owner.api('DELETE', `/orgs/${ORG}/members/${both.id}`)
    t.same(await orgs(), ['rival'], 'elsewhere it goes on')
    t.equal((await cli.api('GET', '/orgs/rival/stations')).status, 401, 'a command line signs in anew')
    core.clock.aheadMs += MINUTE
    await owner.api('POST', `/orgs/${ORG}/invites`, { email: both.email, role: 'owner' })
    const [invite] = (await both.client.api('GET', '/auth/invites')).body.items
    t.equal((await both.client.api('POST', `/auth/invites/${invite.id}/accept`, {})).status, 200)
    t.equal((await both.client.api('GET', `/orgs/${ORG}/stations`)).status, 200)
    t.same(await orgs(), ['rival'], 'not even as owner')
    t.equal((await cli.api('GET', `/orgs/${ORG}/stations`)).status, 401)
  },
)
