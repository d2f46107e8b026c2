/** Fifty at once for a passkey, an enrollment, an approval, the first ownership: one wins, the others hear one answer. */
import t from 'tap'
import { MOUNT } from '../../core/fleet/world.js'
import { Authenticator } from '../../support/authenticator.js'
import type { Answer } from '../../support/client.js'
import { bareCore, ORG, OWNER, testCore } from '../../support/core.js'
import { pairingCore, startPairing } from '../../support/pairing.js'
import { signedIn } from '../../support/people.js'

const RACERS = 50
const race = (ask: (n: number) => Promise<Answer>): Promise<Answer[]> =>
  Promise.all(Array.from({ length: RACERS }, (_, n) => ask(n)))
const tally = (answers: readonly Answer[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const { status, body } of answers) {
    const name = status < 300 ? `${status}` : `${status} ${body.code}`
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

t.test('R5: of 50 who open the owner link at once one becomes owner', async (t) => {
  const core = await bareCore(t)
  const token = core.ownerLink?.split('#')[1]
  const answers = await race((n) =>
    core.browser().api('POST', '/auth/confirm', { token, email: `owner-${n}@example.org` }),
  )
  t.same(tally(answers), { 200: 1, '410 link_invalid': RACERS - 1 })
  t.equal(await core.prisma.user.count(), 1)
  t.equal(await core.prisma.membership.count({ where: { role: 'owner' } }), 1)
})

t.test('A12: of 50 that use one signature of a passkey at once one is signed in', async (t) => {
  const core = await testCore(t)
  const origin = core.url.replace('127.0.0.1', 'localhost')
  const from = { origin }
  const made = await core.owner.api('POST', '/auth/passkeys/options', {}, from)
  const key = new Authenticator(origin)
  const kept = await core.owner.api(
    'POST',
    '/auth/passkeys',
    { name: 'key', credential: key.create(made.body.options) },
    from,
  )
  t.equal(kept.status, 201, JSON.stringify(kept.body))
  const browser = core.browser()
  const { body } = await browser.api('POST', '/auth/passkey/options', {}, from)
  const credential = key.get(body.options)
  const answers = await race(() => {
    const copy = core.browser()
    for (const [name, value] of browser.cookies) copy.cookies.set(name, value)
    return copy.api('POST', '/auth/passkey', { credential }, from)
  })
  t.same(tally(answers), { 200: 1, '403 passkey_refused': RACERS - 1 })
  t.equal(await core.prisma.session.count({ where: { authMethod: 'passkey' } }), 1)
})

t.test('E1: of 50 agents that redeem one token at once one joins', async (t) => {
  const core = await testCore(t)
  const { body } = await core.owner.api('POST', `/orgs/${ORG}/enrollment-tokens`, {
    name: 'x',
    preApproved: true,
  })
  const token = body.enrollUrl.split('#')[1]
  const agent = { version: '1', hostname: 'pi', platform: 'linux' }
  const answers = await race((n) =>
    core.browser().api('POST', '/enroll', { token, nonce: `nonce-${1000 + n}`, mount: MOUNT, agent }),
  )
  const {
    200: joined,
    '403 enrollment_token_invalid': refused = 0,
    '503 unavailable': later = 0,
    ...rest
  } = tally(answers)
  t.equal(joined, 1)
  t.equal(refused + later, RACERS - 1, 'Argon2id takes so many at once, and the rest hear «later»')
  t.same(rest, {})
  t.equal(await core.prisma.station.count(), 1)
  t.equal(await core.prisma.stationKey.count(), 1)
})

t.test('A23: of 50 approvals of one pairing, by two people, one counts', async (t) => {
  const core = await pairingCore(t)
  const { client: other } = await signedIn(core, 'other', 'operator')
  const { code, number, wait } = await startPairing(core)
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      (n % 2 === 0 ? core.owner : other).api('POST', '/auth/pair/approve', { code, number }),
    ),
  )
  t.same(tally(answers), { 200: 1, '404 pairing_invalid': 19 })
  t.equal((await wait()).status, 200)
  const winner = answers.findIndex(({ status }) => status === 200) % 2 === 0 ? OWNER : 'other@example.org'
  const session = await core.prisma.session.findFirstOrThrow({
    where: { authMethod: 'pairing' },
    include: { user: true },
  })
  t.equal(session.user.email, winner, 'A33: the subject is whose approval counted')
})

t.test('R6: of two owners who remove each other at once one stays', async (t) => {
  const core = await testCore(t)
  for (let round = 0; round < 5; round++) {
    const { client, id } = await signedIn(core, `second-${round}`, 'owner')
    const { id: first } = (await core.owner.api('GET', '/auth/me')).body
    const answers = await Promise.all([
      client.api('DELETE', `/orgs/${ORG}/members/${first}`),
      core.owner.api('DELETE', `/orgs/${ORG}/members/${id}`),
    ])
    t.ok(
      answers.every(({ status }) => status < 500),
      JSON.stringify(tally(answers)),
    )
    t.ok((await core.prisma.membership.count({ where: { role: 'owner' } })) >= 1)
    if (answers[0]?.status === 200) break
  }
})
