/** Pages of other sites, forged headers, planted cookies: what a browser can be made to send (A10, A28, A45). */
import t from 'tap'
import { linkUrl } from '../../../core/identity/link-requests.js'
import { ApiClient } from '../../support/client.js'
import { bareCore, ORG, OWNER, testCore } from '../../support/core.js'
import { tokenOf } from '../../support/mailer.js'
import { PUBLIC_URL, pairingCore } from '../../support/pairing.js'
import { request, say } from '../../support/raw-http.js'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
const EVIL = 'https://evil.example'

t.test('with the cookies of a person no other site changes anything, on any route', async (t) => {
  const core = await testCore(t)
  const { body: api } = await core.program().api('GET', '//api/openapi.json')
  const operations = Object.entries(api.paths as Record<string, Record<string, object>>).flatMap(
    ([path, methods]) =>
      Object.keys(methods).map((method) => ({ path, method: method.toUpperCase() as Method })),
  )
  const changing = operations.filter(({ method }) => method !== 'GET')
  t.ok(changing.length > 50)
  const before = JSON.stringify(await core.prisma.auditEvent.count())
  const forgeries: readonly (readonly [string, Record<string, string>])[] = [
    ['another site', { origin: EVIL }],
    ['a sandboxed frame', { origin: 'null' }],
    ['one that looks alike', { origin: `${core.url}.evil.example` }],
    ['another port', { origin: core.url.replace(/\d+$/, '1') }],
    ['another scheme', { origin: core.url.replace('http:', 'https:') }],
    ['upper case', { origin: core.url.toUpperCase() }],
    ['two origins', { origin: `${core.url}, ${EVIL}` }],
    ['nobody knows where', {}],
    ['a referrer only', { referer: `${core.url}/` }],
  ]
  let asked = 0
  const wrong: string[] = []
  for (const { path, method } of changing) {
    const url = `/${path.replace('{org}', ORG).replace(/\{[a-zA-Z]+\}/g, '00000000-0000')}`
    for (const [what, headers] of forgeries) {
      asked += 1
      const victim = new ApiClient({ app: core.app, address: `10.1.${asked >> 8}.${asked & 255}` })
      for (const [name, value] of core.owner.cookies) victim.cookies.set(name, value)
      victim.cookies.set('__Host-talos-login', 'A'.repeat(43))
      const { status, body } = await victim.api(method, url, '{}', headers)
      if (status !== 403 || body.code !== 'origin_refused')
        wrong.push(`${method} ${path} from ${what}: ${status} ${body.code}`)
    }
  }
  t.same(wrong, [])
  t.equal(JSON.stringify(await core.prisma.auditEvent.count()), before, 'nothing happened')
  t.equal((await core.owner.api('GET', '/auth/me')).status, 200)
})

t.test('a form of another site, or of ours, posts nothing: it cannot send JSON', async (t) => {
  const core = await testCore(t)
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
    const { status } = await core.owner.api('POST', '/auth/logout', '{}', { 'content-type': type })
    t.equal(status, 415, type)
  }
  const preflight = await core.owner.api('OPTIONS', '/auth/logout', undefined, {
    ...{
      origin: EVIL,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    },
  })
  t.notOk(Object.keys(preflight.headers).some((name) => name.startsWith('access-control')))
  t.equal(
    (await core.owner.api('GET', '/auth/me', undefined, { origin: EVIL })).headers[
      'access-control-allow-origin'
    ],
    undefined,
  )
  t.equal((await core.owner.api('GET', '/auth/me')).status, 200, 'still signed in')
})

t.test('A10: cookies by another name, or in another writing, are none of ours', async (t) => {
  const core = await testCore(t)
  const secret = core.owner.cookies.get('__Host-talos') ?? ''
  const me = async (cookie: string) =>
    (
      await say(
        core.url,
        request('GET /api/v1/auth/me', { headers: [`Cookie: ${cookie}`, 'Connection: close'] }),
      )
    )[0]?.status
  t.equal(await me(`__Host-talos=${secret}`), 200)
  const names = [
    ...['talos', '__host-talos', '__HOST-talos', '__Secure-talos', 'Host-talos', '__Host-talos-login'],
    // Whitespace that a browser keeps as a part of the name, and a careless server cuts off.
    ...[
      '\xa0__Host-talos',
      '\x85__Host-talos',
      '\xe2\x80\x80__Host-talos',

      '__Host-talos\xa0',
    ],
    ...['"__Host-talos"', '__Host-talos[0]', '%5F%5FHost-talos', '__Host-talos.', '$__Host-talos'],
  ]
  for (const name of names) t.equal(await me(`${name}=${secret}`), 401, JSON.stringify(name))
  for (const value of [
    `"${secret}"`,
    `${secret} x`,
    `x${secret}`,
    `${secret}${secret}`,
    encodeURIComponent(`${secret}\0`),
  ])
    t.equal(await me(`__Host-talos=${value}`), 401, value)
  t.equal(await me(`__Host-talos=; __Host-talos=${secret}`), 401, 'the first one counts, also an empty one')
  const { setCookie } = await core.signIn(OWNER).then((client) => client.api('POST', '/auth/logout'))
  t.match(setCookie[0], /^__Host-talos=; Max-Age=0; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/)
})

