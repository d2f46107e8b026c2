import t from 'tap'
import { ORG, testCore } from '../../support/core.js'
import { idOf, signedIn } from '../../support/people.js'

const MANY = 20

t.test('R6: the last who manages users stays, whichever way he would go', async (t) => {
  const core = await testCore(t)
  const { owner } = core
  const id = await idOf(owner)
  const soon = new Date(core.clock.now() + 60_000).toISOString()
  const ways = [
    ['role', 'PATCH', `/orgs/${ORG}/members/${id}`, { role: 'manager' }],
    ['expiry', 'PATCH', `/orgs/${ORG}/members/${id}`, { expiresAt: soon }],
    ['preset', 'POST', `/users/${id}/apply-preset`, { org: ORG, preset: 'read_only' }],
    ['removal', 'DELETE', `/orgs/${ORG}/members/${id}`, undefined],
    ['disabling', 'POST', `/users/${id}/disable`, {}],
    ['deletion', 'DELETE', `/users/${id}`, undefined],
    ['leaving', 'POST', '/auth/leave', { org: ORG }],
  ] as const
  for (const [way, method, path, body] of ways)
    t.match(await owner.api(method, path, body), { status: 409, body: { code: 'last_manager' } }, way)

  t.comment('a second one who does not count')
  const second = await signedIn(core, 'second', 'administrator')
  t.equal((await owner.api('POST', `/users/${second.id}/disable`, {})).status, 200)
  t.equal((await owner.api('DELETE', `/orgs/${ORG}/members/${id}`)).status, 409, 'one that is disabled')
  await owner.api('POST', `/users/${second.id}/enable`, {})
  const later = new Date(core.clock.now() + 120_000).toISOString()
  t.equal((await owner.api('PATCH', `/orgs/${ORG}/members/${second.id}`, { expiresAt: later })).status, 200)
  const beyond = new Date(core.clock.now() + 180_000).toISOString()
  const me = (expiresAt: string) => owner.api('PATCH', `/orgs/${ORG}/members/${id}`, { expiresAt })
  t.equal((await me(beyond)).status, 409, 'one who is gone by then')
  t.equal((await me(soon)).status, 200, 'but one who stays longer counts')
  t.match(await owner.api('PATCH', `/orgs/${ORG}/members/${second.id}`, { role: 'viewer' }), { status: 200 })
  t.equal((await owner.api('POST', '/auth/leave', { org: ORG })).status, 409, 'and is the last again')
})

t.test('R6: each organisation has a last one of its own', async (t) => {
  const core = await testCore(t)
  const both = await signedIn(core, 'both', { [ORG]: 'owner', rival: 'owner' })
  const { api } = { api: both.client.api.bind(both.client) }
  t.match(await api('POST', `/users/${both.id}/disable`, {}), {
    ...{ status: 409, body: { detail: /the users of rival/ } },
  })
  t.equal((await api('DELETE', `/orgs/rival/members/${both.id}`)).status, 409)
  t.equal((await api('PATCH', `/orgs/${ORG}/members/${both.id}`, { role: 'viewer' })).status, 200)
})

t.test(
  `R6: of ${MANY} who lower each other in the same moment, at least one is left who manages users`,
  async (t) => {
    const core = await testCore(t)
    const names = Array.from({ length: MANY }, (_, i) => `admin-${i}`)
    const admins: Awaited<ReturnType<typeof signedIn>>[] = []
    for (const name of names) admins.push(await signedIn(core, name, 'administrator'))
    const ownerId = await idOf(core.owner)
    await core.prisma.membership.deleteMany({ where: { userId: ownerId } })
    const ways = ['PATCH', 'DELETE', 'disable', 'delete'] as const
    const answers = await Promise.all(
      admins.map(({ client }, i) => {
        const next = admins[(i + 1) % MANY]?.id
        const way = ways[i % ways.length]
        if (way === 'PATCH') return client.api('PATCH', `/orgs/${ORG}/members/${next}`, { role: 'viewer' })
        if (way === 'DELETE') return client.api('DELETE', `/orgs/${ORG}/members/${next}`)
        if (way === 'disable') return client.api('POST', `/users/${next}/disable`, {})
        return client.api('DELETE', `/users/${next}`)
      }),
    )
    const statuses = answers.map(({ status }) => status)
    t.notOk(
      statuses.some((status) => status >= 500),
      `no answer is a failure of ours: ${statuses}`,
    )
    t.ok(statuses.includes(200), 'some of it happened')
    const left = await core.prisma.membership.count({
      where: { org: { slug: ORG }, role: 'administrator', user: { disabledAt: null } },
    })
    t.ok(left >= 1, `${left} left`)
    t.equal(left, MANY - statuses.filter((status) => status === 200).length, 'each good answer took one')
  },
)

t.test(
  `R6: of ${MANY} equal removals of the last but one, exactly one counts, and the last stays`,
  async (t) => {
    const core = await testCore(t)
    const other = await signedIn(core, 'other', 'owner')
    const ownerId = await idOf(core.owner)
    const answers = await Promise.all(
      Array.from({ length: MANY }, (_, i) =>
        i % 2 === 0
          ? core.owner.api('PATCH', `/orgs/${ORG}/members/${other.id}`, { role: 'viewer' })
          : other.client.api('PATCH', `/orgs/${ORG}/members/${ownerId}`, { role: 'viewer' }),
      ),
    )
    t.notOk(answers.some(({ status }) => status >= 500))
    const owners = await core.prisma.membership.findMany({ where: { org: { slug: ORG }, role: 'owner' } })
    t.equal(owners.length, 1)
  },
)
