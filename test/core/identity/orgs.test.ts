import t from 'tap'
import { ORG, testCore } from '../../support/core.js'
import { signedIn } from '../../support/people.js'

t.test('whoever makes an organisation owns it', async (t) => {
  const core = await testCore(t)
  const made = await core.owner.api('POST', '/orgs', { slug: 'arctic', name: 'Arctic ring' })
  t.match(made, { status: 201, body: { slug: 'arctic', name: 'Arctic ring' } })
  const { memberships } = (await core.owner.api('GET', '/auth/me')).body
  t.match(memberships.map((m: { org: string; role: string }) => `${m.org} ${m.role}`).sort(), [
    'arctic owner',
    `${ORG} owner`,
  ])
  t.equal((await core.owner.api('GET', '/orgs/arctic/stations')).status, 200)
  t.equal((await core.owner.api('GET', '/orgs')).body.items.length, 2)
  t.match(await core.owner.api('POST', '/orgs', { slug: 'arctic', name: 'Again' }), { status: 409 })
  const trail = await core.owner.api('GET', '/orgs/arctic/audit?action=org.create')
  t.match(trail.body.items, [{ detail: { slug: 'arctic' } }])
})

t.test('A41: a short name is one, and stands in no topic of the system', async (t) => {
  const core = await testCore(t)
  for (const slug of ['', 'Arctic', 'a b', 'a/b', '+', '#', '-a', 'a-', 'x'.repeat(40), 'system', '$sys'])
    t.match(await core.owner.api('POST', '/orgs', { slug, name: 'X' }), { status: 400 }, slug)
  t.equal((await core.owner.api('POST', '/orgs', { slug: 'ok', name: '' })).status, 400)
})

t.test(
  'only an owner makes or renames one, and no program does, though the director holds the permission',
  async (t) => {
    const core = await testCore(t)
    const admin = await signedIn(core, 'admin', 'administrator')
    const rival = await signedIn(core, 'rival', { rival: 'owner' })
    const wish = { slug: 'arctic', name: 'Arctic' }
    t.equal((await admin.client.api('POST', '/orgs', wish)).status, 403)
    t.match(await core.director().api('POST', '/orgs', wish), {
      status: 403,
      body: { detail: /people only/ },
    })
    const rename = (who: typeof core.owner) => who.api('PATCH', `/orgs/${ORG}`, { name: 'New name' })
    t.equal((await rename(admin.client)).status, 403)
    t.equal((await rename(core.director())).status, 403)
    t.equal((await rename(rival.client)).status, 404)
    t.match(await rename(core.owner), { status: 200, body: { slug: ORG, name: 'New name' } })
    t.match((await core.owner.api('GET', '/auth/me')).body.memberships, [{ orgName: 'New name' }])
    t.equal(
      (await core.owner.api('PATCH', `/orgs/${ORG}`, { slug: 'other' })).status,
      400,
      'topics hold the slug',
    )
  },
)
