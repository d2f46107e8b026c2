import t from 'tap'
import { ORG, OWNER, testCore } from '../../support/core.js'
import { closed, connectSocket, ticketOf } from '../../support/live.js'
import { idOf, person, signedIn } from '../../support/people.js'

const of = (id: string, org = ORG) => `/orgs/${org}/members/${id}`

t.test(
  'R11: nobody gives a role with a permission that he lacks, nor takes one from somebody above him',
  async (t) => {
    const core = await testCore(t)
    const owner = { id: await idOf(core.owner), client: core.owner }
    const admin = await signedIn(core, 'admin', 'administrator')
    const viewer = await person(core, 'viewer', { [ORG]: 'viewer' })
    const hardware = await person(core, 'hardware', { [ORG]: 'hardware_manager' })
    const give = (role: string, id = viewer.id, by = admin.client) => by.api('PATCH', of(id), { role })

    for (const role of ['owner', 'hardware_manager'])
      t.match(
        await give(role),
        { status: 403, body: { code: 'forbidden' } },
        `an administrator cannot make a ${role}`,
      )
    t.match(
      await give('administrator', admin.id),
      { status: 200 },
      'giving himself what he has changes nothing',
    )
    t.equal((await give('owner', admin.id)).status, 403, 'nor make himself owner')
    t.equal((await give('viewer', owner.id)).status, 403, 'nor lower an owner')
    t.equal((await give('viewer', hardware.id)).status, 403, 'nor lower whom he could not make')
    t.match(await give('administrator'), { status: 200, body: { role: 'administrator' } })
    t.match(await give('operator'), { status: 200, body: { role: 'operator' } }, 'and takes it from an equal')
    t.equal((await give('viewer', hardware.id, owner.client)).status, 200)
    const me = await admin.client.api('PATCH', of(admin.id), { role: 'viewer' })
    t.match(me, { status: 200, body: { role: 'viewer', mayChange: false } }, 'anybody may lower himself')
    t.equal((await admin.client.api('GET', of(viewer.id))).status, 403)
  },
)

t.test(
  'R10: a role is one of the list; `superadmin` and a program are 400, and so is a body that says nothing',
  async (t) => {
    const core = await testCore(t)
    const { id } = await person(core, 'viewer', { [ORG]: 'viewer' })
    for (const body of [
      { role: 'superadmin' },
      { role: 'svc_director' },
      { role: null },
      {},
      { role: 'viewer', expiresAt: null },
      { role: 'viewer', disabledAt: null },
    ])
      t.match(await core.owner.api('PATCH', of(id), body), { status: 400, body: { code: 'invalid_request' } })
    t.equal((await core.owner.api('PATCH', of(id), { role: 'operator' })).status, 200)
  },
)

t.test('a member of another organisation does not exist here', async (t) => {
  const core = await testCore(t)
  const stranger = await person(core, 'stranger', { rival: 'viewer' })
  for (const [method, body] of [
    ['GET', undefined],
    ['PATCH', { role: 'owner' }],
    ['PATCH', { expiresAt: new Date(core.clock.now() + 1e6).toISOString() }],
    ['DELETE', undefined],
  ] as const)
    t.match(await core.owner.api(method, of(stranger.id), body), { status: 404, body: { code: 'not_found' } })
  t.equal((await core.owner.api('GET', `${of(stranger.id)}/sessions`)).status, 404)
  t.match(await core.owner.api('GET', '/orgs/rival/members'), { status: 404 })
})

t.test(
  'R7: another role raises the epoch, ends the live connection, and counts for the very next request',
  async (t) => {
    const core = await testCore(t)
    const operator = await signedIn(core, 'operator', 'operator')
    const cookie = operator.client.cookieHeader
    const ticket = await ticketOf(operator.client)
    const live = await connectSocket(t, { url: core.url, ticket, cookie, origin: core.url })
    const ended = closed(live)
    const { epoch } = await core.prisma.user.findUniqueOrThrow({ where: { id: operator.id } })
    const answer = await core.owner.api('PATCH', of(operator.id), { role: 'viewer' })
    t.equal(answer.status, 200)
    await ended
    t.equal((await core.prisma.user.findUniqueOrThrow({ where: { id: operator.id } })).epoch, epoch + 1)
    t.equal(
      (await operator.client.api('POST', `/orgs/${ORG}/campaigns`, {})).status,
      403,
      'signed in, with less',
    )
    const trail = await core.owner.api('GET', `/orgs/${ORG}/audit?action=member.role`)
    t.match(trail.body.items, [
      { targetId: operator.id, detail: { from: 'operator', to: 'viewer' }, outcome: 'success' },
    ])
  },
)

t.test('E19: with the right to issue goes what was issued and not used yet', async (t) => {
  const core = await testCore(t)
  const admin = await signedIn(core, 'admin', 'administrator')
  const issue = async (preApproved: boolean) => {
    const name = `token ${preApproved}`
    const { body } = await admin.client.api('POST', `/orgs/${ORG}/enrollment-tokens`, { name, preApproved })
    return body.item.id as string
  }
  const [open, waiting] = [await issue(true), await issue(false)]
  const invite = async (role: string) => {
    const body = { email: `${role}@invited.example.org`, role }
    return (await admin.client.api('POST', `/orgs/${ORG}/invites`, body)).body.id as string
  }
  const [asAdmin, asViewer] = [await invite('administrator'), await invite('viewer')]
  const stateOf = async (id: string) =>
    (await core.owner.api('GET', `/orgs/${ORG}/enrollment-tokens/${id}`)).body.state
  const inviteState = async (id: string) =>
    (await core.owner.api('GET', `/orgs/${ORG}/invites`)).body.items.find((i: { id: string }) => i.id === id)
      .state

  await core.owner.api('PATCH', of(admin.id), { role: 'manager' })
  t.same([await stateOf(open), await stateOf(waiting)], ['active', 'active'], 'a manager may issue both')
  t.same([await inviteState(asAdmin), await inviteState(asViewer)], ['revoked', 'revoked'])
  await core.owner.api('PATCH', of(admin.id), { role: 'operator' })
  t.same([await stateOf(open), await stateOf(waiting)], ['revoked', 'revoked'])
  const trail = await core.owner.api('GET', `/orgs/${ORG}/audit?action=enrollment_token.revoke`)
  t.match(trail.body.items, [{ detail: { issuedBy: admin.id } }, { detail: { issuedBy: admin.id } }])
})

