import t from 'tap'
import { LOCK_OUT_MS, MAX_FAILURES } from '../../../core/identity/lock-out.js'
import { SECOND } from '../../../shared/time.js'
import { ApiClient } from '../../support/client.js'
import { OWNER, type TestCore, testCore } from '../../support/core.js'
import { tokenOf } from '../../support/mailer.js'

async function askFor(core: TestCore, client: ApiClient): Promise<string> {
  const mail = core.mailer.next(OWNER)
  await client.api('POST', '/auth/login', { email: OWNER })
  return tokenOf(await mail)
}

const SESSION = '__Host-talos'

/** What programs in front of a mailbox do to links: fetch them, run their pages, press their buttons. */
async function scan(core: TestCore, token: string): Promise<ApiClient> {
  const scanner = core.browser()
  for (const path of [
    '//sign-in',
    `//sign-in?${token}`,
    '/auth/link',
    '/auth/link/code',
    '/auth/code',
    '/auth/confirm',
  ])
    for (const method of ['GET', 'HEAD'] as const) await scanner.api(method, path)
  await scanner.api('POST', '/auth/link', { token })
  const shown = await scanner.api('POST', '/auth/link/code', { token })
  await scanner.api('POST', '/auth/confirm', { token })
  await scanner.api('POST', '/auth/confirm', { token, email: OWNER })
  await scanner.api('POST', '/auth/code', { code: shown.body.code })
  return scanner
}

t.test(
  'A6, A7: a scanner that opens every link and presses every button signs nobody in and spoils nothing',
  async (t) => {
    const core = await testCore(t)
    const before = await core.prisma.session.count()
    const client = core.browser()
    const token = await askFor(core, client)
    for (let n = 0; n < 2; n++) {
      const scanner = await scan(core, token)
      t.notOk(scanner.cookies.has(SESSION))
    }
    t.equal(await core.prisma.session.count(), before)
    t.equal((await client.api('POST', '/auth/confirm', { token })).status, 200, 'the link still works')

    const desk = core.browser()
    const second = await askFor(core, desk)
    const phone = core.browser()
    const { code } = (await phone.api('POST', '/auth/link/code', { token: second })).body
    await scan(core, second)
    t.equal(
      (await desk.api('POST', '/auth/code', { code })).status,
      200,
      'so does the code that was shown before',
    )
  },
)

t.test('a session id that was planted is not the one that is signed in (ASVS 7.2.4)', async (t) => {
  const core = await testCore(t)
  const attacker = await core.signIn(OWNER)
  for (const planted of ['A'.repeat(43), attacker.cookies.get(SESSION) ?? '']) {
    const victim = core.browser()
    victim.cookies.set(SESSION, planted)
    const token = await askFor(core, victim)
    t.equal((await victim.api('POST', '/auth/confirm', { token })).status, 200)
    t.not(victim.cookies.get(SESSION), planted)
    const thief = core.browser()
    thief.cookies.set(SESSION, planted)
    t.equal((await thief.api('GET', '/auth/me')).status, 401)
  }
})

t.test('a nonce of another browser, guessed or one’s own, opens no link', async (t) => {
  const core = await testCore(t)
  const victim = core.browser()
  const token = await askFor(core, victim)
  for (const nonce of [undefined, '', 'x', 'A'.repeat(43), token]) {
    const thief = core.browser()
    if (nonce !== undefined) thief.cookies.set('__Host-talos-login', nonce)
    t.equal((await thief.api('POST', '/auth/confirm', { token })).body.code, 'link_other_browser')
    t.equal((await thief.api('POST', '/auth/code', { code: 'BCDFGHJK' })).body.code, 'code_invalid')
  }
  const thief = core.browser()
  thief.cookies.set('__Host-talos-login', 'not-of-ours')
  await thief.api('POST', '/auth/login', { email: 'nobody@example.org' })
  t.match(thief.cookies.get('__Host-talos-login'), /^[A-Za-z0-9_-]{43}$/, 'a nonce that is none is replaced')
  t.equal((await victim.api('POST', '/auth/confirm', { token })).status, 200)
})

t.test(
  'A46: guesses lock out their address, not the person, not a neighbour who has signed in before',
  async (t) => {
    const core = await testCore(t)
    const neighbour = await core.signIn(OWNER)
    const at = neighbour.options.address ?? ''
    const attacker = new ApiClient({ app: core.app, origin: core.url, address: at })
    const guess = async (n: number) =>
      (await attacker.api('POST', '/auth/confirm', { token: `${n}`.padStart(43, 'A') })).status
    const statuses = []
    for (let n = 0; n <= MAX_FAILURES; n++) statuses.push(await guess(n))
    t.same(statuses, [...Array.from({ length: MAX_FAILURES }, () => 410), 429])
    const locked = await attacker.api('POST', '/auth/code', { code: 'BCDFGHJK' })
    t.equal(locked.status, 429)
    const retryAfter = Number(locked.headers['retry-after'])
    t.ok(retryAfter > LOCK_OUT_MS / SECOND - 60 && retryAfter <= LOCK_OUT_MS / SECOND, `${retryAfter}`)

    const token = await askFor(core, neighbour)
    t.equal(
      (await neighbour.api('POST', '/auth/confirm', { token })).status,
      200,
      'from the very same address',
    )
    t.ok(await core.signIn(OWNER), 'and from any other')
    core.clock.aheadMs = LOCK_OUT_MS
    t.equal(await guess(99), 410, 'after a quarter of an hour it may guess again')
  },
)

t.test('A46: a known-browser cookie that was made up counts as none', async (t) => {
  const core = await testCore(t)
  const statuses = []
  for (let n = 0; n <= MAX_FAILURES; n++) {
    const attacker = new ApiClient({ app: core.app, origin: core.url, address: '198.51.100.9' })
    attacker.cookies.set('__Host-talos-known', `user-000${n}.${'0'.repeat(24)}.${'A'.repeat(43)}`)
    statuses.push((await attacker.api('POST', '/auth/confirm', { token: `${n}`.padStart(43, 'A') })).status)
  }
  t.equal(statuses.at(-1), 429)
})
