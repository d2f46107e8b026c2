import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import type { Test } from 'tap'
import t from 'tap'
import { MINUTE } from '../../../shared/time.js'
import type { ApiClient } from '../../support/client.js'
import { type TestCore, testCore } from '../../support/core.js'
import { type Account, CLIENT, OpenIdProvider } from '../../support/openid.js'

const PUBLIC_URL = 'https://talos.example.org'
const CALLBACK = `${PUBLIC_URL}/api/v1/auth/oidc/callback`

const settings = (issuer: string) => ({
  TALOS_PUBLIC_URL: PUBLIC_URL,
  TALOS_OIDC_ISSUER: issuer,
  TALOS_OIDC_CLIENT_ID: CLIENT.id,
  TALOS_OIDC_CLIENT_SECRET: CLIENT.secret,
  TALOS_OIDC_NAME: 'Example',
})

async function world(t: Test) {
  const openid = await OpenIdProvider.start(t, CALLBACK)
  const core = await testCore(t, { env: settings(openid.issuer) })
  return { core, openid }
}

/** The browser comes back: where it is sent then. */
async function back(client: ApiClient, callback: URL): Promise<string> {
  const answer = await client.api('GET', `/auth/oidc/callback${callback.search}`)
  t.equal(answer.status, 303, JSON.stringify(answer.body))
  return String(answer.headers['location'])
}

async function begin(client: ApiClient): Promise<string> {
  const { status, body } = await client.api('POST', '/auth/oidc/start', {})
  if (status !== 200) throw new Error(JSON.stringify(body))
  return body.url
}

async function signIn(core: TestCore, openid: OpenIdProvider, account: Account) {
  openid.account = account
  const client = core.browser()
  return { client, location: await back(client, await openid.visit(await begin(client))) }
}

t.test('A17: a verified address of somebody here signs in; the subject is remembered', async (t) => {
  const { core, openid } = await world(t)
  t.match(await core.browser().api('GET', '/auth/methods'), { body: { oidc: 'Example' } })
  const first = await signIn(core, openid, { sub: 'u1', email: 'owner@example.org', email_verified: true })
  t.equal(first.location, `${PUBLIC_URL}/`)
  t.match(await first.client.api('GET', '/auth/me'), { body: { email: 'owner@example.org' } })
  const [row] = await core.prisma.session.findMany({ where: { authMethod: 'oidc' } })
  t.ok(row?.identityId, 'A16')

  const moved = await signIn(core, openid, { sub: 'u1', email: 'new@example.org', email_verified: true })
  t.match(await moved.client.api('GET', '/auth/me'), { body: { email: 'owner@example.org' } }, 'by subject')
  t.equal(await core.prisma.externalIdentity.count(), 1)
  const verifier = await core.prisma.oidcFlow.findFirstOrThrow()
  t.match(verifier.codeVerifier, /^v2\./, 'A38: sealed')
})

t.test('A17: only email_verified true passes, before anything is looked up', async (t) => {
  const { core, openid } = await world(t)
  for (const verified of [false, undefined, null, 'true', 1]) {
    const account = { sub: `u-${String(verified)}`, email: 'owner@example.org', email_verified: verified }
    const { client, location } = await signIn(core, openid, account)
    t.equal(location, `${PUBLIC_URL}/sign-in?error=email_not_verified`)
    t.equal((await client.api('GET', '/auth/me')).status, 401)
  }
  const none = await signIn(core, openid, { sub: 'u9', email_verified: true })
  t.match(none.location, /email_not_verified/)
  t.equal(await core.prisma.externalIdentity.count(), 0)
})

