/** Credentials that would climb: tokens, schemes, addresses that strangers make up. */
import t from 'tap'
import { ApiClient } from '../../support/client.js'
import { ORG, testCore } from '../../support/core.js'

t.test(
  'credentials that would climb (test/rules/matrix.test.ts knocks at every route with each kind)',
  async (t) => {
    const core = await testCore(t)
    const { owner } = core

    await t.test('B17: an enrollment token is no Bearer of the API', async (t) => {
      const made = await owner.api('POST', `/orgs/${ORG}/enrollment-tokens`, { name: 'Svalbard' })
      const token = made.body.enrollUrl.split('#')[1]
      t.equal((await core.program(token).api('GET', '/auth/me')).status, 401)
      t.equal((await core.program(token).api('GET', `/orgs/${ORG}/stations`)).status, 401)
    })

    await t.test('a Bearer goes before a cookie, and a wrong one is not made good by it', async (t) => {
      const both = new ApiClient({ ...owner.options, bearer: `gsa_0123456789abcdef_${'A'.repeat(43)}` })
      for (const [name, value] of owner.cookies) both.cookies.set(name, value)
      t.equal((await both.api('GET', '/auth/me')).status, 401)
      for (const scheme of ['Basic eDp5', 'Bearer', 'Bearer  ', 'bearer a b', `Digest ${'x'.repeat(100)}`])
        t.equal(
          (await owner.api('GET', '/auth/me', undefined, { authorization: scheme })).status,
          401,
          scheme,
        )
    })

    await t.test('R11: a token that may issue enrollment tokens lets nobody in by that', async (t) => {
      const wish = { name: 'issuer', permissions: ['manage_enrollment_tokens'] }
      const issuer = core.program((await owner.api('POST', '/auth/api-tokens', wish)).body.token)
      const path = `/orgs/${ORG}/enrollment-tokens`
      t.match(await issuer.api('POST', path, { name: 'x' }), { status: 403, body: { code: 'forbidden' } })
      t.match(await issuer.api('POST', path, { name: 'x', preApproved: false }), { status: 201 })
    })

    await t.test('A20: a token makes no token, approves no device, ends no session', async (t) => {
      const made = await owner.api('POST', '/auth/api-tokens', { name: 'all' })
      const program = core.program(made.body.token)
      const { body: code } = await core.browser().api('POST', '/auth/device/code', { clientName: 'x' })
      const tries = [
        ['POST', '/auth/api-tokens', { name: 'more', expiresInDays: 365 }],
        ['DELETE', `/auth/api-tokens/${made.body.item.id}`],
        ['POST', '/auth/device/approve', { userCode: code.user_code }],
        ['POST', '/auth/device/lookup', { userCode: code.user_code }],
        ['POST', '/auth/mqtt-ticket', { org: ORG }],
        ['DELETE', '/auth/sessions/00000000'],
      ] as const
      for (const [method, path, body] of tries)
        t.match(await program.api(method, path, body), { status: 403, body: { code: 'forbidden' } }, path)
    })
  },
)

t.test('A2: strangers who make addresses up do not spend the mails of those who work here', async (t) => {
  const core = await testCore(t)
  for (let n = 0; n < 220; n++)
    await core.browser().api('POST', '/auth/login', { email: `stranger${n}@example.net` })
  t.equal((await core.signIn('owner@example.org')).cookies.size > 0, true)
})
