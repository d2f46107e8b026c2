import t, { type Test } from 'tap'
import { STEP_UP_MS } from '../../../core/http/step-up.js'
import { MAX_FAILURES } from '../../../core/identity/lock-out.js'
import { MAX_CODE_TRIES } from '../../../core/identity/short-codes.js'
import { STEP_UP_CODE_MS } from '../../../core/identity/step-up.js'
import { MINUTE } from '../../../shared/time.js'
import type { ApiClient } from '../../support/client.js'
import { OWNER, testCore } from '../../support/core.js'
import { closed, connectSocket, ticketOf } from '../../support/live.js'

const codeIn = (text: string): string => /^[B-Z]{4}-[B-Z]{4}$/m.exec(text)?.[0] ?? 'none'

/** An owner whose sign-in is too long ago. */
async function bench(t: Test) {
  const core = await testCore(t)
  core.clock.aheadMs = STEP_UP_MS + MINUTE
  const askFor = async (client: ApiClient = core.owner) => {
    const mail = core.mailer.next(OWNER)
    const { status } = await client.api('POST', '/auth/step-up/mail', {})
    if (status !== 202) throw new Error(`answered ${status}`)
    return codeIn((await mail).text)
  }
  const enter = async (code: string, client: ApiClient = core.owner) => {
    const { status, body } = await client.api('POST', '/auth/step-up/code', { code })
    return status === 200 ? 'proven' : (body.code as string)
  }
  /** An act that needs a proof. */
  const act = async (client: ApiClient = core.owner) => {
    const { status, body } = await client.api('POST', '/auth/api-tokens', { name: 'x' })
    return status === 201 ? 'done' : (body.code as string)
  }
  return { core, askFor, enter, act }
}

const wrong = (code: string) => (code.startsWith('B') ? 'C' : 'B') + code.slice(1)

t.test(
  'A12: an old session proves itself by a code in a mail, and may then act for five minutes',
  async (t) => {
    const { core, askFor, enter, act } = await bench(t)
    t.equal(await act(), 'step_up_required')
    const code = await askFor()
    t.equal(await act(), 'step_up_required', 'asking is no proof')
    t.equal(await enter(code), 'proven')
    t.equal(await act(), 'done')
    t.equal(await enter(code), 'code_invalid', 'a code works once')
    core.clock.aheadMs += STEP_UP_MS - 5000
    t.equal(await act(), 'done')
    core.clock.aheadMs += 10_000
    t.equal(await act(), 'step_up_required')
    const actions = await core.prisma.auditEvent.findMany({ where: { targetKind: 'session' } })
    t.match(actions.map(({ action, outcome }) => [action, outcome]).sort(), [
      ['session.step_up', 'denied'],
      ['session.step_up', 'success'],
      ['session.step_up_mail', 'success'],
    ])
  },
)

t.test('A12: a fresh sign-in counts', async (t) => {
  const { core, act } = await bench(t)
  t.equal(await act(await core.signIn(OWNER)), 'done')
})

t.test('ASVS 7.2.4: a stolen copy of the cookie dies by the proof, what is open lives on', async (t) => {
  const { core, askFor, enter, act } = await bench(t)
  const live = await connectSocket(t, {
    ...{ url: core.url, ticket: await ticketOf(core.owner), origin: core.url },
    cookie: core.owner.cookieHeader,
  })
  let isClosed = false
  void closed(live).then(() => {
    isClosed = true
  })
  const thief = core.browser()
  for (const [name, value] of core.owner.cookies) thief.cookies.set(name, value)
  t.equal((await thief.api('GET', '/auth/me')).status, 200)
  const id = (await core.owner.api('GET', '/auth/me')).body.sessionId
  const code = await askFor()
  const answer = await core.owner.api('POST', '/auth/step-up/code', { code })
  t.match(
    answer.setCookie[0],
    /^__Host-talos=[A-Za-z0-9_-]{43}; Max-Age=86[0-9]{3};.*HttpOnly; Secure; SameSite=Lax/,
  )
  t.equal((await thief.api('GET', '/auth/me')).status, 401)
  t.equal((await core.owner.api('GET', '/auth/me')).body.sessionId, id, 'the session is the same')
  t.equal(await act(), 'done')
  t.notOk(isClosed)
  t.equal(await enter(code), 'code_invalid')
})

