import t from 'tap'
import { ORG, testCore } from '../../support/core.js'
import { person, signedIn } from '../../support/people.js'

const INVITES = `/orgs/${ORG}/invites`
const DAY = 86_400_000

t.test('R11: an invite goes out by mail, holds no secret, and is listed with its state', async (t) => {
  const core = await testCore(t)
  const mail = core.mailer.next('ann@example.org')
  const made = await core.owner.api('POST', INVITES, { email: 'Ann@Example.org', role: 'operator' })
  t.match(made, {
    status: 201,
    body: { email: 'ann@example.org', role: 'operator', state: 'open', invitedBy: 'owner@example.org' },
  })
  const { text, subject } = await mail
  t.match(subject, /invited to Main/)
  t.match(text, 'owner@example.org invites you')
  t.ok(text.includes(`${core.url}/sign-in\n`), 'W10: the address is the configured one')
  t.notMatch(text, /#/, 'no secret in it')
  t.equal(await core.prisma.user.count({ where: { email: 'ann@example.org' } }), 0, 'A3: no row yet')

  t.match(await core.owner.api('POST', INVITES, { email: 'ann@example.org', role: 'viewer' }), {
    ...{ status: 409, body: { code: 'conflict', detail: /invited already as operator/ } },
  })
  t.match(await core.owner.api('POST', INVITES, { email: 'owner@example.org', role: 'viewer' }), {
    ...{ status: 409, body: { detail: /member already/ } },
  })
  t.equal((await core.owner.api('POST', INVITES, { email: 'x@example.org', role: 'superadmin' })).status, 400)

  await core.owner.api('POST', INVITES, { email: 'bob_smith@example.org', role: 'viewer' })
  await core.owner.api('DELETE', `${INVITES}/${made.body.id}`)
  core.clock.aheadMs += 8 * DAY
  const owner = await core.signIn('owner@example.org')
  await owner.api('POST', INVITES, { email: 'cyd@example.org', role: 'viewer' })
  const all = await owner.api('GET', INVITES)
  t.match(all.body.items, [
    { email: 'cyd@example.org', state: 'open' },
    { email: 'bob_smith@example.org', state: 'expired' },
    { email: 'ann@example.org', state: 'revoked' },
  ])
  for (const [state, count] of [
    ['open', 1],
    ['expired', 1],
    ['revoked', 1],
    ['accepted', 0],
  ] as const)
    t.equal((await owner.api('GET', `${INVITES}?state=${state}`)).body.items.length, count, state)
  t.same((await owner.api('GET', `${INVITES}?search=b%25smith`)).body.items, [], 'a wildcard is a letter')
  t.match((await owner.api('GET', `${INVITES}?search=BOB_`)).body.items, [{ email: 'bob_smith@example.org' }])
  const page = await owner.api('GET', `${INVITES}?limit=2`)
  const rest = await owner.api('GET', `${INVITES}?limit=2&cursor=${page.body.nextCursor}`)
  t.same([page.body.items.length, rest.body.items.length, rest.body.nextCursor], [2, 1, null])
})

t.test('R11: nobody invites to what he could not give, sends it again, or takes it back', async (t) => {
  const core = await testCore(t)
  const admin = await signedIn(core, 'admin', 'administrator')
  const manager = await signedIn(core, 'manager', 'manager')
  const wish = (role: string) => ({ email: `${role}@new.example.org`, role })
  t.equal((await manager.client.api('POST', INVITES, wish('viewer'))).status, 403)
  for (const role of ['owner', 'hardware_manager'])
    t.match(await admin.client.api('POST', INVITES, wish(role)), { status: 403, body: { code: 'forbidden' } })
  t.equal((await admin.client.api('POST', INVITES, wish('administrator'))).status, 201)
  const { body } = await core.owner.api('POST', INVITES, wish('owner'))
  t.equal((await admin.client.api('POST', `${INVITES}/${body.id}/resend`, {})).status, 403)
  t.equal((await admin.client.api('DELETE', `${INVITES}/${body.id}`)).status, 403)
  t.equal((await core.owner.api('DELETE', `${INVITES}/${body.id}`)).status, 200)
})

t.test('an invite is sent again with another week, until it has ended', async (t) => {
  const core = await testCore(t)
  const { body } = await core.owner.api('POST', INVITES, { email: 'ann@example.org', role: 'viewer' })
  core.clock.aheadMs += 9 * DAY
  const owner = await core.signIn('owner@example.org')
  const mail = core.mailer.next('ann@example.org')
  const again = await owner.api('POST', `${INVITES}/${body.id}/resend`, {})
  t.match(again, { status: 200, body: { state: 'open' } })
  t.ok(Date.parse(again.body.expiresAt) - core.clock.now() > 6.9 * DAY)
  await mail
  await owner.api('DELETE', `${INVITES}/${body.id}`)
  t.match(
    await owner.api('DELETE', `${INVITES}/${body.id}`),
    { status: 200, body: { state: 'revoked' } },
    'fulfilled',
  )
  t.match(await owner.api('POST', `${INVITES}/${body.id}/resend`, {}), { status: 409 })
  t.match(await owner.api('POST', `${INVITES}/invite-0000/resend`, {}), { status: 404 })
  t.match(await owner.api('DELETE', `${INVITES}/invite-0000`), { status: 404 })
})

t.test('an invite of another organisation does not exist here', async (t) => {
  const core = await testCore(t)
  const rival = await signedIn(core, 'rival', { rival: 'owner' })
  const { body } = await rival.client.api('POST', '/orgs/rival/invites', {
    email: 'a@example.org',
    role: 'viewer',
  })
  t.equal((await core.owner.api('DELETE', `${INVITES}/${body.id}`)).status, 404)
  t.equal((await core.owner.api('POST', `${INVITES}/${body.id}/resend`, {})).status, 404)
  t.equal((await core.owner.api('GET', INVITES)).body.items.length, 0)
})

t.test(
  'A2: five mails an hour to one address, and inviting spends nothing of the budget for signing in',
  async (t) => {
    const core = await testCore(t)
    const target = await person(core, 'target')
    const { body } = await core.owner.api('POST', INVITES, { email: target.email, role: 'viewer' })
    const statuses = []
    for (let i = 0; i < 5; i++)
      statuses.push((await core.owner.api('POST', `${INVITES}/${body.id}/resend`, {})).status)
    t.same(statuses, [200, 200, 200, 200, 429])
    const client = await core.signIn(target.email)
    t.match((await client.api('GET', '/auth/me')).body.memberships, [{ org: ORG, role: 'viewer' }])
  },
)

t.test('of twenty invites to one address in the same moment one is made', async (t) => {
  const core = await testCore(t)
  const answers = await Promise.all(
    Array.from({ length: 20 }, () =>
      core.owner.api('POST', INVITES, { email: 'ann@example.org', role: 'viewer' }),
    ),
  )
  t.equal(answers.filter(({ status }) => status === 201).length, 1)
  t.equal(answers.filter(({ status }) => status === 409).length, 19)
  t.equal(await core.prisma.invite.count(), 1)
})
