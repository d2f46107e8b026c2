import pg from 'pg'
import t, { type Test } from 'tap'
import { HOUR } from '../../../shared/time.js'
import type { ApiClient } from '../../support/client.js'
import { ORG, OWNER, testCore } from '../../support/core.js'
import { tokenOf } from '../../support/mailer.js'

async function bench(t: Test) {
  const core = await testCore(t)
  const askFor = async (client: ApiClient) => {
    const mail = core.mailer.next(OWNER)
    await client.api('POST', '/auth/login', { email: OWNER })
    return tokenOf(await mail)
  }
  const confirm = async (client: ApiClient, token: string) => {
    const { status, body } = await client.api('POST', '/auth/confirm', { token })
    return status === 200 ? 'in' : body.code
  }
  return { core, askFor, confirm }
}

t.test('a new link ends the former one of the same browser', async (t) => {
  const { core, askFor, confirm } = await bench(t)
  const client = core.browser()
  const first = await askFor(client)
  const second = await askFor(client)
  t.equal(await confirm(client, first), 'link_invalid')
  t.equal(await confirm(client, second), 'in')
})

t.test('a stranger who asks for links to an address does not end the link of its owner', async (t) => {
  const { core, askFor, confirm } = await bench(t)
  const client = core.browser()
  const token = await askFor(client)
  const stranger = core.browser()
  const astray = [await askFor(stranger), await askFor(stranger)]
  t.equal(await confirm(client, token), 'in')
  for (const other of astray)
    t.equal(await confirm(stranger, other), 'link_invalid', 'and the first that is used ends all others')
})

t.test('of two links of one person that are used at once, one signs in', async (t) => {
  const { core, askFor, confirm } = await bench(t)
  const clients = [core.browser(), core.browser(), core.browser()]
  const tokens: string[] = []
  for (const client of clients) tokens.push(await askFor(client))
  const answers = await Promise.all(clients.map((client, n) => confirm(client, tokens[n] ?? '')))
  t.same(answers.sort(), ['in', 'link_invalid', 'link_invalid'])
})

t.test('A2: five mails an hour for strangers, and five more where the person has signed in', async (t) => {
  const { core, askFor, confirm } = await bench(t)
  const home = core.browser()
  t.equal(await confirm(home, await askFor(home)), 'in')
  const strangers = [core.browser(), core.browser()]
  // The first of the five went to this browser, before it was known.
  const mails = Promise.all([1, 2, 3, 4].map(() => core.mailer.next(OWNER)))
  for (const stranger of strangers)
    for (let n = 0; n < 5; n++) await stranger.api('POST', '/auth/login', { email: OWNER })
  await mails
  t.equal(
    await confirm(home, await askFor(home)),
    'in',
    'strangers cannot spend the mails of a known browser',
  )
  await core.core.stop()
  t.equal(core.mailer.mails.length, 1 + 4 + 1)
})

t.test('A2: in the next hour there are mails again', async (t) => {
  const { core, askFor, confirm } = await bench(t)
  const stranger = core.browser()
  for (let n = 0; n < 5; n++) await askFor(stranger)
  t.equal((await stranger.api('POST', '/auth/login', { email: OWNER })).status, 429, 'A2: per address')
  const client = core.browser()
  core.clock.aheadMs = HOUR
  t.equal(await confirm(client, await askFor(client)), 'in')
  t.equal(core.mailer.mails.length, 6)
})

t.test('A4: the reply waits for no look into the database and for no mail', async (t) => {
  const { core } = await bench(t)
  const lock = new pg.Client(core.databaseUrl)
  await lock.connect()
  t.teardown(() => lock.end())
  await lock.query('BEGIN')
  await lock.query('LOCK TABLE "User", "SignInLink", "Invite" IN ACCESS EXCLUSIVE MODE')
  const mail = core.mailer.next(OWNER)
  const answers = []
  for (const email of [OWNER, 'nobody@example.org'])
    answers.push(await core.browser().api('POST', '/auth/login', { email }))
  t.same(
    answers.map(({ status, body }) => ({ status, body })),
    [1, 2].map(() => ({ status: 202, body: { ok: true } })),
  )
  t.equal(core.mailer.mails.length, 0)
  await lock.query('ROLLBACK')
  await mail
})

t.test('A3: open sign-up is off; switched on, whoever has a mailbox may look, and no more', async (t) => {
  for (const open of [false, true]) {
    const core = await testCore(t, { env: { TALOS_OPEN_SIGN_UP: open ? '1' : '0' } })
    const email = 'new@example.org'
    const client = core.browser()
    const mail = core.mailer.next(email)
    await client.api('POST', '/auth/login', { email })
    if (open) {
      t.equal(await core.prisma.user.count({ where: { email } }), 0, 'asking makes nobody')
      t.equal((await client.api('POST', '/auth/confirm', { token: tokenOf(await mail) })).status, 200)
      t.match((await client.api('GET', '/auth/me')).body.memberships, [{ org: ORG, role: 'viewer' }])
    }
    await core.core.stop()
    t.equal(core.mailer.mails.length, open ? 1 : 0)
  }
})