t.test('A3: a stranger is not let in and no row is made; somebody invited is', async (t) => {
  const { core, openid } = await world(t)
  const eve = { sub: 'eve', email: 'eve@example.org', email_verified: true }
  t.match((await signIn(core, openid, eve)).location, /error=not_invited/)
  t.equal(await core.prisma.user.count(), 1)
  const invite = await core.owner.api('POST', '/orgs/main/invites', { email: eve.email, role: 'viewer' })
  t.equal(invite.status, 201, JSON.stringify(invite.body))
  const { client, location } = await signIn(core, openid, eve)
  t.equal(location, `${PUBLIC_URL}/`)
  t.match(await client.api('GET', '/auth/me'), { body: { memberships: [{ org: 'main', role: 'viewer' }] } })
})

t.test(
  'state, nonce, PKCE and the browser: another, a second, a late or a forged answer is refused',
  async (t) => {
    const { core, openid } = await world(t)
    openid.account = { sub: 'u1', email: 'owner@example.org', email_verified: true }
    const refused = `${PUBLIC_URL}/sign-in?error=oidc_refused`
    const client = core.browser()
    const callback = await openid.visit(await begin(client))
    t.equal(await back(core.browser(), callback), refused, 'the browser of somebody else')
    const cookie = client.cookies.get('__Host-talos-oidc') ?? ''
    t.equal(await back(client, callback), `${PUBLIC_URL}/`)
    client.cookies.set('__Host-talos-oidc', cookie)
    t.equal(await back(client, callback), refused, 'a second time')

    const forged: [string, (url: URL) => void][] = [
      ['another state', (url) => url.searchParams.set('state', 'A'.repeat(43))],
      ['another code', (url) => url.searchParams.set('code', 'B'.repeat(43))],
      ['RFC 9207: another issuer', (url) => url.searchParams.set('iss', 'https://evil.example.org')],
      ['no issuer, where the provider says that it names it', (url) => url.searchParams.delete('iss')],
      ['no code', (url) => url.searchParams.delete('code')],
    ]
    for (const [what, forge] of forged) {
      const browser = core.browser()
      const answer = await openid.visit(await begin(browser))
      forge(answer)
      t.equal(await back(browser, answer), refused, what)
      t.equal((await browser.api('GET', '/auth/me')).status, 401, what)
    }

    const [one, two] = [core.browser(), core.browser()]
    const [first, second] = [await begin(one), await begin(two)]
    const [codeOfOne, codeOfTwo] = [await openid.visit(first), await openid.visit(second)]
    codeOfTwo.searchParams.set('code', codeOfOne.searchParams.get('code') ?? '')
    t.equal(await back(two, codeOfTwo), refused, 'the code of another flow: PKCE and nonce')

    const late = core.browser()
    const old = await openid.visit(await begin(late))
    core.clock.aheadMs += 11 * MINUTE
    t.equal(await back(late, old), refused, 'late')
  },
)

t.test('of fifty browsers with one answer one signs in', async (t) => {
  const { core, openid } = await world(t)
  openid.account = { sub: 'u1', email: 'owner@example.org', email_verified: true }
  const client = core.browser()
  const callback = await openid.visit(await begin(client))
  const nonce = client.cookies.get('__Host-talos-oidc') ?? ''
  const locations = await Promise.all(
    Array.from({ length: 50 }, () => {
      const copy = core.browser()
      copy.cookies.set('__Host-talos-oidc', nonce)
      return back(copy, callback)
    }),
  )
  t.equal(locations.filter((location) => location === `${PUBLIC_URL}/`).length, 1)
})

t.test('a provider that is away is said to be; without one the routes do not exist', async (t) => {
  const closed = createServer()
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
  const { port } = closed.address() as AddressInfo
  await new Promise((resolve) => closed.close(resolve))
  const away = await testCore(t, { env: settings(`http://127.0.0.1:${port}`) })
  t.match(await away.browser().api('POST', '/auth/oidc/start', {}), {
    status: 503,
    body: { code: 'unavailable' },
  })
  const without = await testCore(t)
  t.equal((await without.browser().api('POST', '/auth/oidc/start', {})).status, 404)
  t.equal((await without.browser().api('GET', '/auth/oidc/callback?state=x')).status, 404)
  t.match(await without.browser().api('GET', '/auth/methods'), { body: { oidc: null } })
})
