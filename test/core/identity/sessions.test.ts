import t from 'tap'
import { IDLE_MS, SESSION_MS } from '../../../core/identity/sessions.js'
import { HOUR, MINUTE } from '../../../shared/time.js'
import { OWNER, testCore } from '../../support/core.js'
import { closed, connectSocket, ticketOf } from '../../support/live.js'
import { tokenOf } from '../../support/mailer.js'

t.test('a person lists and ends sessions (A11)', async (t) => {
  const core = await testCore(t)
  const other = await core.signIn(OWNER)
  const { items } = (await core.owner.api('GET', '/auth/sessions')).body
  t.equal(items.length, 2)
  t.same(
    items.map((item: { current: boolean }) => item.current),
    [false, true],
  )
  const [foreign, own] = items

  const ended = await core.owner.api('DELETE', `/auth/sessions/${foreign.id}`)
  t.equal(ended.status, 200)
  t.equal((await other.api('GET', '/auth/me')).status, 401)
  t.equal((await core.owner.api('DELETE', `/auth/sessions/${foreign.id}`)).status, 404, 'it has ended')
  t.equal((await core.owner.api('DELETE', '/auth/sessions/0000-not-mine')).status, 404)

  const copy = new Map(core.owner.cookies)
  t.equal((await core.owner.api('POST', '/auth/logout', {})).status, 200)
  t.notOk(core.owner.cookies.has('__Host-talos'), 'the browser forgets the cookie')
  const thief = core.browser()
  for (const [name, value] of copy) thief.cookies.set(name, value)
  t.equal((await thief.api('GET', '/auth/me')).status, 401, 'and a stolen one dies with the session')
  const row = await core.prisma.session.findUniqueOrThrow({ where: { id: own.id } })
  t.ok(row.endedAt)
  const actions = await core.prisma.auditEvent.findMany({ where: { targetKind: 'session' } })
  t.same(actions.map(({ action }) => action).sort(), ['session.end', 'user.sign_out'])
})

t.test(
  'A11: the sixth session ends the oldest; signing in again ends the one before (ASVS 7.2.4)',
  async (t) => {
    const core = await testCore(t)
    const ended: (string | undefined)[] = []
    core.context.events.on('ended', ({ sessionId }) => {
      ended.push(sessionId)
    })
    const first = (await core.owner.api('GET', '/auth/me')).body.sessionId
    for (let n = 2; n <= 5; n++) await core.signIn(OWNER)
    t.equal((await core.owner.api('GET', '/auth/me')).status, 200)
    const sixth = await core.signIn(OWNER)
    t.equal((await core.owner.api('GET', '/auth/me')).status, 401)
    t.same(ended, [first])
    const former = (await sixth.api('GET', '/auth/me')).body.sessionId
    const mail = core.mailer.next(OWNER)
    core.clock.aheadMs = HOUR
    await sixth.api('POST', '/auth/login', { email: OWNER })
    const token = tokenOf(await mail)
    core.clock.aheadMs = 0
    await sixth.api('POST', '/auth/confirm', { token })
    const next = (await sixth.api('GET', '/auth/me')).body.sessionId
    t.not(next, former)
    t.ok((await core.prisma.session.findUniqueOrThrow({ where: { id: former } })).endedAt)
  },
)

t.test('A12: a session ends after a day, and after an hour without a request', async (t) => {
  const core = await testCore(t)
  const isIn = async () => (await core.owner.api('GET', '/auth/me')).status === 200
  const step = IDLE_MS - MINUTE
  for (core.clock.aheadMs = 0; core.clock.aheadMs < SESSION_MS - MINUTE; core.clock.aheadMs += step)
    t.ok(await isIn(), `used each ${step / MINUTE} minutes it lives on`)
  core.clock.aheadMs = SESSION_MS + MINUTE
  t.notOk(await isIn(), 'but not beyond its day')

  const idle = await core.signIn(OWNER)
  core.clock.aheadMs += IDLE_MS - MINUTE
  t.equal((await idle.api('GET', '/auth/sessions')).body.items.length, 1)
  core.clock.aheadMs += IDLE_MS
  t.equal((await idle.api('GET', '/auth/me')).status, 401)
})

t.test('lastSeenAt is written at most once a minute', async (t) => {
  const core = await testCore(t)
  const seen = async () => (await core.prisma.session.findFirstOrThrow()).lastSeenAt.getTime()
  const before = await seen()
  core.clock.aheadMs = MINUTE / 2
  await core.owner.api('GET', '/auth/me')
  t.equal(await seen(), before)
  core.clock.aheadMs = 2 * MINUTE
  await core.owner.api('GET', '/auth/me')
  t.ok((await seen()) >= before + 2 * MINUTE)
})

t.test('B18: the end of a session closes its live connection in under a second', async (t) => {
  const core = await testCore(t)
  const open = async (client = core.owner) =>
    connectSocket(t, {
      url: core.url,
      ticket: await ticketOf(client),
      origin: core.url,
      cookie: client.cookieHeader,
    })

  const other = await core.signIn(OWNER)
  const otherLive = await open(other)
  const ownLive = await open()
  let ownClosed = false
  ownLive.once('close', () => {
    ownClosed = true
  })
  const { items } = (await core.owner.api('GET', '/auth/sessions')).body
  const foreign = items.find((item: { current: boolean }) => !item.current)
  const whenClosed = closed(otherLive)
  await core.owner.api('DELETE', `/auth/sessions/${foreign.id}`)
  const ms = await whenClosed
  t.ok(ms < 1000, `closed after ${Math.round(ms)} ms`)
  t.notOk(ownClosed, 'the other session lives on')

  const whenOwnClosed = closed(ownLive)
  await core.owner.api('POST', '/auth/logout', {})
  t.ok((await whenOwnClosed) < 1000)
})

t.test('A12: an idle session ends by the sweep, and its live connection with it', async (t) => {
  const core = await testCore(t)
  const live = await connectSocket(t, {
    url: core.url,
    ticket: await ticketOf(core.owner),
    origin: core.url,
    cookie: core.owner.cookieHeader,
  })
  core.clock.aheadMs = IDLE_MS + MINUTE
  const whenClosed = closed(live)
  await core.core.identity.sweep.run()
  t.ok((await whenClosed) < 1000)
})
