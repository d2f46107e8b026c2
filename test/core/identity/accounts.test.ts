import { randomUUID } from 'node:crypto'
import t from 'tap'
import type { ApiClient } from '../../support/client.js'
import { ORG, testCore } from '../../support/core.js'
import { closed, connectSocket, ticketOf } from '../../support/live.js'
import { MOUNT } from '../../support/mounts.js'
import { idOf, person, signedIn } from '../../support/people.js'

t.test('E19: disabling ends everything at once, and enabling brings none of it back', async (t) => {
  const core = await testCore(t)
  const { owner, prisma } = core
  const admin = await signedIn(core, 'admin', 'administrator')
  const made = await admin.client.api('POST', '/auth/api-tokens', { name: 'robot' })
  const program = core.program(made.body.token)
  const enrollment = await admin.client.api('POST', `/orgs/${ORG}/enrollment-tokens`, { name: 'roof' })
  const invite = await admin.client.api('POST', `/orgs/${ORG}/invites`, {
    email: 'new@example.org',
    role: 'viewer',
  })
  t.same([made.status, enrollment.status, invite.status], [201, 201, 201])
  const window = core.browser()
  const mail = core.mailer.next(admin.email)
  await window.api('POST', '/auth/login', { email: admin.email })
  const token = /#([\w-]{43})/.exec((await mail).text)?.[1]
  const live = await connectSocket(t, {
    ...{ url: core.url, origin: core.url },
    ...{ ticket: await ticketOf(admin.client), cookie: admin.client.cookieHeader },
  })
  const cut = closed(live)

  const disabled = await owner.api('POST', `/users/${admin.id}/disable`, {})
  t.match(disabled, { status: 200, body: { id: admin.id, disabledAt: String, expiresAt: null } })
  t.ok((await cut) < 1000, 'B18: in under a second')
  const dead = async (when: string) => {
    t.equal((await admin.client.api('GET', '/auth/me')).status, 401, `session ${when}`)
    t.equal((await program.api('GET', '/auth/me')).status, 401, `API token ${when}`)
    t.equal((await window.api('POST', '/auth/confirm', { token })).status, 410, `sign-in link ${when}`)
    const state = await owner.api('GET', `/orgs/${ORG}/enrollment-tokens/${enrollment.body.item.id}`)
    t.equal(state.body.state, 'revoked', `enrollment token ${when}`)
    const invites = await owner.api('GET', `/orgs/${ORG}/invites`)
    t.match(invites.body.items, [{ state: 'revoked' }], `invite ${when}`)
    t.equal(await prisma.session.count({ where: { userId: admin.id, endedAt: null } }), 0)
  }
  await dead('while disabled')
  t.match(await owner.api('POST', `/users/${admin.id}/disable`, {}), {
    body: { disabledAt: disabled.body.disabledAt },
  })

  t.match(await owner.api('POST', `/users/${admin.id}/enable`, {}), {
    status: 200,
    body: { disabledAt: null },
  })
  await dead('after enabling')
  const again = await core.signIn(admin.email)
  t.match((await again.api('GET', '/auth/me')).body.memberships, [{ role: 'administrator' }])
  const trail = await owner.api('GET', `/orgs/${ORG}/audit?target=${admin.id}`)
  const actions = trail.body.items.map(({ action }: { action: string }) => action)
  t.match(
    actions,
    ['user.sign_in', 'user.enable', 'user.disable'].slice(1),
    'H10: in the trail of the organisation',
  )
})

