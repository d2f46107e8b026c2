import t from 'tap'
import { LINK_MS } from '../../../core/identity/link-requests.js'
import { MINUTE } from '../../../shared/time.js'
import { OWNER, testCore } from '../../support/core.js'
import { tokenOf } from '../../support/mailer.js'

t.test('signing in by mail', async (t) => {
  const core = await testCore(t)
  const askFor = async (client = core.browser()) => {
    const mail = core.mailer.next(OWNER)
    const answer = await client.api('POST', '/auth/login', { email: OWNER })
    return { client, answer, mail: await mail }
  }

  await t.test(
    'A4: the answer is the same whether the address is known or not; A3: no row is made',
    async (t) => {
      const stranger = core.browser()
      const unknown = await stranger.api('POST', '/auth/login', { email: 'nobody@example.org' })
      const { answer: known } = await askFor()
      t.equal(unknown.status, 202)
      t.equal(known.status, 202)
      t.same(unknown.body, known.body)
      t.equal(unknown.setCookie.length, known.setCookie.length)
      t.equal(await core.prisma.user.count(), 1)
      t.equal(await core.prisma.signInLink.count({ where: { email: 'nobody@example.org' } }), 0)
      t.notOk(core.mailer.mails.some(({ to }) => to === 'nobody@example.org'))
    },
  )

  await t.test('the nonce cookie and the session cookie have their flags (A10)', async (t) => {
    const { client, answer, mail } = await askFor()
    const flags = (line: string | undefined) =>
      (line ?? '')
        .split('; ')
        .slice(1)
        .map((flag) => flag.toLowerCase())
        .sort()
    t.match(answer.setCookie[0], /^__Host-talos-login=[A-Za-z0-9_-]{43};/)
    t.same(flags(answer.setCookie[0]), ['httponly', 'max-age=600', 'path=/', 'samesite=lax', 'secure'])
    const confirmed = await client.api('POST', '/auth/confirm', { token: tokenOf(mail) })
    t.equal(confirmed.status, 200)
    const session = confirmed.setCookie.find((line) => line.startsWith('__Host-talos='))
    t.match(session, /^__Host-talos=[A-Za-z0-9_-]{43};/)
    t.same(flags(session), ['httponly', 'max-age=86400', 'path=/', 'samesite=lax', 'secure'])
    t.equal((await client.api('GET', '/auth/me')).body.email, OWNER)
  })

  await t.test('A6: GET, HEAD and looking never consume', async (t) => {
    const { client, mail } = await askFor()
    const token = tokenOf(mail)
    for (const method of ['GET', 'HEAD'] as const)
      for (const path of [
        '/auth/confirm',
        `/auth/confirm?token=${token}`,
        '/auth/link',
        `//sign-in?token=${token}`,
      ])
        await client.api(method, path)
    const looked = await client.api('POST', '/auth/link', { token })
    t.same(looked.body, { kind: 'login', email: OWNER, asker: null })
    t.equal((await client.api('POST', '/auth/confirm', { token })).status, 200)
    t.equal(
      (await client.api('POST', '/auth/link', { token })).body.code,
      'link_invalid',
      'and then it is used',
    )
    t.equal((await client.api('POST', '/auth/confirm', { token })).body.code, 'link_invalid')
  })

  await t.test('A7: in another browser it signs nobody in, and stays usable in the first', async (t) => {
    const { client, mail } = await askFor()
    const token = tokenOf(mail)
    const other = core.browser()
    const looked = await other.api('POST', '/auth/link', { token })
    t.equal(looked.status, 200)
    const { address } = client.options
    t.match(looked.body, { kind: 'login', email: OWNER, asker: { address, userAgent: /Request/ } })
    for (const cookies of ['none', 'a nonce of its own']) {
      const refused = await other.api('POST', '/auth/confirm', { token })
      t.equal(refused.status, 403)
      t.equal(refused.body.code, 'link_other_browser', cookies)
      await other.api('POST', '/auth/login', { email: 'nobody@example.org' })
    }
    t.notOk(other.cookies.has('__Host-talos'))
    await core.context.audit.drain()
    const denied = await core.prisma.auditEvent.findMany({ where: { outcome: 'denied' } })
    t.match(denied.at(-1), { action: 'user.sign_in', detail: { code: 'link_other_browser' } })
    t.equal((await client.api('POST', '/auth/confirm', { token })).status, 200)
  })
})

t.test('A23: of 50 that confirm one link at once, one gets the session', async (t) => {
  const core = await testCore(t)
  const client = core.browser()
  const mail = core.mailer.next(OWNER)
  await client.api('POST', '/auth/login', { email: OWNER })
  const token = tokenOf(await mail)
  const racers = Array.from({ length: 50 }, () => {
    const racer = core.browser()
    for (const [name, value] of client.cookies) racer.cookies.set(name, value)
    return racer
  })
  const answers = await Promise.all(racers.map((racer) => racer.api('POST', '/auth/confirm', { token })))
  const statuses = answers.map(({ status }) => status)
  t.equal(statuses.filter((status) => status === 200).length, 1)
  t.equal(statuses.filter((status) => status === 410).length, 49)
  t.equal(await core.prisma.session.count(), 2, 'that of the owner link and this one')
  const events = await core.prisma.auditEvent.findMany({
    where: { action: 'user.sign_in', outcome: 'success' },
  })
  t.equal(events.length, 2)
})

t.test('A5: a link lives ten minutes', async (t) => {
  const core = await testCore(t)
  const client = core.browser()
  const mail = core.mailer.next(OWNER)
  await client.api('POST', '/auth/login', { email: OWNER })
  const token = tokenOf(await mail)
  core.clock.aheadMs = LINK_MS - MINUTE
  t.equal((await client.api('POST', '/auth/link', { token })).status, 200)
  core.clock.aheadMs = LINK_MS
  t.equal((await client.api('POST', '/auth/confirm', { token })).body.code, 'link_invalid')
})

t.test('a person who was disabled, or whose time is over, gets no mail and no session', async (t) => {
  const core = await testCore(t)
  const client = core.browser()
  const mail = core.mailer.next(OWNER)
  await client.api('POST', '/auth/login', { email: OWNER })
  const token = tokenOf(await mail)
  for (const end of ['disabledAt', 'expiresAt'] as const) {
    await core.prisma.user.updateMany({ data: { disabledAt: null, expiresAt: null, [end]: new Date() } })
    t.equal((await client.api('POST', '/auth/confirm', { token })).body.code, 'link_invalid', end)
    t.equal((await core.owner.api('GET', '/auth/me')).status, 401, 'and an open session ends with it')
    await client.api('POST', '/auth/login', { email: OWNER })
  }
  await core.core.stop()
  t.equal(core.mailer.mails.length, 1)
})
