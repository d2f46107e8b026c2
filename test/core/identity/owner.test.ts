import t from 'tap'
import { OWNER_LINK_MS } from '../../../core/identity/owner.js'
import { bareCore, OWNER } from '../../support/core.js'

const secretOf = (link: string | null): string => link?.split('#')[1] ?? ''

t.test('R5: the owner link makes the organisation, the user, the membership and the session', async (t) => {
  const core = await bareCore(t)
  t.match(core.ownerLink, new RegExp(`^${core.url}/sign-in#[A-Za-z0-9_-]{43}$`))
  const client = core.browser()
  const token = secretOf(core.ownerLink)
  const looked = await client.api('POST', '/auth/link', { token })
  t.same(looked.body, { kind: 'owner', email: null, asker: null })
  const nameless = await client.api('POST', '/auth/confirm', { token })
  t.equal(nameless.status, 400)
  t.equal(nameless.body.errors[0].pointer, '/email')
  t.equal((await client.api('POST', '/auth/confirm', { token, email: 'Owner@Example.org' })).status, 200)
  const me = (await client.api('GET', '/auth/me')).body
  t.equal(me.email, OWNER, 'addresses are kept in lower case')
  t.match(me.memberships, [{ org: 'main', role: 'owner' }])
  t.ok(me.memberships[0].permissions.includes('configure_hardware'))
  const again = await core.browser().api('POST', '/auth/confirm', { token, email: 'second@example.org' })
  t.equal(again.body.code, 'link_invalid')
  t.equal(await core.prisma.user.count(), 1)
  const actions = (
    await core.prisma.auditEvent.findMany({ where: { outcome: 'success' }, orderBy: { id: 'asc' } })
  ).map((e) => e.action)
  t.same(actions, [
    'certificate_authority.create',
    'service.key_issue',
    'system.start',
    'user.create',
    'user.sign_in',
  ])
})

t.test('R5: of two first owners who race, one wins', async (t) => {
  const core = await bareCore(t)
  const token = secretOf(core.ownerLink)
  const emails = ['a@example.org', 'b@example.org', 'c@example.org', 'd@example.org']
  const answers = await Promise.all(
    emails.map((email) => core.browser().api('POST', '/auth/confirm', { token, email })),
  )
  t.same(answers.map(({ status }) => status).sort(), [200, 410, 410, 410])
  t.equal(await core.prisma.user.count(), 1)
  t.equal(await core.prisma.org.count(), 1)
  t.equal(await core.prisma.membership.count(), 1)
})

t.test('R5: with TALOS_OWNER_EMAIL nobody else becomes owner', async (t) => {
  const core = await bareCore(t, { env: { TALOS_OWNER_EMAIL: 'Boss@Example.org' } })
  const token = secretOf(core.ownerLink)
  const client = core.browser()
  t.same((await client.api('POST', '/auth/link', { token })).body, {
    kind: 'owner',
    email: 'boss@example.org',
    asker: null,
  })
  const refused = await client.api('POST', '/auth/confirm', { token, email: OWNER })
  t.equal(refused.status, 403)
  t.equal(refused.body.code, 'owner_email_mismatch')
  t.equal(await core.prisma.user.count(), 0)
  t.equal((await client.api('POST', '/auth/confirm', { token, email: 'boss@example.org' })).status, 200)
})

t.test('each start makes a new owner link while there is no user, and none after', async (t) => {
  const first = await bareCore(t)
  await first.core.stop()
  const { databaseUrl, dataDir } = first
  const second = await bareCore(t, { databaseUrl, dataDir })
  t.not(secretOf(second.ownerLink), secretOf(first.ownerLink))
  const client = second.browser()
  const confirm = (link: string | null) =>
    client.api('POST', '/auth/confirm', { token: secretOf(link), email: OWNER })
  t.equal((await confirm(first.ownerLink)).body.code, 'link_invalid')
  t.equal((await confirm(second.ownerLink)).status, 200)
  await second.core.stop()
  const third = await bareCore(t, { databaseUrl, dataDir })
  t.equal(third.ownerLink, null)
})

t.test('the owner link ends after a day', async (t) => {
  const core = await bareCore(t)
  core.clock.aheadMs = OWNER_LINK_MS
  const token = secretOf(core.ownerLink)
  const answer = await core.browser().api('POST', '/auth/confirm', { token, email: OWNER })
  t.equal(answer.body.code, 'link_invalid')
})
