import t from 'tap'
import { ORG, type TestCore, testCore } from '../../support/core.js'
import { tokenOf } from '../../support/mailer.js'
import { person, signedIn } from '../../support/people.js'

const invite = async (core: TestCore, email: string, role = 'operator') =>
  (await core.owner.api('POST', `/orgs/${ORG}/invites`, { email, role })).body

t.test(
  'A3: an invited stranger asks for a link, and becomes a person and a member by using it, not before',
  async (t) => {
    const core = await testCore(t)
    const email = 'ann@example.org'
    const { id } = await invite(core, email)
    const browser = core.browser()
    const mail = core.mailer.next(email)
    await browser.api('POST', '/auth/login', { email })
    const link = tokenOf(await mail)
    t.equal(await core.prisma.user.count({ where: { email } }), 0, 'asking makes nobody')
    await browser.api('POST', '/auth/link', { token: link })
    t.equal(await core.prisma.user.count({ where: { email } }), 0, 'nor does looking')
    t.equal((await browser.api('POST', '/auth/confirm', { token: link })).status, 200)
    t.match((await browser.api('GET', '/auth/me')).body, {
      email,
      memberships: [{ org: ORG, role: 'operator' }],
    })
    const list = await core.owner.api('GET', `/orgs/${ORG}/invites`)
    t.match(list.body.items, [{ id, state: 'accepted', acceptedAt: String }])
    const trail = await core.owner.api('GET', `/orgs/${ORG}/audit?action=invite.accept`)
    t.match(trail.body.items, [{ targetId: id, detail: { joined: true, role: 'operator' } }])
  },
)

t.test(
  'an invite that was taken back or has expired lets nobody in, also with a link that is out already',
  async (t) => {
    const core = await testCore(t)
    const late = async (email: string, end: (id: string) => Promise<unknown>) => {
      const { id } = await invite(core, email)
      const browser = core.browser()
      const mail = core.mailer.next(email)
      await browser.api('POST', '/auth/login', { email })
      const token = tokenOf(await mail)
      await end(id)
      t.equal((await browser.api('POST', '/auth/confirm', { token })).status, 410, email)
      t.equal(await core.prisma.user.count({ where: { email } }), 0)
    }
    await late('ann@example.org', (id) => core.owner.api('DELETE', `/orgs/${ORG}/invites/${id}`))
    await late('bob@example.org', (id) =>
      core.prisma.invite.update({ where: { id }, data: { expiresAt: new Date(core.clock.now() - 1) } }),
    )
    await core.browser().api('POST', '/auth/login', { email: 'ann@example.org' })
    await core.signIn('owner@example.org')
    t.equal(
      core.mailer.mails.filter(({ to, text }) => to === 'ann@example.org' && text.includes('#')).length,
      1,
    )
  },
)

t.test('somebody known becomes a member at the next sign-in, and keeps a role that is there', async (t) => {
  const core = await testCore(t)
  const known = await person(core, 'known', { rival: 'viewer' })
  await invite(core, known.email, 'manager')
  const client = await core.signIn(known.email)
  const roles = (await client.api('GET', '/auth/me')).body.memberships
  t.match(roles.map((m: { org: string; role: string }) => `${m.org} ${m.role}`).sort(), [
    'main manager',
    'rival viewer',
  ])

  t.comment('invited while a membership is under way otherwise')
  const member = await person(core, 'member')
  await invite(core, member.email, 'owner')
  const org = await core.prisma.org.findUniqueOrThrow({ where: { slug: ORG } })
  await core.prisma.membership.create({ data: { userId: member.id, orgId: org.id, role: 'viewer' } })
  const browser = await core.signIn(member.email)
  t.match(
    (await browser.api('GET', '/auth/me')).body.memberships,
    [{ role: 'viewer' }],
    'no way up by a second door',
  )
})

t.test('somebody signed in sees an invite, and accepts or declines it, once', async (t) => {
  const core = await testCore(t)
  const known = await signedIn(core, 'known', { rival: 'viewer' })
  const stranger = await signedIn(core, 'stranger', { rival: 'viewer' })
  const { id } = await invite(core, known.email)
  const list = await known.client.api('GET', '/auth/invites')
  t.match(list.body.items, [
    { id, org: ORG, orgName: 'Main', role: 'operator', invitedBy: 'owner@example.org' },
  ])
  t.same((await stranger.client.api('GET', '/auth/invites')).body.items, [])
  t.equal((await stranger.client.api('POST', `/auth/invites/${id}/accept`, {})).status, 404)
  t.equal((await stranger.client.api('POST', `/auth/invites/${id}/decline`, {})).status, 404)

  const answers = await Promise.all(
    Array.from({ length: 50 }, () => known.client.api('POST', `/auth/invites/${id}/accept`, {})),
  )
  t.equal(answers.filter(({ status }) => status === 200).length, 1, 'of fifty at once')
  t.equal(answers.filter(({ status }) => status === 404).length, 49)
  t.equal((await known.client.api('GET', `/orgs/${ORG}/stations`)).status, 200, 'a member now')
  t.same((await known.client.api('GET', '/auth/invites')).body.items, [])

  const second = await invite(core, stranger.email)
  t.equal((await stranger.client.api('POST', `/auth/invites/${second.id}/decline`, {})).status, 200)
  t.equal((await stranger.client.api('POST', `/auth/invites/${second.id}/accept`, {})).status, 404)
  const again = await core.signIn(stranger.email)
  t.match((await again.api('GET', '/auth/me')).body.memberships, [{ org: 'rival' }], 'no means no')
  const trail = await core.owner.api('GET', `/orgs/${ORG}/audit?action=invite.decline`)
  t.match(trail.body.items, [{ targetId: second.id, actorId: stranger.id }])
})

t.test('an API token accepts nothing for its owner', async (t) => {
  const core = await testCore(t)
  const known = await signedIn(core, 'known', { rival: 'viewer' })
  const { body } = await known.client.api('POST', '/auth/api-tokens', { name: 'robot' })
  const { id } = await invite(core, known.email)
  t.equal((await core.program(body.token).api('POST', `/auth/invites/${id}/accept`, {})).status, 403)
})

t.test('A4: asking for a link is answered alike, invited or not', async (t) => {
  const core = await testCore(t)
  await invite(core, 'ann@example.org')
  const ask = async (email: string) => {
    const { status, body } = await core.browser().api('POST', '/auth/login', { email })
    return { status, body }
  }
  t.same(await ask('ann@example.org'), await ask('nobody@example.org'))
})
