/** Fifty at once for one thing that may be had once (A15, A21, A23). */
import t from 'tap'
import { POLL_INTERVAL_MS } from '../../../core/identity/device-logins.js'
import type { Answer } from '../../support/client.js'
import { DEVICE_GRANT, loginCommandLine, refreshWith } from '../../support/command-line.js'
import { testCore } from '../../support/core.js'
import { pairingCore, startPairing } from '../../support/pairing.js'

const RACERS = 50
const race = (ask: () => Promise<Answer>): Promise<Answer[]> =>
  Promise.all(Array.from({ length: RACERS }, ask))
const tally = (answers: readonly Answer[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const { status, body } of answers) {
    const name = status === 200 ? '200' : `${status} ${body.code}`
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

t.test('A23: of 50 waits for one approved pairing one gets the session, the others 410', async (t) => {
  const core = await pairingCore(t)
  const { code, number, wait } = await startPairing(core)
  await core.owner.api('POST', '/auth/pair/approve', { code, number })
  t.same(tally(await race(wait)), { 200: 1, '410 pairing_over': RACERS - 1 })
  t.equal(await core.prisma.session.count({ where: { authMethod: 'pairing' } }), 1)
  t.equal(
    await core.prisma.auditEvent.count({
      where: { action: 'user.sign_in', detail: { path: ['method'], equals: 'pairing' } },
    }),
    1,
  )
})

t.test(
  'A37: of three who pick each another number at once, a wrong one and the right one cannot both count',
  async (t) => {
    const core = await pairingCore(t)
    for (let round = 0; round < 5; round++) {
      const { code, number, wait } = await startPairing(core)
      const wrong = number === 99 ? 98 : number + 1
      const answers = await Promise.all(
        [number, wrong, wrong, number].map((n) =>
          core.owner.api('POST', '/auth/pair/approve', { code, number: n }),
        ),
      )
      t.equal(answers.filter(({ status }) => status !== 404).length, 1, 'one decision')
      const approved = answers.some(({ status }) => status === 200)
      t.equal((await wait()).status, approved ? 200 : 410)
    }
  },
)

t.test('A21: of 50 polls for one approved device code one gets tokens', async (t) => {
  const core = await testCore(t)
  const { body } = await core.browser().api('POST', '/auth/device/code', { clientName: 'x' })
  await core.owner.api('POST', '/auth/device/approve', { userCode: body.user_code })
  core.clock.aheadMs += POLL_INTERVAL_MS
  const request = { grant_type: DEVICE_GRANT, device_code: body.device_code }
  const answers = await race(() => core.browser().api('POST', '/auth/device/token', request))
  t.equal(tally(answers)['200'], 1)
  t.ok(answers.every(({ status }) => status < 500))
  t.equal(await core.prisma.commandLine.count(), 1)
  t.equal(await core.prisma.refreshToken.count(), 1)
})

t.test(
  'A15: 50 who use one refresh token at once turn it once, into one and the same next token',
  async (t) => {
    const core = await testCore(t)
    const { refresh } = await loginCommandLine(core, core.owner)
    const answers = await race(() => refreshWith(core, refresh))
    t.same(tally(answers), { 200: RACERS })
    t.equal(new Set(answers.map(({ body }) => body.refresh_token)).size, 1)
    t.equal(await core.prisma.refreshToken.count(), 2, 'the first and the next')
    t.equal((await refreshWith(core, answers[0]?.body.refresh_token)).status, 200)
  },
)

t.test('A15: ending and refreshing at once leave nothing alive', async (t) => {
  const core = await testCore(t)
  for (let round = 0; round < 5; round++) {
    const { refresh, access } = await loginCommandLine(core, core.owner)
    const answers = await Promise.all([
      refreshWith(core, refresh),
      core.browser().api('POST', '/auth/revoke', { token: refresh }),
      refreshWith(core, refresh),
    ])
    t.ok(answers.every(({ status }) => status === 200 || status === 400))
    const given = answers.flatMap(({ body }) => (body.refresh_token === undefined ? [] : [body]))
    for (const text of [access, ...given.map((b) => b.access_token)])
      t.equal((await core.program(text).api('GET', '/auth/me')).status, 401)
    for (const text of [refresh, ...given.map((b) => b.refresh_token)])
      t.equal((await refreshWith(core, text)).status, 400)
  }
})
