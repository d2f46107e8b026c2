import t from 'tap'
import { IDLE_MS, methodOf, SESSION_MS } from '../../../core/identity/sessions.js'
import { AUTH_METHODS } from '../../../shared/api/auth.js'
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

t.test('A12: a session ends after a day, and after an hour without an act of the person', async (t) => {
  const core = await testCore(t)
  const isIn = async (client = core.owner) => (await client.api('GET', '/auth/me')).status === 200
  const step = IDLE_MS - MINUTE
  for (core.clock.aheadMs = 0; core.clock.aheadMs < SESSION_MS - MINUTE; core.clock.aheadMs += step)
    t.equal((await core.owner.api('POST', '/auth/active', {})).status, 200, `at ${core.clock.aheadMs} ms`)
  core.clock.aheadMs = SESSION_MS + MINUTE
  t.notOk(await isIn(), 'not beyond its day, whatever is done')

  const watching = await core.signIn(OWNER)
  for (let minutes = 0; minutes < 59; minutes += 10) {
    t.ok(await isIn(watching), 'a console that only watches')
    await ticketOf(watching)
    core.clock.aheadMs += 10 * MINUTE
  }
  t.notOk(await isIn(watching), 'is idle, for all its reading and its tickets')
})

t.test('A12: what keeps a session alive is told, and is what the person does', async (t) => {
  const core = await testCore(t)
  const ends = async () => Date.parse((await core.owner.api('GET', '/auth/me')).body.idleEndsAt)
  const first = await ends()
  core.clock.aheadMs = 30 * MINUTE
  t.equal(await ends(), first, 'reading moves nothing')
  const active = await core.owner.api('POST', '/auth/active', {})
  t.equal(active.status, 200)
  t.equal(await ends(), Date.parse(active.body.idleEndsAt))
  t.ok((await ends()) >= first + 30 * MINUTE)
  core.clock.aheadMs = 60 * MINUTE
  const { items } = (await core.owner.api('GET', '/auth/sessions')).body
  await core.owner.api('DELETE', '/auth/sessions/0000-not-mine')
  t.ok((await ends()) >= first + 60 * MINUTE, 'so does whatever changes something')
  t.match(items, [{ method: 'owner_link', current: true }])
})

t.test('lastSeenAt is written at most once a minute', async (t) => {
  const core = await testCore(t)
  const seen = async () => (await core.prisma.session.findFirstOrThrow()).lastSeenAt.getTime()
  const before = await seen()
  core.clock.aheadMs = MINUTE / 2
  await core.owner.api('POST', '/auth/active', {})
  t.equal(await seen(), before)
  core.clock.aheadMs = 2 * MINUTE
  await core.owner.api('POST', '/auth/active', {})
  t.ok((await seen()) >= before + 2 * MINUTE)
})

t.test('A11: a person ends all sessions but this one, and what they had open with them', async (t) => {
  const core = await testCore(t)
  const others = [await core.signIn(OWNER), await core.signIn(OWNER)]
  const lives = []
  for (const other of others)
    lives.push(
      await connectSocket(t, {
        ...{ url: core.url, ticket: await ticketOf(other), origin: core.url, cookie: other.cookieHeader },
      }),
    )
  const whenClosed = Promise.all(lives.map(closed))
  t.same((await core.owner.api('DELETE', '/auth/sessions')).body, { ended: 2 })
  for (const ms of await whenClosed) t.ok(ms < 1000, `${Math.round(ms)} ms`)
  for (const other of others) t.equal((await other.api('GET', '/auth/me')).status, 401)
  t.equal((await core.owner.api('GET', '/auth/me')).status, 200)
  t.same((await core.owner.api('DELETE', '/auth/sessions')).body, { ended: 0 })
  t.equal(await core.prisma.auditEvent.count({ where: { action: 'session.end' } }), 2)
})

t.test('A16: the database takes no session whose data do not fit its method', async (t) => {
  const core = await testCore(t)
  const row = await core.prisma.session.findFirstOrThrow()
  for (const data of [
    { authMethod: 'passkey' },
    { authMethod: 'magic_link', passkeyId: 'passkey-1' },
    { authMethod: 'oidc', passkeyId: 'passkey-1' },
    { authMethod: 'password' },
    { provenWith: 'password' },
  ])
    await t.rejects(core.prisma.session.update({ where: { id: row.id }, data }), JSON.stringify(data))
})

t.test(
  'A16: should one be there all the same, it is rejected with a warning, never downgraded',
  async (t) => {
    const core = await testCore(t)
    await core.prisma.$executeRaw`ALTER TABLE "Session" DROP CONSTRAINT "Session_integrity_check"`
    await core.prisma.session.updateMany({ data: { passkeyId: 'passkey-1' } })
    t.equal((await core.owner.api('GET', '/auth/me')).status, 401)
    t.ok(core.logged.some(({ msg }) => /does not fit its method/.test(String(msg))))
  },
)

t.test('A16: the data of a session fit its method exactly', (t) => {
  const ids = { passkey: 'passkeyId', oidc: 'identityId', pairing: 'pairingId' } as const
  const none = { passkeyId: null, identityId: null, pairingId: null }
  for (const authMethod of [...AUTH_METHODS, 'password', 'toString'])
    for (const id of [null, ...Object.values(ids)]) {
      const row = { ...none, ...(id === null ? {} : { [id]: 'x' }), authMethod, provenWith: 'magic_link' }
      const isKnown = (AUTH_METHODS as readonly string[]).includes(authMethod)
      const wanted = isKnown && id === (ids[authMethod as keyof typeof ids] ?? null)
      t.equal(methodOf(row) !== null, wanted, `${authMethod} with ${id}`)
    }
  t.equal(methodOf({ ...none, authMethod: 'magic_link', provenWith: 'password' }), null)
  t.end()
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