t.test(
  'E19: agents that wait for approval with a link of theirs wait in vain, now and ever after',
  async (t) => {
    const core = await testCore(t)
    const { owner, prisma } = core
    const manager = await signedIn(core, 'mary', 'manager')
    const tokens = `/orgs/${ORG}/enrollment-tokens`
    const waiting = async (client: ApiClient, more: object = {}) => {
      const { body } = await client.api('POST', tokens, { name: 'roof', preApproved: false, ...more })
      const redeemed = await core.browser().api('POST', '/enroll', {
        ...{ token: body.enrollUrl.split('#')[1], nonce: randomUUID(), mount: MOUNT },
        agent: { version: '0.1.0', hostname: 'pi', platform: 'linux' },
      })
      t.match(redeemed, { status: 200, body: { status: 'pending' } })
      return redeemed.body as { stationId: string; enrollmentId: string; pollSecret: string }
    }
    const made = await owner.api('POST', `/orgs/${ORG}/stations`, { name: 'made beforehand' })
    const announced = await waiting(manager.client)
    const seated = await waiting(manager.client, { stationId: made.body.id })
    const approved = await waiting(manager.client)
    const others = await waiting(owner)
    await owner.api('POST', `/orgs/${ORG}/stations/${approved.stationId}/approve`)

    t.equal((await owner.api('POST', `/users/${manager.id}/disable`, {})).status, 200)
    const statusOf = async ({ stationId }: { stationId: string }) =>
      (await owner.api('GET', `/orgs/${ORG}/stations/${stationId}`)).body.status
    const poll = (one: typeof announced) =>
      core.program(one.pollSecret).api('GET', `/enroll/${one.enrollmentId}`)
    const inVain = async () => {
      t.equal(await statusOf(announced), 'rejected', 'what announced itself goes with the link')
      t.equal(await statusOf(seated), 'pending', 'what somebody else made waits for another link')
      t.match(await poll(announced), { status: 403, body: { code: 'enrollment_denied' } })
      t.match(await poll(seated), { status: 403, body: { code: 'enrollment_token_invalid' } })
    }
    await inVain()
    t.equal((await owner.api('POST', `/users/${manager.id}/enable`, {})).status, 200)
    await owner.api('POST', `/orgs/${ORG}/stations/${seated.stationId}/approve`)
    t.match(await poll(seated), { status: 403 }, 'neither enabling nor approving brings the secret back')
    t.equal((await poll(announced)).status, 403)
    t.match(await poll(approved), { body: { status: 'approved' } }, 'whom somebody approved comes in')
    t.match(await poll(others), { body: { status: 'pending' } }, "and another's link holds")
    const trail = await prisma.auditEvent.findMany({ where: { action: 'station.reject' } })
    t.match(trail, [{ targetId: announced.stationId, detail: { issuedBy: manager.id } }])
  },
)

t.test('nobody asks for a link to a disabled person', async (t) => {
  const core = await testCore(t)
  const viewer = await person(core, 'viewer', { [ORG]: 'viewer' })
  await core.owner.api('POST', `/users/${viewer.id}/disable`, {})
  t.equal((await core.browser().api('POST', '/auth/login', { email: viewer.email })).status, 202)
  const mail = core.mailer.next('owner@example.org')
  await core.browser().api('POST', '/auth/login', { email: 'owner@example.org' })
  await mail
  t.notOk(core.mailer.mails.some(({ to }) => to === viewer.email))
})

t.test(
  'whoever works elsewhere too is out of reach for one organisation alone, but not for its membership',
  async (t) => {
    const core = await testCore(t)
    const both = await signedIn(core, 'both', { [ORG]: 'viewer', rival: 'viewer' })
    const path = `/orgs/${ORG}/members/${both.id}`
    const refused = { status: 403, body: { code: 'forbidden', detail: /another organisation/ } }
    t.match(await core.owner.api('POST', `/users/${both.id}/disable`, {}), refused)
    t.match(await core.owner.api('POST', `/users/${both.id}/enable`, {}), refused)
    t.match(await core.owner.api('DELETE', `/users/${both.id}`), refused)
    t.match(await core.owner.api('PATCH', path, { expiresAt: null }), refused)
    t.match(await core.owner.api('GET', `${path}/sessions`), refused)
    t.match(await core.owner.api('GET', path), { body: { mayChange: true, mayAdminister: false } })

    const chief = await signedIn(core, 'chief', { [ORG]: 'administrator', rival: 'administrator' })
    t.equal((await chief.client.api('GET', `${path}/sessions`)).status, 200, 'who manages users in both may')
    t.equal((await core.owner.api('DELETE', path)).status, 200)
    t.equal((await both.client.api('GET', '/auth/me')).status, 200)
    t.match(await core.owner.api('POST', `/users/${both.id}/disable`, {}), { status: 404 }, 'then a stranger')
    t.equal((await chief.client.api('POST', `/users/${both.id}/disable`, {})).status, 200)
  },
)

t.test('R11: an administrator disables, deletes and signs out nobody above him', async (t) => {
  const core = await testCore(t)
  const admin = await signedIn(core, 'admin', 'administrator')
  const ownerId = await idOf(core.owner)
  const path = `/orgs/${ORG}/members/${ownerId}`
  for (const [method, url, body] of [
    ['POST', `/users/${ownerId}/disable`, {}],
    ['DELETE', `/users/${ownerId}`, undefined],
    ['DELETE', path, undefined],
    ['PATCH', path, { expiresAt: new Date(core.clock.now() + 1e6).toISOString() }],
    ['GET', `${path}/sessions`, undefined],
  ] as const)
    t.match(await admin.client.api(method, url, body), { status: 403, body: { code: 'forbidden' } }, url)
})

