/** Who is here, and what is live, must show neither in an answer nor in its time (A4, A27, B16). */
import { randomBytes } from 'node:crypto'
import t, { type Test } from 'tap'
import { MOUNT } from '../../core/fleet/world.js'
import { Authenticator } from '../../support/authenticator.js'
import type { Answer } from '../../support/client.js'
import { ORG, type TestCore, testCore } from '../../support/core.js'
import { PUBLIC_URL, pairingCore, startPairing } from '../../support/pairing.js'
import { person } from '../../support/people.js'

/** What differs in any two answers: when, and under which id. */
const shape = ({ status, body, headers, setCookie }: Answer) => {
  const { 'x-request-id': _id, date: _date, 'set-cookie': _cookie, ...rest } = headers
  const { requestId: _requestId, ...said } = body
  const cookies = setCookie.map((line) => line.replace(/=[^;]*/, '='))
  const counted = Object.entries(rest).filter(
    ([name]) => !name.startsWith('x-ratelimit-') && name !== 'retry-after',
  )
  return { status, said, cookies, headers: Object.fromEntries(counted) }
}

const median = (times: readonly number[]): number =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN

type Ask = (n: number) => Promise<Answer>

/**
 * Asks both in turns, so that whatever else the machine does falls on both; their answers must be one, and their medians
 * close. What an answer leaves to be done comes to its end in between. A look-up that one lacks, or a slow hash, would show at once; less than the bound drowns in any network.
 */
async function mustBeAlike(
  { t, core }: { readonly t: Test; readonly core: TestCore },
  what: string,
  rounds: number,
  one: Ask,
  other: Ask,
  after: () => Promise<unknown> = async () => undefined,
): Promise<void> {
  const times: [number[], number[]] = [[], []]
  const shapes = new Set<string>()
  for (let n = 0; n < rounds; n++)
    for (const i of n % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const from = performance.now()
      const answer = await (i === 0 ? one : other)(n)
      times[i].push(performance.now() - from)
      shapes.add(JSON.stringify(shape(answer)))
      await after()
      for (let quiet = 0; quiet < 3; quiet++) await core.program().api('GET', '/readyz')
    }
  t.equal(shapes.size, 1, `${what}: ${[...shapes].join(' or ')}`)
  const [a, b] = [median(times[0]), median(times[1])]
  const bound = 5 + 0.8 * Math.max(a, b)
  t.ok(Math.abs(a - b) < bound, `${what}: medians of ${a.toFixed(2)} and ${b.toFixed(2)} ms`)
}

const flipped = (text: string): string => text.slice(0, -1) + (text.endsWith('A') ? 'B' : 'A')

t.test('A4: a known address, an unknown one and a disabled one are asked for a link alike', async (t) => {
  const core = await testCore(t)
  const gone = await person(core, 'gone', { [ORG]: 'viewer' })
  await core.prisma.user.update({ where: { id: gone.id }, data: { disabledAt: new Date() } })
  const login = (email: string) => core.browser().api('POST', '/auth/login', { email })
  await login('warm@example.org')
  await mustBeAlike(
    { t, core },
    'disabled',
    20,
    () => login(gone.email),
    (n) => login(`nobody-${n}@example.org`),
  )
  const known = await Promise.all(
    Array.from({ length: 20 }, (_, n) => person(core, `known-${n}`, { [ORG]: 'viewer' })),
  )
  // What follows an answer must not fall on the next one that is timed.
  let mail: Promise<unknown> | undefined
  const loginKnown = (n: number) => {
    const email = known[n]?.email ?? ''
    mail = core.mailer.next(email)
    return login(email)
  }
  const loginUnknown = (n: number) => login(`somebody-${n}@example.org`)
  await mustBeAlike({ t, core }, 'known', 20, loginKnown, loginUnknown, async () => await mail)
})

