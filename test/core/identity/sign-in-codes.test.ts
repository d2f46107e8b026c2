import t, { type Test } from 'tap'
import { LINK_MS } from '../../../core/identity/link-requests.js'
import { MAX_CODE_TRIES } from '../../../core/identity/short-codes.js'
import type { ApiClient } from '../../support/client.js'
import { OWNER, testCore } from '../../support/core.js'
import { tokenOf } from '../../support/mailer.js'

async function bench(t: Test) {
  const core = await testCore(t)
  const askFor = async (client: ApiClient) => {
    const mail = core.mailer.next(OWNER)
    await client.api('POST', '/auth/login', { email: OWNER })
    return tokenOf(await mail)
  }
  const show = async (token: string, elsewhere = core.browser()) => {
    const { status, body } = await elsewhere.api('POST', '/auth/link/code', { token })
    if (status !== 200) throw new Error(`the code was answered ${status} ${JSON.stringify(body)}`)
    return body.code as string
  }
  const enter = async (client: ApiClient, code: string) => {
    const { status, body } = await client.api('POST', '/auth/code', { code })
    return status === 200 ? 'in' : (body.code as string)
  }
  return { core, askFor, show, enter }
}

/** Another code than this one. */
const wrong = (code: string) => (code.startsWith('B') ? 'C' : 'B') + code.slice(1)

t.test('A7: the code of a link opened elsewhere signs in the browser that asked, once', async (t) => {
  const { core, askFor, show, enter } = await bench(t)
  const client = core.browser()
  const token = await askFor(client)
  const phone = core.browser()
  const code = await show(token, phone)
  t.match(code, /^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/)
  t.equal(await enter(phone, code), 'code_invalid', 'it signs nobody in where it is shown')
  t.notOk(phone.cookies.has('__Host-talos'))
  t.equal(await enter(client, code.toLowerCase().replace('-', ' ')), 'in', 'however it is typed')
  t.equal((await client.api('GET', '/auth/me')).body.email, OWNER)
  t.equal(await enter(client, code), 'code_invalid', 'once')
  t.equal(
    (await phone.api('POST', '/auth/link', { token })).body.code,
    'link_invalid',
    'and the link is used',
  )
  const session = await core.prisma.session.findFirstOrThrow({ orderBy: { createdAt: 'desc' } })
  t.equal(session.address, client.options.address, 'it is the session of the browser that asked')
})

t.test(
  'A7: without having been shown, a code is good for nothing; a foreign browser cannot use it',
  async (t) => {
    const { core, askFor, show, enter } = await bench(t)
    const client = core.browser()
    const code = await show(await askFor(client))
    const second = await askFor(client)
    t.equal(await enter(client, code), 'code_invalid', 'its link has been replaced')
    const shown = await show(second)
    const stranger = core.browser()
    await askFor(stranger)
    t.equal(await enter(stranger, shown), 'code_invalid', 'bound to another browser')
    t.equal(await enter(core.browser(), shown), 'code_invalid', 'without any cookie')
    t.equal(await enter(client, shown), 'in')
  },
)

t.test('A7: five wrong codes end the link, in any order of tries', async (t) => {
  const { core, askFor, show, enter } = await bench(t)
  const client = core.browser()
  const token = await askFor(client)
  const code = await show(token)
  for (let n = 0; n < MAX_CODE_TRIES; n++) t.equal(await enter(client, wrong(code)), 'code_invalid')
  t.equal(await enter(client, code), 'code_invalid', 'the sixth is not even judged')
  t.equal((await client.api('POST', '/auth/confirm', { token })).body.code, 'link_invalid')
  t.equal((await core.browser().api('POST', '/auth/link/code', { token })).body.code, 'link_invalid')
})

t.test('A7: the fifth try may still be the right one', async (t) => {
  const { core, askFor, show, enter } = await bench(t)
  const client = core.browser()
  const code = await show(await askFor(client))
  for (let n = 1; n < MAX_CODE_TRIES; n++) await enter(client, wrong(code))
  t.equal(await enter(client, code), 'in')
})

t.test('A7: 50 guesses side by side are five guesses; of 50 right ones, one gets the session', async (t) => {
  const { core, askFor, show, enter } = await bench(t)
  const client = core.browser()
  const code = await show(await askFor(client))
  const copies = () =>
    Array.from({ length: 50 }, () => {
      // Each from an address of its own, so that no limit of requests stands in for the limit of tries.
      const copy = core.browser()
      for (const [name, value] of client.cookies) copy.cookies.set(name, value)
      return copy
    })
  const right = await Promise.all(copies().map((copy) => enter(copy, code)))
  t.equal(right.filter((answer) => answer === 'in').length, 1)

  const second = await askFor(client)
  await show(second)
  await Promise.all(copies().map((copy) => enter(copy, wrong(code))))
  const row = await core.prisma.signInLink.findFirstOrThrow({ orderBy: { createdAt: 'desc' } })
  t.equal(row.codeTries, MAX_CODE_TRIES)
})

t.test('A5: the code ends with its link', async (t) => {
  const { core, askFor, show, enter } = await bench(t)
  const client = core.browser()
  const token = await askFor(client)
  const code = await show(token)
  core.clock.aheadMs = LINK_MS
  t.equal(await enter(client, code), 'code_invalid')
  t.equal((await core.browser().api('POST', '/auth/link/code', { token })).body.code, 'link_invalid')
})

t.test('the code of an owner link, of an operator’s or of no link is not to be had', async (t) => {
  const { core } = await bench(t)
  const operator = (await core.core.identity.linkRequests.issueForOperator(OWNER)).split('#')[1]
  for (const token of [operator, 'x'.repeat(43)]) {
    const answer = await core.browser().api('POST', '/auth/link/code', { token })
    t.equal(answer.status, 410)
    t.equal(answer.body.code, 'link_invalid')
  }
})

t.test('A4: a wrong code is refused alike, whether a link waits for it or none', async (t) => {
  const { core, askFor, show } = await bench(t)
  const waiting = core.browser()
  const code = await show(await askFor(waiting))
  const unknown = core.browser()
  await unknown.api('POST', '/auth/login', { email: 'nobody@example.org' })
  const answers = []
  for (const client of [waiting, unknown, core.browser()]) {
    const from = performance.now()
    const { status, body } = await client.api('POST', '/auth/code', { code: wrong(code) })
    t.ok(performance.now() - from > 240, 'and takes its time')
    answers.push({ status, code: body.code, detail: body.detail })
  }
  t.same(answers[1], answers[0])
  t.same(answers[2], answers[0])
})
