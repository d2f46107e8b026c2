import t from 'tap'
import { ORG, testCore } from '../../support/core.js'
import { closed, connectSocket, ticketOf } from '../../support/live.js'
import { idOf, signedIn } from '../../support/people.js'

const MINUTE = 60_000

t.test(
  'E22: whose time is over is disabled, not deleted, and everything of theirs ends with it',
  async (t) => {
    const core = await testCore(t)
    const { prisma, clock } = core
    const guest = await signedIn(core, 'guest', 'manager')
    const other = await signedIn(core, 'other', 'manager')
    const { body } = await guest.client.api('POST', '/auth/api-tokens', { name: 'robot' })
    const token = await guest.client.api('POST', `/orgs/${ORG}/enrollment-tokens`, { name: 'roof' })
    const live = await connectSocket(t, {
      ...{ url: core.url, origin: core.url },
      ...{ ticket: await ticketOf(guest.client), cookie: guest.client.cookieHeader },
    })
    const cut = closed(live)
    const at = clock.now() + 10 * MINUTE
    const path = `/orgs/${ORG}/members/${guest.id}`
    t.equal((await core.owner.api('PATCH', path, { expiresAt: new Date(at).toISOString() })).status, 200)
    await core.core.identity.people.expiry.run()
    t.equal((await guest.client.api('GET', '/auth/me')).status, 200, 'not before')

    clock.aheadMs += 11 * MINUTE
    t.equal((await guest.client.api('GET', '/auth/me')).status, 401, 'barred to the second, before any job')
    await core.core.identity.people.expiry.run()
    await cut
    const row = await prisma.user.findUniqueOrThrow({ where: { id: guest.id } })
    t.ok(row.disabledAt !== null)
    t.equal(await prisma.session.count({ where: { userId: guest.id, endedAt: null } }), 0)
    t.equal(await prisma.apiToken.count({ where: { userId: guest.id, revokedAt: null } }), 0)
    t.ok((await prisma.enrollmentToken.findUniqueOrThrow({ where: { id: token.body.item.id } })).revokedAt)
    t.equal((await other.client.api('GET', '/auth/me')).status, 200)
    const [event] = await prisma.auditEvent.findMany({ where: { action: 'user.expire' } })
    t.match(event, { actorKind: 'system', actorId: 'user-expiry', targetId: guest.id, address: null })

    const owner = await core.signIn('owner@example.org')
    t.match(await owner.api('POST', `/users/${guest.id}/enable`, {}), {
      ...{ status: 200, body: { disabledAt: null, expiresAt: null } },
    })
    await core.core.identity.people.expiry.run()
    t.equal((await guest.client.api('GET', '/auth/me')).status, 401, 'E19')
    t.equal((await core.program(body.token).api('GET', '/auth/me')).status, 401, 'E19')
    t.equal((await core.signIn(guest.email)).cookies.size > 0, true, 'and in again by a new sign-in')
  },
)

t.test(
  'R6: the last who manages users does not expire: core takes the date away before it comes, and warns',
  async (t) => {
    const core = await testCore(t)
    const { prisma, clock } = core
    const ownerId = await idOf(core.owner)
    const second = await signedIn(core, 'second', 'administrator')
    const at = new Date(clock.now() + 30 * MINUTE)
    await core.owner.api('PATCH', `/orgs/${ORG}/members/${ownerId}`, { expiresAt: at.toISOString() })
    await core.owner.api('POST', `/users/${second.id}/disable`, {})
    clock.aheadMs += 29 * MINUTE
    await core.core.identity.people.expiry.run()
    t.equal((await prisma.user.findUniqueOrThrow({ where: { id: ownerId } })).expiresAt, null)
    clock.aheadMs += 2 * MINUTE
    await core.core.identity.people.expiry.run()
    t.equal((await core.owner.api('GET', '/auth/me')).status, 200, 'never shut out')
    const trail = await core.owner.api('GET', `/orgs/${ORG}/audit?action=user.expiry_withheld`)
    t.match(trail.body.items, [{ targetId: ownerId, outcome: 'denied', actorId: 'user-expiry' }])
    t.ok(core.logged.some(({ level, msg }) => level === 40 && String(msg).includes('does not expire')))
  },
)

t.test('R6: of two who expire together the later one stays', async (t) => {
  const core = await testCore(t)
  const { prisma, clock } = core
  const ownerId = await idOf(core.owner)
  const second = await signedIn(core, 'second', 'administrator')
  const at = clock.now() + 5 * MINUTE
  // Written past the API, which would refuse the later of the two.
  await prisma.user.update({ where: { id: ownerId }, data: { expiresAt: new Date(at) } })
  await prisma.user.update({ where: { id: second.id }, data: { expiresAt: new Date(at + 1) } })
  clock.aheadMs += 10 * MINUTE
  await Promise.all([1, 2, 3].map(() => core.core.identity.people.expiry.run()))
  const rows = await prisma.user.findMany({ select: { id: true, disabledAt: true, expiresAt: true } })
  t.ok(rows.find(({ id }) => id === ownerId)?.disabledAt)
  t.match(
    rows.find(({ id }) => id === second.id),
    { disabledAt: null, expiresAt: null },
  )
  t.equal(await prisma.auditEvent.count({ where: { action: 'user.expire' } }), 1, 'once, of three rounds')
})