t.test('B16: of a credential neither the public half nor its life shows', async (t) => {
  const core = await testCore(t)
  const me = (bearer: string) => core.program(bearer).api('GET', '/auth/me')
  const made = (await core.owner.api('POST', '/auth/api-tokens', { name: 'x' })).body
  const ended = (await core.owner.api('POST', '/auth/api-tokens', { name: 'y' })).body
  await core.owner.api('DELETE', `/auth/api-tokens/${ended.item.id}`)
  const unknown = () => me(`gsa_${randomBytes(8).toString('hex')}_${randomBytes(32).toString('base64url')}`)
  await mustBeAlike({ t, core }, 'API token, wrong secret', 20, () => me(flipped(made.token)), unknown)
  await mustBeAlike({ t, core }, 'API token, revoked', 20, () => me(ended.token), unknown)
  const cookie = core.owner.cookies.get('__Host-talos') ?? ''
  const withCookie = (text: string) =>
    core.browser().api('GET', '/auth/me', undefined, { cookie: `__Host-talos=${text}` })
  await mustBeAlike(
    { t, core },
    'session',
    20,
    () => withCookie(flipped(cookie)),
    () => withCookie('A'.repeat(43)),
  )
})

t.test('E4: an enrollment token that lives, one that was used, and one that never was', async (t) => {
  const core = await testCore(t)
  const agent = { version: '1', hostname: 'pi', platform: 'linux' }
  const redeem = (token: string, n: number) =>
    core.browser().api('POST', '/enroll', { token, nonce: `nonce-${1000 + n}`, mount: MOUNT, agent })
  const issue = async () =>
    (await core.owner.api('POST', `/orgs/${ORG}/enrollment-tokens`, { name: 'x' })).body.enrollUrl.split(
      '#',
    )[1]
  const [live, used] = [await issue(), await issue()]
  t.equal((await redeem(used, 0)).status, 200)
  const unknown = (n: number) =>
    redeem(`gse_${randomBytes(8).toString('hex')}_${randomBytes(32).toString('base64url')}`, n)
  await unknown(0)
  await mustBeAlike({ t, core }, 'wrong secret', 9, (n) => redeem(flipped(live), n), unknown)
  await mustBeAlike({ t, core }, 'used', 9, (n) => redeem(used, n + 1), unknown)
})

t.test('A27: codes and links that are unknown, used, denied or expired are one answer', async (t) => {
  const core = await pairingCore(t)
  const lookup = (code: string) => core.owner.api('POST', '/auth/pair/lookup', { code })
  const denied = await startPairing(core)
  await core.owner.api('POST', '/auth/pair/cancel', { code: denied.code })
  const unknown = 'A'.repeat(denied.code.length)
  t.same(shape(await lookup(denied.code)), shape(await lookup(unknown)))
  const device = (code: string) =>
    core.browser().api('POST', '/auth/device/lookup', { userCode: code }, { cookie: core.owner.cookieHeader })
  const { body } = await core.browser().api('POST', '/auth/device/code', { clientName: 'x' })
  await core.owner.api('POST', '/auth/device/deny', { userCode: body.user_code })
  t.same(shape(await device(body.user_code)), shape(await device('BCDF-GHJK')))
  const use = (token: string) => core.browser().api('POST', '/auth/confirm', { token })
  const spent = core.ownerLink?.split('#')[1] ?? ''
  t.same(shape(await use(spent)), shape(await use('A'.repeat(43))))

  const from = { origin: PUBLIC_URL }
  const key = new Authenticator(PUBLIC_URL)
  const { options } = (await core.owner.api('POST', '/auth/passkeys/options', {}, from)).body
  const credential = key.create(options)
  t.equal((await core.owner.api('POST', '/auth/passkeys', { name: 'x', credential }, from)).status, 201)
  const stranger = new Authenticator(PUBLIC_URL)
  stranger.create(options)
  const signIn = async (by: Authenticator, lies: object) => {
    const browser = core.browser()
    const asked = await browser.api('POST', '/auth/passkey/options', {}, from)
    t.notMatch(JSON.stringify(asked.body), 'allowCredentials', 'the same for everybody')
    return browser.api('POST', '/auth/passkey', { credential: by.get(asked.body.options, lies) }, from)
  }
  t.same(
    shape(await signIn(key, { challenge: 'AAAA' })),
    shape(await signIn(stranger, {})),
    'a known key and an unknown one',
  )
})