t.test('a deleted person is gone, with all that was theirs; what they did stays in the trail', async (t) => {
  const core = await testCore(t)
  const operator = await signedIn(core, 'operator', 'operator')
  const { body } = await operator.client.api('POST', '/auth/api-tokens', { name: 'robot' })
  t.equal((await core.owner.api('DELETE', `/users/${operator.id}`)).status, 200)
  t.equal((await operator.client.api('GET', '/auth/me')).status, 401)
  t.equal((await core.program(body.token).api('GET', '/auth/me')).status, 401)
  t.equal(await core.prisma.user.count({ where: { id: operator.id } }), 0)
  t.equal(await core.prisma.session.count({ where: { userId: operator.id } }), 0)
  t.equal((await core.owner.api('DELETE', `/users/${operator.id}`)).status, 404)
  const trail = await core.owner.api('GET', `/orgs/${ORG}/audit?target=${operator.id}`)
  t.match(trail.body.items, [{ action: 'user.delete', detail: { email: operator.email } }])
})

t.test('A11: whoever manages users sees where a member is signed in, and ends it', async (t) => {
  const core = await testCore(t)
  const viewer = await signedIn(core, 'viewer', 'viewer')
  const path = `/orgs/${ORG}/members/${viewer.id}/sessions`
  const list = await core.owner.api('GET', path)
  t.match(list, { status: 200, body: { items: [{ method: 'magic_link', address: /^10\./ }] } })
  const id = list.body.items[0].id
  t.notOk(JSON.stringify(list.body).includes('ecret'))
  t.match(await core.owner.api('DELETE', `${path}/session-0001`), { status: 404 })
  const mine = (await core.owner.api('GET', '/auth/sessions')).body.items[0].id
  t.equal((await core.owner.api('DELETE', `${path}/${mine}`)).status, 404, 'only one of that member')
  t.equal((await core.owner.api('DELETE', `${path}/${id}`)).status, 200)
  t.equal((await viewer.client.api('GET', '/auth/me')).status, 401)
  const trail = await core.owner.api('GET', `/orgs/${ORG}/audit?action=session.end`)
  t.match(trail.body.items, [{ targetId: id }])
})

t.test('E22: an end by date lies in the future, or is none', async (t) => {
  const core = await testCore(t)
  const viewer = await person(core, 'viewer', { [ORG]: 'viewer' })
  const set = (expiresAt: string | null) =>
    core.owner.api('PATCH', `/orgs/${ORG}/members/${viewer.id}`, { expiresAt })
  t.match(await set(new Date(core.clock.now() - 1000).toISOString()), {
    ...{ status: 400, body: { errors: [{ pointer: '/expiresAt' }] } },
  })
  t.equal((await set('tomorrow')).status, 400)
  const day = new Date(core.clock.now() + 86_400_000).toISOString()
  t.match(await set(day), { status: 200, body: { expiresAt: day } })
  t.match(await set(null), { status: 200, body: { expiresAt: null } })
})

t.test(
  "R7: a command line hears of an end by date, of a new organisation, and of the person's coming back",
  async (t) => {
    const core = await testCore(t)
    const { clock, prisma } = core
    const actor = (id: string) => ({ kind: 'user', id }) as never
    const commandLine = async (id: string) => {
      const caller = { actor: actor(id), address: '127.0.0.1', requestId: 'test' }
      const begin = prisma.$transaction((tx) =>
        core.core.identity.commandLines.begin(tx, id, 'notebook', caller),
      )
      return core.program((await begin).accessToken)
    }
    const works = async (client: ReturnType<typeof core.program>) =>
      (await client.api('GET', `/orgs/${ORG}/stations`)).status
    const guest = await signedIn(core, 'guest', 'operator')
    const path = `/orgs/${ORG}/members/${guest.id}`
    const until = (ms: number) => new Date(clock.now() + ms).toISOString()

    const first = await commandLine(guest.id)
    t.equal(await works(first), 200)
    await core.owner.api('PATCH', path, { expiresAt: until(60_000) })
    clock.aheadMs += 61_000
    t.equal(await works(first), 401, 'the date counts, though the person is known in memory')
    await core.owner.api('PATCH', path, { expiresAt: null })
    t.equal(await works(first), 200, 'and so does its end, before the job has come')

    await core.owner.api('POST', `/users/${guest.id}/disable`, {})
    t.equal(await works(first), 401)
    await core.owner.api('POST', `/users/${guest.id}/enable`, {})
    t.equal(await works(first), 401, 'E19')
    t.equal(await works(await commandLine(guest.id)), 200, 'one that was approved since')

    const ownerId = await idOf(core.owner)
    const cli = await commandLine(ownerId)
    t.equal(await works(cli), 200)
    t.equal((await core.owner.api('POST', '/orgs', { slug: 'arctic', name: 'Arctic' })).status, 201)
    t.equal(await works(cli), 401, 'it knows too little, and asks for a newer token')
    const next = await commandLine(ownerId)
    t.equal((await next.api('GET', '/orgs/arctic/stations')).status, 200)
  },
)
