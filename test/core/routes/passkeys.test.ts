import type { Test } from 'tap'
import t from 'tap'
import { MINUTE } from '../../../shared/time.js'
import { Authenticator } from '../../support/authenticator.js'
import { ApiClient } from '../../support/client.js'
import { type TestCore, testCore } from '../../support/core.js'

let browsers = 0
/** A browser that reached us by name: passkeys are for names. */
function named(core: TestCore, cookies?: ApiClient): { client: ApiClient; origin: string } {
  const origin = core.url.replace('127.0.0.1', 'localhost')
  browsers += 1
  const client = new ApiClient({ app: core.app, origin, address: `10.9.0.${browsers}` })
  for (const [name, value] of cookies?.cookies ?? []) client.cookies.set(name, value)
  return { client, origin }
}

async function registered(t: Test) {
  const core = await testCore(t)
  const { client: owner, origin } = named(core, core.owner)
  const key = new Authenticator(origin)
  const { body } = await owner.api('POST', '/auth/passkeys/options', {})
  const made = await owner.api('POST', '/auth/passkeys', {
    name: 'Laptop',
    credential: key.create(body.options),
  })
  t.equal(made.status, 201, JSON.stringify(made.body))
  const signIn = async (client: ApiClient, lies = {}) => {
    const { body } = await client.api('POST', '/auth/passkey/options', {})
    return await client.api('POST', '/auth/passkey', { credential: key.get(body.options, lies) })
  }
  return { core, owner, origin, key, id: made.body.id as string, signIn }
}

t.test('A44: a passkey is registered and signs in, without an address', async (t) => {
  const { core, owner, id, signIn } = await registered(t)
  t.match(await owner.api('GET', '/auth/passkeys'), {
    body: { items: [{ id, name: 'Laptop', backedUp: false, lastUsedAt: null }] },
  })
  const { client } = named(core)
  const answer = await signIn(client)
  t.equal(answer.status, 200, JSON.stringify(answer.body))
  t.match(await client.api('GET', '/auth/me'), { body: { email: 'owner@example.org', hasPasskey: true } })
  const [row] = await core.prisma.session.findMany({ where: { authMethod: 'passkey' } })
  t.match(row, { passkeyId: id, provenWith: 'passkey' }, 'A16')
  t.match(await owner.api('PATCH', `/auth/passkeys/${id}`, { name: 'Key' }), { body: { name: 'Key' } })
  t.ok((await owner.api('GET', '/auth/passkeys')).body.items[0].lastUsedAt)
})

t.test('A27: whatever is wrong with a passkey is one answer, and a challenge serves once', async (t) => {
  const { core, key, origin, signIn } = await registered(t)
  const refusals = []
  for (const lies of [
    { origin: 'https://evil.example.org' },
    { origin: core.url },
    { challenge: 'A'.repeat(43) },
    { rpId: 'example.org' },
    { isVerified: false },
    { counter: 1 },
  ])
    refusals.push(await signIn(named(core).client, lies))
  const stranger = new Authenticator(origin)
  const { client } = named(core)
  const { body } = await client.api('POST', '/auth/passkey/options', {})
  refusals.push(await client.api('POST', '/auth/passkey', { credential: stranger.get(body.options) }))
  const forged = { ...stranger.get(body.options), id: key.id.toString('base64url') }
  refusals.push(await client.api('POST', '/auth/passkey', { credential: { ...forged, rawId: forged.id } }))
  const elsewhere = named(core).client
  refusals.push(await elsewhere.api('POST', '/auth/passkey', { credential: key.get(body.options) }))
  const [first] = refusals
  for (const [i, refusal] of refusals.entries()) {
    t.equal(refusal.status, 403, `${i}`)
    t.match(refusal.body, { code: 'passkey_refused', detail: first?.body.detail })
  }

  const again = named(core).client
  const asked = await again.api('POST', '/auth/passkey/options', {})
  const nonce = again.cookies.get('__Host-talos-passkey') ?? ''
  const credential = key.get(asked.body.options)
  t.equal((await again.api('POST', '/auth/passkey', { credential })).status, 200)
  again.cookies.set('__Host-talos-passkey', nonce)
  t.equal((await again.api('POST', '/auth/passkey', { credential })).status, 403, 'replayed')

  const late = named(core).client
  const old = await late.api('POST', '/auth/passkey/options', {})
  core.clock.aheadMs += 6 * MINUTE
  t.equal((await late.api('POST', '/auth/passkey', { credential: key.get(old.body.options) })).status, 403)
})

t.test('A23: of fifty that use one assertion at once, one signs in', async (t) => {
  const { core, key } = await registered(t)
  const { client } = named(core)
  const { body } = await client.api('POST', '/auth/passkey/options', {})
  const credential = key.get(body.options)
  // Lock-out and rate limit would hide what the database decides: each comes from elsewhere.
  const tries = await Promise.all(
    Array.from({ length: 50 }, () => named(core, client).client.api('POST', '/auth/passkey', { credential })),
  )
  t.equal(tries.filter(({ status }) => status === 200).length, 1)
})

t.test('A12, A44: who has a passkey proves himself with it before an act that matters', async (t) => {
  const { core, owner, id, key } = await registered(t)
  t.match(await owner.api('DELETE', `/auth/passkeys/${id}`), {
    status: 403,
    body: { code: 'step_up_required' },
  })
  t.equal((await owner.api('POST', '/auth/step-up/mail', {})).status, 403, 'a mail is weaker')
  const cookie = owner.cookies.get('__Host-talos')
  const { body } = await owner.api('POST', '/auth/step-up/passkey/options', {})
  t.same(
    body.options.allowCredentials.map((one: { id: string }) => one.id),
    [key.id.toString('base64url')],
  )
  const proved = await owner.api('POST', '/auth/step-up/passkey', { credential: key.get(body.options) })
  t.equal(proved.status, 200, JSON.stringify(proved.body))
  t.not(owner.cookies.get('__Host-talos'), cookie, 'ASVS 7.2.4')
  core.clock.aheadMs += 6 * MINUTE
  t.equal((await owner.api('DELETE', `/auth/passkeys/${id}`)).status, 403, 'for five minutes')
  const again = await owner.api('POST', '/auth/step-up/passkey/options', {})
  await owner.api('POST', '/auth/step-up/passkey', { credential: key.get(again.body.options) })
  t.equal((await owner.api('DELETE', `/auth/passkeys/${id}`)).status, 200)
  t.match(await owner.api('GET', '/auth/me'), { body: { hasPasskey: false } })
})

t.test(
  'A44: removing a passkey ends the sessions that began with it; another can forget a lost one',
  async (t) => {
    const { core, signIn } = await registered(t)
    const { client } = named(core)
    await signIn(client)
    const [user] = await core.prisma.user.findMany()
    t.match(await client.api('DELETE', `/users/${user?.id}/passkeys`), { status: 200, body: { removed: 1 } })
    t.equal((await client.api('GET', '/auth/me')).status, 401)
    t.equal(await core.prisma.auditEvent.count({ where: { action: 'passkey.forget' } }), 1)
  },
)

t.test('Passkeys are for names: an address is told so', async (t) => {
  const core = await testCore(t)
  const answer = await core.owner.api('POST', '/auth/passkeys/options', {})
  t.match(answer, { status: 409, body: { code: 'passkeys_unavailable', detail: /http:\/\/localhost:\d+/ } })
  t.equal((await core.program().api('POST', '/auth/passkey/options', {})).status, 403)
})