t.test('A45: no header moves a link of a mail, of a QR code, of a device or of the provider', async (t) => {
  const core = await pairingCore(t)
  const forged = {
    ...{ host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'javascript' },
    ...{ forwarded: 'host=evil.example', 'x-original-host': 'evil.example', 'x-forwarded-port': '666' },
    ...{ 'x-forwarded-prefix': '/evil', 'x-original-url': '/evil', 'x-rewrite-url': '/evil' },
  }
  const browser = core.browser()
  const mail = core.mailer.next(OWNER)
  await browser.api('POST', '/auth/login', { email: OWNER }, forged)
  const link = await mail
  t.match(link.text, linkUrl(PUBLIC_URL, tokenOf(link)))
  const invited = core.mailer.next('new@example.org')
  const invites = `/orgs/${ORG}/invites`
  t.equal(
    (await core.owner.api('POST', invites, { email: 'new@example.org', role: 'viewer' }, forged)).status,
    201,
  )
  const pairing = await browser.api('POST', '/auth/pair/start', {}, forged)
  t.match(pairing.body.qrUrl, new RegExp(`^${PUBLIC_URL}/pair#`))
  const device = await browser.api('POST', '/auth/device/code', { clientName: 'x' }, forged)
  t.match(device.body.verification_uri, `${PUBLIC_URL}/device`)
  const token = await core.owner.api('POST', `/orgs/${ORG}/enrollment-tokens`, { name: 'x' }, forged)
  t.match(token.body.enrollUrl, new RegExp(`^${PUBLIC_URL}/`))
  const said = [link, await invited, pairing.body, device.body, token.body, pairing.headers, device.headers]
  t.notMatch(JSON.stringify(said), /evil|javascript:|666/)
})

t.test('A28: a sign-in leads to this installation and nowhere else', async (t) => {
  const core = await pairingCore(t)
  const start = (returnTo: unknown) => core.browser().api('POST', '/auth/pair/start', { returnTo })
  const evil = [
    ...[
      EVIL,
      '//evil.example',
      '/\\evil.example',
      'javascript:alert(1)',
      'data:text/html,x',
      'https:evil.example',
    ],
    ...[`${PUBLIC_URL}.evil.example/`, `${PUBLIC_URL}@evil.example/`, `https://user:pw@talos.example.org/`],
    ...[
      'http://talos.example.org/',
      'https://talos.example.org:444/',
      `\t${EVIL}`,
      'https://talos.example.org%40evil.example/',
    ],
    ...[
      '',
      '/',
      'blob:https://talos.example.org/x',
      'https://TALOS.example.org.evil.example',
      5,
      null,
      [PUBLIC_URL],
    ],
  ]
  for (const returnTo of evil) t.equal((await start(returnTo)).status, 400, JSON.stringify(returnTo))
  t.equal((await start(`${PUBLIC_URL}/stations?x=1`)).status, 200)
  for (const path of [
    '//sign-in?returnTo=https://evil.example',
    '//api/v1/auth/oidc/callback?state=x&returnTo=//evil.example',
  ]) {
    const { headers, status } = await core.browser().api('GET', path)
    t.notMatch(headers['location'], /evil/, `${path} ${status}`)
  }
})

t.test('an address that a client makes up for itself is not believed', async (t) => {
  const core = await bareCore(t)
  const start = async (url: string, forwarded: string) => {
    const headers = [
      `X-Forwarded-For: ${forwarded}`,
      `Forwarded: for=${forwarded}`,
      `X-Real-IP: ${forwarded}`,
    ]
    return await say(
      url,
      request('POST /api/v1/auth/device/code', {
        headers: [...headers, 'Connection: close'],
        body: '{"clientName":"x"}',
      }),
    )
  }
  await start(core.url, '203.0.113.7')
  t.same(
    (await core.prisma.deviceLogin.findMany()).map(({ address }) => address),
    ['127.0.0.1'],
  )

  const proxied = await bareCore(t, {
    env: { TALOS_TLS_PROXY: '1', TALOS_PUBLIC_URL: 'https://talos.example.org' },
  })
  t.equal((await start(proxied.localUrl, '198.51.100.1, 203.0.113.9'))[0]?.status, 200)
  t.same(
    (await proxied.prisma.deviceLogin.findMany()).map(({ address }) => address),
    ['203.0.113.9'],
  )
  for (const garbage of [
    'x',
    'x'.repeat(4000),
    '203.0.113.9:443',
    "' OR 1=1",

    '[::1]',
    'unknown',
  ])
    t.equal((await start(proxied.localUrl, garbage))[0]?.status, 400, garbage.slice(0, 40))
  t.same(
    proxied.logged.filter((line) => Number(line['level']) >= 50),
    [],
  )
})
