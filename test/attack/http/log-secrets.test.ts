/** What enters and leaves by every way of signing in, right and wrong, stands in no line of the log, at its most talkative. */
import { randomBytes } from 'node:crypto'
import t from 'tap'
import { Authenticator } from '../../support/authenticator.js'
import { loginCommandLine, refreshWith } from '../../support/command-line.js'
import { ORG, OWNER, testCore } from '../../support/core.js'
import { connectSocket, ticketOf } from '../../support/live.js'
import { tokenOf } from '../../support/mailer.js'
import { CLIENT, OpenIdProvider } from '../../support/openid.js'
import { PUBLIC_URL, startPairing } from '../../support/pairing.js'
import { request, say } from '../../support/raw-http.js'
import { secretWatch } from '../../support/secret-watch.js'

t.test('no secret of any kind of credential is logged', async (t) => {
  const openid = await OpenIdProvider.start(t, `${PUBLIC_URL}/api/v1/auth/oidc/callback`)
  const masterKey = randomBytes(32).toString('base64')
  const core = await testCore(t, {
    env: {
      ...{ TALOS_PUBLIC_URL: PUBLIC_URL, TALOS_MASTER_KEY: masterKey, TALOS_OIDC_ISSUER: openid.issuer },
      ...{
        TALOS_OIDC_CLIENT_ID: CLIENT.id,
        TALOS_OIDC_CLIENT_SECRET: CLIENT.secret,
        TALOS_LOG_LEVEL: 'debug',
      },
      TALOS_SMTP_URL: 'smtp://mailer:a-password-of-the-mail-server@127.0.0.1:1',
    },
  })
  const { owner } = core
  const watch = secretWatch(core.app)
  const keep = (name: string, text: string) => {
    t.ok(text.length >= 8, name)
    watch.keep(name, text)
  }
  keep('master key', masterKey)
  keep('secret of the provider', CLIENT.secret)
  keep('password of the mail server', 'a-password-of-the-mail-server')
  keep('director key', core.director().options.bearer ?? '')

  // By mail, right and in the wrong browser; by a code; with a proof.
  const desk = core.browser()
  const mail = core.mailer.next(OWNER)
  await desk.api('POST', '/auth/login', { email: OWNER })
  const token = tokenOf(await mail)
  keep('magic link', token)
  t.equal((await core.browser().api('POST', '/auth/confirm', { token })).status, 403)
  const shown = await core.browser().api('POST', '/auth/link/code', { token })
  t.equal((await desk.api('POST', '/auth/code', { code: shown.body.code })).status, 200)
  await desk.api('GET', `/auth/me?token=${token}`)
  await desk.api('GET', `//sign-in?token=${token}`)

  // By a provider: state and code come back in an address.
  openid.account = { sub: 'u1', email: OWNER, email_verified: true }
  const visitor = core.browser()
  const begun = new URL((await visitor.api('POST', '/auth/oidc/start', {})).body.url)
  for (const name of ['state', 'nonce', 'code_challenge']) keep(name, begun.searchParams.get(name) ?? '')
  const back = await openid.visit(begun.href)
  keep('code of the provider', back.searchParams.get('code') ?? '')
  for (const client of [core.browser(), visitor, visitor])
    await client.api('GET', `/auth/oidc/callback${back.search}`)
  await say(
    core.localUrl,
    request(`GET /api/v1/auth/oidc/callback${back.search}`, {
      headers: [
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
      ],
    }),
  )

  // By phone, by command line, by tickets, by tokens, and all of it wrong.
  await owner.api('PATCH', '/settings/auth', { pairing: true })
  const { code, number, wait } = await startPairing(core)
  await owner.api('POST', '/auth/pair/approve', { code, number })
  t.equal((await wait()).status, 200)
  const line = await loginCommandLine(core, owner)
  await refreshWith(core, line.refresh)
  await core.browser().api('POST', '/auth/revoke', { token: line.refresh })
  await refreshWith(core, line.refresh)
  const made = await owner.api('POST', '/auth/api-tokens', { name: 'x' })
  await core.program(`${made.body.token}x`).api('GET', '/auth/me')
  const ticket = await ticketOf(owner, ORG)
  const client = await connectSocket(t, {
    ...{ url: core.localUrl, ticket, origin: core.localUrl, cookie: owner.cookieHeader },
  })
  await client.endAsync(true)

  // A passkey, wrong and right.
  const origin = PUBLIC_URL
  const key = new Authenticator(origin)
  const options = (await owner.api('POST', '/auth/passkeys/options', {}, { origin })).body.options
  keep('challenge', options.challenge)
  const credential = key.create(options)
  const wrong = { ...credential, response: { ...credential.response, attestationObject: 'AAAA' } }
  await owner.api('POST', '/auth/passkeys', { name: 'x', credential: wrong }, { origin })
  await owner.api('POST', '/auth/passkeys', { name: 'x', credential }, { origin })

  // What is no request, no JSON, no schema.
  const secret = owner.cookies.get('__Host-talos') ?? ''
  await owner.api('POST', '/auth/confirm', `{"token":"${token}"`)
  await owner.api('POST', '/auth/confirm', { token, extra: token })
  await owner.api('POST', `/auth/%zz${secret}`, { token })

  t.ok(watch.size > 25, `${watch.size} secrets`)
  t.same(watch.foundIn(JSON.stringify(core.logged)), [])
  t.ok(core.logged.length > 25, `${core.logged.length} lines`)
})
