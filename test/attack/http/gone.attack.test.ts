/** What those keep who are gone, or whose address is another's now: no invite, no command line, no token (A3, R11, E19). */
import { randomBytes } from 'node:crypto'
import t from 'tap'
import type { ApiClient } from '../../support/client.js'
import { DEVICE_GRANT } from '../../support/command-line.js'
import { testCore } from '../../support/core.js'
import { openIdCore, signInByOpenId } from '../../support/openid.js'
import { idOf, signedIn } from '../../support/people.js'

/** The slugs of the organisations of who is signed in. */
const orgsOf = async (client: ApiClient): Promise<string[]> =>
  (await client.api('GET', '/auth/me')).body.memberships.map(({ org }: { org: string }) => org)
const WISH = { email: 'alice@example.org', role: 'administrator' }

t.test(
  'A17: who is known to the provider by another address now takes no invite to the former',
  async (t) => {
    const { core, openid } = await openIdCore(t)
    const { email } = WISH
    await signedIn(core, 'alice', { other: 'viewer' })
    await signInByOpenId(core, openid, { sub: 'first', email, email_verified: true })
    const invite = await core.owner.api('POST', '/orgs/main/invites', WISH)
    t.equal(invite.status, 201)

    const moved = { sub: 'first', email: 'alice.smith@example.org', email_verified: true }
    const client = await signInByOpenId(core, openid, moved)
    t.same(await orgsOf(client), ['other'], 'not by signing in')
    t.equal((await client.api('POST', `/auth/invites/${invite.body.id}/accept`, {})).status, 403)
    t.same(await orgsOf(client), ['other'], 'nor by asking')

    const again = await signInByOpenId(core, openid, { sub: 'first', email, email_verified: true })
    t.same((await orgsOf(again)).sort(), ['main', 'other'], 'the address is proved again')
  },
)

t.test('R11: a passkey proves no address, so no invite is accepted by one alone', async (t) => {
  const core = await testCore(t)
  const { id, client } = await signedIn(core, 'alice', { other: 'viewer' })
  const passkeyId = randomBytes(16).toString('hex')
  await core.prisma.session.updateMany({
    where: { userId: id },
    data: { authMethod: 'passkey', provenWith: 'passkey', passkeyId },
  })
  const invite = await core.owner.api('POST', '/orgs/main/invites', WISH)
  t.equal((await client.api('POST', `/auth/invites/${invite.body.id}/accept`, {})).status, 403)
  t.same(await orgsOf(client), ['other'])
  t.same((await orgsOf(await core.signIn(WISH.email))).sort(), ['main', 'other'], 'a mail does')
})

t.test('A46: a page that sends its visitors to the callback locks none of them out', async (t) => {
  const { core } = await openIdCore(t)
  const visitor = core.browser()
  const path = `/auth/oidc/callback?code=x&state=${'a'.repeat(43)}`
  for (let image = 0; image < 12; image++) t.equal((await visitor.api('GET', path)).status, 303)
  const guess = await visitor.api('POST', '/auth/code', { code: 'BCDF-GHJK' })
  t.equal(guess.body.code, 'code_invalid', 'this may still be tried')
})

t.test('E19: a command line that was approved before its person left comes too late', async (t) => {
  const core = await testCore(t)
  const { client } = await signedIn(core, 'mallory', { main: 'manager', other: 'viewer' })
  const { body } = await core.browser().api('POST', '/auth/device/code', { clientName: 'x' })
  await client.api('POST', '/auth/device/approve', { userCode: body.user_code })
  const left = await core.owner.api('DELETE', `/orgs/main/members/${await idOf(client)}`)
  t.equal(left.status, 200)
  const request = { grant_type: DEVICE_GRANT, device_code: body.device_code }
  t.match(await core.browser().api('POST', '/auth/device/token', request), {
    status: 400,
    body: { code: 'access_denied' },
  })
  t.equal(await core.prisma.commandLine.count(), 0)
})

t.test('E19: enrollment tokens whose secrets are still being hashed do not outlive the right', async (t) => {
  const core = await testCore(t)
  const { id, client } = await signedIn(core, 'mallory', 'manager')
  const asked = Array.from({ length: 12 }, (_, n) =>
    client.api('POST', '/orgs/main/enrollment-tokens', { name: `t${n}`, ttlMinutes: 10_080 }),
  )
  await Promise.race(asked)
  t.equal((await core.owner.api('DELETE', `/orgs/main/members/${id}`)).status, 200)
  await Promise.all(asked)
  t.equal(await core.prisma.enrollmentToken.count({ where: { revokedAt: null } }), 0)
})

t.test('A11: who ends a stolen session also ends the command line that it has just approved', async (t) => {
  const core = await testCore(t)
  const { client } = await signedIn(core, 'alice', 'manager')
  const thief = await core.signIn('alice@example.org')
  const { body } = await core.browser().api('POST', '/auth/device/code', { clientName: 'x' })
  t.equal((await thief.api('POST', '/auth/device/approve', { userCode: body.user_code })).status, 200)
  t.match(await client.api('DELETE', '/auth/sessions'), { status: 200, body: { ended: 1 } })
  const request = { grant_type: DEVICE_GRANT, device_code: body.device_code }
  t.match(await core.browser().api('POST', '/auth/device/token', request), {
    status: 400,
    body: { code: 'access_denied' },
  })
  t.equal(await core.prisma.commandLine.count(), 0)
})