t.test('a membership that ends takes this organisation and leaves the others', async (t) => {
  const core = await testCore(t)
  const both = await signedIn(core, 'both', { [ORG]: 'manager', rival: 'viewer' })
  const token = await both.client.api('POST', `/orgs/${ORG}/enrollment-tokens`, { name: 'mine' })
  t.equal(token.status, 201)
  t.equal((await core.owner.api('DELETE', of(both.id))).status, 200)
  t.equal((await both.client.api('GET', `/orgs/${ORG}/stations`)).status, 404)
  t.equal((await both.client.api('GET', '/orgs/rival/stations')).status, 200, 'still signed in')
  t.match(await core.owner.api('GET', `/orgs/${ORG}/enrollment-tokens/${token.body.item.id}`), {
    body: { state: 'revoked' },
  })
  t.equal((await core.owner.api('DELETE', of(both.id))).status, 404, 'once')
})

t.test('E19: whoever belongs nowhere any more comes back, if ever, with nothing that they had', async (t) => {
  const core = await testCore(t)
  const one = await signedIn(core, 'one', 'operator')
  const { body } = await one.client.api('POST', '/auth/api-tokens', { name: 'mine' })
  const program = core.program(body.token)
  t.equal((await program.api('GET', `/orgs/${ORG}/stations`)).status, 200)
  await core.owner.api('DELETE', of(one.id))
  t.equal((await program.api('GET', '/auth/me')).status, 401)
  t.equal((await one.client.api('GET', '/auth/me')).status, 401)
  await core.owner.api('POST', `/orgs/${ORG}/invites`, { email: one.email, role: 'operator' })
  const again = await core.signIn(one.email)
  t.match((await again.api('GET', '/auth/me')).body.memberships, [{ org: ORG, role: 'operator' }])
  t.equal((await program.api('GET', '/auth/me')).status, 401, 'the old token stays dead')
  t.equal((await one.client.api('GET', '/auth/me')).status, 401, 'and the old session')
})

t.test('a member leaves; the last who manages users does not (R6)', async (t) => {
  const core = await testCore(t)
  const viewer = await signedIn(core, 'viewer', { [ORG]: 'viewer', rival: 'viewer' })
  t.equal((await viewer.client.api('POST', '/auth/leave', { org: 'nowhere' })).status, 404)
  t.equal((await viewer.client.api('POST', '/auth/leave', { org: ORG })).status, 200)
  t.match((await viewer.client.api('GET', '/auth/me')).body.memberships, [{ org: 'rival' }])
  t.match(await core.owner.api('POST', '/auth/leave', { org: ORG }), {
    ...{ status: 409, body: { code: 'last_manager', detail: /Nobody else manages the users of main/ } },
  })
  t.equal(
    (await core.prisma.user.findUniqueOrThrow({ where: { email: OWNER } })).epoch,
    0,
    'nothing of it stays',
  )
})

t.test('A12: a session that proved itself too long ago changes no roles', async (t) => {
  const core = await testCore(t)
  const { id } = await person(core, 'viewer', { [ORG]: 'viewer' })
  core.clock.aheadMs += 6 * 60_000
  for (const [method, path, body] of [
    ['PATCH', of(id), { role: 'operator' }],
    ['DELETE', of(id), undefined],
    ['POST', `/users/${id}/disable`, {}],
    ['POST', `/users/${id}/enable`, {}],
    ['DELETE', `/users/${id}`, undefined],
    ['POST', `/users/${id}/apply-preset`, { org: ORG, preset: 'manager' }],
    ['POST', `/orgs/${ORG}/invites`, { email: 'a@example.org', role: 'owner' }],
    ['DELETE', `${of(id)}/sessions/session-0001`, undefined],
  ] as const)
    t.match(
      await core.owner.api(method, path, body),
      { status: 403, body: { code: 'step_up_required' } },
      path,
    )
})

t.test('A20: a token that may manage users, and nothing else, gives nobody anything', async (t) => {
  const core = await testCore(t)
  const { id } = await person(core, 'viewer', { [ORG]: 'viewer' })
  const { body } = await core.owner.api('POST', '/auth/api-tokens', {
    name: 'x',
    permissions: ['manage_users'],
  })
  const program = core.program(body.token)
  t.equal((await program.api('GET', `/orgs/${ORG}/members`)).status, 200)
  for (const role of ['viewer', 'owner']) t.equal((await program.api('PATCH', of(id), { role })).status, 403)
  t.equal((await program.api('POST', `/users/${id}/disable`, {})).status, 403)
  t.equal(
    (await program.api('POST', `/orgs/${ORG}/invites`, { email: 'a@example.org', role: 'viewer' })).status,
    403,
  )
})
