import t from 'tap'
import { ORG, testCore } from '../../support/core.js'
import { person, signedIn } from '../../support/people.js'

interface Item {
  readonly email: string
}
const MEMBERS = `/orgs/${ORG}/members`
const names = (body: { items: Item[] }) => body.items.map(({ email }) => email.split('@')[0])

t.test(
  'E21, E24, E25: members are listed page by page, sorted without regard to case, searched as the words stand',
  async (t) => {
    const core = await testCore(t)
    const emails = ['Zed', 'adam', 'Bea_x', 'beaxx', '100%']
    for (const name of emails) await person(core, name, { [ORG]: name === 'adam' ? 'manager' : 'viewer' })
    await person(core, 'elsewhere', { rival: 'viewer' })
    const list = async (query = '') => (await core.owner.api('GET', `${MEMBERS}${query}`)).body
    t.same(names(await list()), ['100%', 'adam', 'Bea_x', 'beaxx', 'owner', 'Zed'])
    t.same(names(await list('?search=BEA')), ['Bea_x', 'beaxx'])
    t.same(names(await list('?search=a_x')), ['Bea_x'], 'no wildcard')
    t.same(names(await list('?search=%25')), ['100%'])
    t.same(names(await list('?role=manager')), ['adam'])
    t.same(names(await list('?sort=role')).slice(-2), ['adam', 'owner'], 'by rank, not by letter')
    t.equal((await core.owner.api('GET', `${MEMBERS}?sort=secret`)).status, 400)
    t.equal((await core.owner.api('GET', `${MEMBERS}?cursor=nonsense`)).status, 400)
    for (const sort of ['email', 'role', 'joinedAt', 'lastSeenAt']) {
      const seen: string[] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const page: { items: Item[]; nextCursor: string | null } = await list(
          `?sort=${sort}&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`,
        )
        seen.push(...page.items.map(({ email }) => email))
        cursor = page.nextCursor
      }
      t.same([...seen].sort(), [...new Set(seen)].sort(), `${sort}: nobody twice`)
      t.equal(seen.length, 6, `${sort}: everybody`)
    }
    t.notMatch(JSON.stringify(await list()), /svc_/)
  },
)

t.test(
  'a member is shown with when and how they were seen last, and what the reader may do to them',
  async (t) => {
    const core = await testCore(t)
    const admin = await signedIn(core, 'admin', 'administrator')
    const quiet = await person(core, 'quiet', { [ORG]: 'viewer', rival: 'viewer' })
    await core.prisma.passkey.create({
      data: {
        ...{ id: 'passkey-0001', userId: quiet.id, credentialId: 'x', publicKey: Buffer.from('x') },
        ...{ transports: [], aaguid: '0', backedUp: false, name: 'key' },
      },
    })
    const { body } = await admin.client.api('GET', MEMBERS)
    t.match(body.items, [
      {
        email: 'admin@example.org',
        lastMethod: 'magic_link',
        lastSeenAt: String,
        mayChange: true,
        mayAdminister: true,
      },
      { email: 'owner@example.org', lastMethod: 'owner_link', mayChange: false, mayAdminister: false },
      {
        ...{ email: 'quiet@example.org', lastMethod: null, lastSeenAt: null, hasPasskey: true },
        ...{ mayChange: true, mayAdminister: false },
      },
    ])
    t.match((await admin.client.api('GET', `${MEMBERS}?sort=lastSeenAt`)).body.items.at(-1), {
      email: quiet.email,
    })
    t.match((await admin.client.api('GET', `${MEMBERS}/${quiet.id}`)).body, body.items[2])
  },
)

t.test('only who manages users sees who belongs here', async (t) => {
  const core = await testCore(t)
  const manager = await signedIn(core, 'manager', 'manager')
  const rival = await signedIn(core, 'rival', { rival: 'owner' })
  t.equal((await manager.client.api('GET', MEMBERS)).status, 403)
  t.equal((await rival.client.api('GET', MEMBERS)).status, 404)
  t.equal((await core.program().api('GET', MEMBERS)).status, 401)
  t.equal((await core.director().api('GET', MEMBERS)).status, 403, 'D1')
})
