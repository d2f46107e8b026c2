import t, { type Test } from 'tap'
import { PAIRING_MS } from '../../../core/identity/pairings.js'
import { HOUR, MINUTE } from '../../../shared/time.js'
import type { Answer } from '../../support/client.js'
import { ORG, testCore } from '../../support/core.js'
import { PUBLIC_URL, pairingCore, startPairing } from '../../support/pairing.js'

const isOver = (t: Test, answer: Answer, says = 'it is over') =>
  t.match(answer, { status: 410, body: { code: 'pairing_over' } }, says)

t.test(
  'A22: a browser shows a code, a phone approves it, the browser has a session of its own',
  async (t) => {
    const core = await pairingCore(t)
    const browser = core.browser()
    const agent = { 'user-agent': 'Desktop/1' }
    const started = await browser.api('POST', '/auth/pair/start', {}, agent)
    const { pairingId, code, qrUrl, number, expiresIn } = started.body
    t.equal(expiresIn, 90)
    t.equal(qrUrl, `${PUBLIC_URL}/pair#${code}`, 'A18: the secret is in the fragment')
    t.equal(started.headers['cache-control'], 'no-store', 'A29')
    t.match(
      started.setCookie[0],
      /^__Host-talos-pair=[\w-]{43}; Max-Age=90; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
    const wait = () => browser.api('GET', `/auth/pair/wait?pairing=${pairingId}`, undefined, agent)
    t.match(await wait(), { status: 425, body: { code: 'pairing_pending' } })

    const shown = await core.owner.api('POST', '/auth/pair/lookup', { code })
    t.match(shown.body, { address: '10.0.0.2', userAgent: 'Desktop/1' }, 'A37: who asks')
    t.ok(shown.body.choices.includes(number))
    t.equal((await core.owner.api('POST', '/auth/pair/approve', { code, number })).status, 200)

    const signedIn = await wait()
    t.match(signedIn, { status: 200, body: { ok: true, returnTo: null } })
    t.notOk(browser.cookies.has('__Host-talos-pair'))
    const me = (await browser.api('GET', '/auth/me')).body
    const owner = (await core.owner.api('GET', '/auth/me')).body
    t.equal(me.id, owner.id, 'A33: the person is the one who approved')
    t.not(me.sessionId, owner.sessionId)
    const session = await core.prisma.session.findUniqueOrThrow({ where: { id: me.sessionId } })
    t.match(session, { authMethod: 'pairing', pairingId, address: '10.0.0.2', userAgent: 'Desktop/1' })
    const approver = await core.prisma.pairing.findUniqueOrThrow({ where: { id: pairingId } })
    t.match(approver, { state: 'consumed', approvedById: owner.id, approverSessionId: owner.sessionId })
    isOver(t, await wait(), 'once')
  },
)

t.test('A31: off by default; off is 404 everywhere, also in the middle; turning away stays', async (t) => {
  const core = await testCore(t, { env: { TALOS_PUBLIC_URL: PUBLIC_URL } })
  t.match((await core.browser().api('GET', '/auth/methods')).body, { pairing: false })
  t.equal((await core.browser().api('POST', '/auth/pair/start', {})).status, 404)
  await core.owner.api('PATCH', '/settings/auth', { pairing: true })
  t.match((await core.browser().api('GET', '/auth/methods')).body, { pairing: true })
  const [going, approved] = [await startPairing(core), await startPairing(core)]
  await core.owner.api('POST', '/auth/pair/approve', { code: approved.code, number: approved.number })

  t.same((await core.owner.api('PATCH', '/settings/auth', { pairing: false })).body, {
    pairing: false,
    publicUrlSet: true,
  })
  const { code, number } = going
  t.equal((await approved.wait()).status, 404)
  t.equal((await going.wait()).status, 404)
  t.equal((await core.owner.api('POST', '/auth/pair/lookup', { code })).status, 404)
  t.equal((await core.owner.api('POST', '/auth/pair/approve', { code, number })).status, 404)
  t.equal((await core.owner.api('POST', '/auth/pair/cancel', { code })).status, 200)
  await core.owner.api('PATCH', '/settings/auth', { pairing: true })
  isOver(t, await going.wait())
  const acts = await core.prisma.auditEvent.findMany({ where: { action: 'auth_settings.update' } })
  t.equal(acts.length, 3)
})

t.test(
  'A31: it cannot be turned on without the public address; only who may change settings may',
  async (t) => {
    const core = await testCore(t)
    t.same((await core.owner.api('GET', '/settings/auth')).body, { pairing: false, publicUrlSet: false })
    const refused = await core.owner.api('PATCH', '/settings/auth', { pairing: true })
    t.match(refused, { status: 409, body: { code: 'public_url_missing' } })
    core.clock.aheadMs = 6 * MINUTE
    t.equal(
      (await core.owner.api('PATCH', '/settings/auth', { pairing: false })).body.code,
      'step_up_required',
    )
    await core.prisma.membership.updateMany({ data: { role: 'administrator' } })
    t.equal((await core.owner.api('GET', '/settings/auth')).status, 403)
  },
)

t.test('A22: lookup, approve and cancel need a session; approving a fresh proof (A12)', async (t) => {
  const core = await pairingCore(t)
  const { token } = (await core.owner.api('POST', '/auth/api-tokens', { name: 'x' })).body
  const { code, number } = await startPairing(core)
  for (const act of ['lookup', 'approve', 'cancel']) {
    const body = act === 'approve' ? { code, number } : { code }
    t.equal((await core.browser().api('POST', `/auth/pair/${act}`, body)).status, 401)
    t.equal((await core.program(token).api('POST', `/auth/pair/${act}`, body)).status, 403)
  }
  core.clock.aheadMs = 6 * MINUTE
  const later = await startPairing(core)
  const stale = await core.owner.api('POST', '/auth/pair/approve', { code: later.code, number: later.number })
  t.equal(stale.body.code, 'step_up_required')
  t.equal((await later.wait()).status, 425, 'and nothing has happened')
})

t.test('A37: a wrong number turns the browser away; there is no second guess', async (t) => {
  const core = await pairingCore(t)
  const { code, number, wait } = await startPairing(core)
  const wrong = await core.owner.api('POST', '/auth/pair/approve', {
    code,
    number: number === 99 ? 98 : number + 1,
  })
  t.match(wrong, { status: 403, body: { code: 'pairing_number_wrong' } })
  t.equal((await core.owner.api('POST', '/auth/pair/approve', { code, number })).status, 404)
  isOver(t, await wait())
  const acts = await core.prisma.auditEvent.findMany({ where: { action: 'pairing.approve' } })
  t.match(acts, [{ outcome: 'denied' }])
})

t.test('A26: turned away is 410, also just after the approval', async (t) => {
  const core = await pairingCore(t)
  const denied = await startPairing(core)
  t.equal((await core.owner.api('POST', '/auth/pair/cancel', { code: denied.code })).status, 200)
  isOver(t, await denied.wait())
  const { code, number, wait } = await startPairing(core)
  await core.owner.api('POST', '/auth/pair/approve', { code, number })
  t.equal((await core.owner.api('POST', '/auth/pair/cancel', { code })).status, 200)
  isOver(t, await wait())
})

t.test('A25, A27: unknown, used, denied, expired and of another organisation are one answer', async (t) => {
  const core = await pairingCore(t)
  const { owner, prisma } = core
  await prisma.org.create({ data: { id: 'other-0001', slug: 'other', name: 'Other' } })
  const [used, denied, foreign, nowhere] = [
    await startPairing(core, { org: ORG }),
    await startPairing(core),
    await startPairing(core, { org: 'other' }),
    await startPairing(core, { org: 'no-such-org' }),
  ]
  const approve = ({ code, number }: { code: string; number: number }) =>
    owner.api('POST', '/auth/pair/approve', { code, number })
  t.equal((await approve(used)).status, 200, 'a member of the organisation that was named')
  t.equal((await used.wait()).status, 200)
  await owner.api('POST', '/auth/pair/cancel', { code: denied.code })
  const phones: Answer[] = []
  for (const pairing of [used, denied, foreign, nowhere, { code: 'A'.repeat(43), number: 10 }]) {
    phones.push(await approve(pairing), await owner.api('POST', '/auth/pair/lookup', { code: pairing.code }))
    phones.push(await owner.api('POST', '/auth/pair/cancel', { code: pairing.code }))
  }
  t.equal((await foreign.wait()).status, 425, 'what a stranger tried has changed nothing')
  t.equal((await nowhere.wait()).status, 425)
  const expired = await startPairing(core)
  core.clock.aheadMs += PAIRING_MS
  phones.push(await approve(expired))
  t.equal(new Set(phones.map(({ status, body }) => `${status} ${body.code} ${body.detail}`)).size, 1)
  t.match(phones[0], { status: 404, body: { code: 'pairing_invalid' } })

  const browsers = [await used.wait(), await denied.wait(), await expired.wait()]
  browsers.push(await expired.browser.api('GET', '/auth/pair/wait?pairing=00000000'))
  t.equal(new Set(browsers.map(({ status, body }) => `${status} ${body.code} ${body.detail}`)).size, 1)
  isOver(t, browsers[0] as Answer)
})

t.test('A25: who has left the organisation since the approval lets nobody in any more', async (t) => {
  const core = await pairingCore(t)
  const { code, number, wait } = await startPairing(core, { org: ORG })
  await core.owner.api('POST', '/auth/pair/approve', { code, number })
  await core.prisma.membership.deleteMany()
  isOver(t, await wait())
})

t.test('who was signed out or disabled since the approval lets nobody in any more', async (t) => {
  const core = await pairingCore(t)
  for (const change of [
    () => core.prisma.session.updateMany({ data: { endedAt: new Date() } }),
    () => core.prisma.user.updateMany({ data: { disabledAt: new Date() } }),
  ]) {
    const { code, number, wait } = await startPairing(core)
    await core.owner.api('POST', '/auth/pair/approve', { code, number })
    await change()
    isOver(t, await wait())
    await core.prisma.session.updateMany({ data: { endedAt: null } })
  }
})

t.test('only the browser that asked gets the session', async (t) => {
  const core = await pairingCore(t)
  const { code, number, pairingId, wait } = await startPairing(core)
  await core.owner.api('POST', '/auth/pair/approve', { code, number })
  const thief = core.browser()
  isOver(t, await thief.api('GET', `/auth/pair/wait?pairing=${pairingId}`), 'who knows the id alone')
  const other = await startPairing(core)
  isOver(
    t,
    await other.browser.api('GET', `/auth/pair/wait?pairing=${pairingId}`),
    'with a cookie of its own',
  )
  t.equal((await wait()).status, 200)
})

t.test('A6: a HEAD uses nothing up', async (t) => {
  const core = await pairingCore(t)
  const { browser, code, number, pairingId, wait } = await startPairing(core)
  await core.owner.api('POST', '/auth/pair/approve', { code, number })
  const head = await browser.api('HEAD', `/auth/pair/wait?pairing=${pairingId}`)
  t.ok(head.status === 404 || head.status === 405)
  t.equal((await wait()).status, 200)
})

t.test('A28: the browser goes on within this installation only', async (t) => {
  const core = await pairingCore(t)
  const target = `${PUBLIC_URL}/contacts`
  const { code, number, wait } = await startPairing(core, { returnTo: target })
  await core.owner.api('POST', '/auth/pair/approve', { code, number })
  t.equal((await wait()).body.returnTo, target)
  const evil = await core.browser().api('POST', '/auth/pair/start', { returnTo: 'https://evil.example/' })
  t.match(evil, { status: 400, body: { errors: [{ pointer: '/returnTo' }] } })
})

t.test('A24: ended rows stay for an hour, so that a late poll gets its answer, and then go', async (t) => {
  const core = await pairingCore(t)
  const states = async () => (await core.prisma.pairing.findMany()).map(({ state }) => state).sort()
  const [consumed, denied] = [await startPairing(core), await startPairing(core)]
  await startPairing(core)
  await core.owner.api('POST', '/auth/pair/approve', { code: consumed.code, number: consumed.number })
  await consumed.wait()
  await core.owner.api('POST', '/auth/pair/cancel', { code: denied.code })
  core.clock.aheadMs += HOUR - MINUTE
  await core.core.identity.sweep.run()
  t.same(await states(), ['consumed', 'denied', 'pending'])
  isOver(t, await consumed.wait())
  core.clock.aheadMs += 2 * MINUTE
  await core.core.identity.sweep.run()
  t.same(await states(), ['pending'], 'by its own age, not by that of the others')
  core.clock.aheadMs += PAIRING_MS
  await core.core.identity.sweep.run()
  t.same(await states(), [])
})

t.test('starting is limited to ten a minute for an address', async (t) => {
  const core = await pairingCore(t)
  const browser = core.browser()
  const statuses = []
  for (let n = 0; n < 11; n++) statuses.push((await browser.api('POST', '/auth/pair/start', {})).status)
  t.same(statuses, [...Array(10).fill(200), 429])
})