t.test('a code proves the session that asked for it, and no other', async (t) => {
  const { core, askFor, enter, act } = await bench(t)
  const other = await core.signIn(OWNER)
  core.clock.aheadMs += STEP_UP_MS
  const code = await askFor()
  t.equal(await enter(code, other), 'code_invalid')
  t.equal((await core.browser().api('POST', '/auth/step-up/code', { code })).status, 401)
  t.equal((await core.browser().api('POST', '/auth/code', { code })).body.code, 'code_invalid')
  t.equal(await act(other), 'step_up_required')
  const newer = await askFor()
  t.equal(await enter(code), 'code_invalid', 'a newer one ended it')
  t.equal(await enter(newer), 'proven')
})

t.test('five wrong codes end it; so do ten minutes', async (t) => {
  const { core, askFor, enter } = await bench(t)
  const code = await askFor()
  for (let n = 0; n < MAX_CODE_TRIES; n++) t.equal(await enter(wrong(code)), 'code_invalid')
  t.equal(await enter(code), 'code_invalid')
  const second = await askFor()
  core.clock.aheadMs += STEP_UP_CODE_MS
  t.equal(await enter(second), 'code_invalid')
})

t.test('A46: ten wrong codes lock this session out of proving itself, and nobody else', async (t) => {
  const { core, askFor, enter, act } = await bench(t)
  const code = await askFor()
  for (let n = 0; n < MAX_FAILURES; n++) await enter(wrong(code))
  const locked = await core.owner.api('POST', '/auth/step-up/code', { code })
  t.equal(locked.status, 429)
  t.match(locked.headers['retry-after'], /^(900|899)$/)
  t.equal((await core.owner.api('GET', '/auth/me')).status, 200, 'it still works')
  t.equal(await act(await core.signIn(OWNER)), 'done', 'and the person can sign in anew')
})

t.test('of 50 that prove one session at once with the right code, one does', async (t) => {
  const { core, askFor, enter } = await bench(t)
  const code = await askFor()
  const copies = Array.from({ length: 50 }, () => {
    const copy = core.browser()
    for (const [name, value] of core.owner.cookies) copy.cookies.set(name, value)
    return copy
  })
  const answers = await Promise.all(copies.map((copy) => enter(code, copy)))
  t.equal(answers.filter((answer) => answer === 'proven').length, 1)
})

t.test('A44: a mail proves nothing for somebody who has a passkey', async (t) => {
  const { core, askFor, enter, act } = await bench(t)
  const code = await askFor()
  const { id: userId } = await core.prisma.user.findFirstOrThrow()
  await core.prisma.passkey.create({
    data: {
      ...{ id: 'passkey-1', userId, credentialId: 'c', publicKey: Buffer.from('k'), transports: [] },
      ...{ aaguid: '', backedUp: false, name: 'key' },
    },
  })
  t.equal((await core.owner.api('POST', '/auth/step-up/mail', {})).body.code, 'forbidden')
  await enter(code)
  t.equal(await act(), 'step_up_required', 'not even the code that was on its way')
})

t.test('an API token can neither ask for a code nor use one; it needs none', async (t) => {
  const { core, askFor, enter } = await bench(t)
  await enter(await askFor())
  const { token } = (await core.owner.api('POST', '/auth/api-tokens', { name: 'x' })).body
  core.clock.aheadMs += STEP_UP_MS
  const program = core.program(token)
  t.equal((await program.api('POST', '/auth/step-up/mail', {})).status, 403)
  t.equal((await program.api('POST', '/auth/step-up/code', { code: 'BCDFGHJK' })).status, 403)
  const revoke = await program.api('POST', '/orgs/main/stations/00000000/revoke', { name: 'x' })
  t.equal(revoke.body.code, 'not_found', 'it may act within its scope')
})

t.test(
  'A12: revoking a station and touching what guards metal need the proof; a stop never does',
  async (t) => {
    const { core } = await bench(t)
    const at = '/orgs/main/stations/00000000'
    const code = async (path: string, body: object) => (await core.owner.api('POST', path, body)).body.code
    t.equal(await code(`${at}/revoke`, { name: 'x' }), 'step_up_required')
    t.equal(await code(`${at}/commands`, { op: 'release', args: {} }), 'step_up_required')
    t.equal(await code('/auth/device/approve', { userCode: 'BCDFGHJK' }), 'step_up_required')
    for (const op of ['stop', 'park'])
      t.equal(await code(`${at}/commands`, { op, args: {} }), 'not_found', op)
    t.equal(await code('/auth/device/deny', { userCode: 'BCDFGHJK' }), 'device_code_invalid')
  },
)
