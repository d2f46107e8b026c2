import fc from 'fast-check'
import t from 'tap'
import { DEVICE_LOGIN_MS, newUserCode, POLL_INTERVAL_MS } from '../../../core/identity/device-logins.js'
import { MINUTE } from '../../../shared/time.js'
import { bareCore, OWNER, type TestCore, testCore } from '../../support/core.js'

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

const begin = async (core: TestCore) => {
  const device = core.browser()
  const { body } = await device.api('POST', '/auth/device/code', { clientName: 'talos on tower-3' })
  const poll = (code: string = body.device_code) =>
    device.api('POST', '/auth/device/token', { grant_type: GRANT, device_code: code })
  const later = async () => {
    core.clock.aheadMs += POLL_INTERVAL_MS
    return await poll()
  }
  return { ...body, poll, later }
}

t.test('A21: a command line signs in by the approval of a person', async (t) => {
  const core = await testCore(t)
  const login = await begin(core)
  t.match(login.user_code, /^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$/)
  t.equal(login.verification_uri, `${core.url}/device`)
  t.equal(login.verification_uri_complete, `${core.url}/device#${login.user_code}`)
  t.equal(login.interval, 5)
  t.equal((await login.poll()).body.code, 'authorization_pending')
  const early = await login.poll()
  t.equal(early.body.code, 'slow_down')
  t.equal(early.headers['retry-after'], '5')

  const typed = login.user_code.toLowerCase().replace('-', ' ')
  const shown = await core.owner.api('POST', '/auth/device/lookup', { userCode: typed })
  t.match(shown.body, { clientName: 'talos on tower-3', address: '10.0.0.2' })
  t.equal((await core.owner.api('POST', '/auth/device/approve', { userCode: typed })).status, 200)
  const again = await core.owner.api('POST', '/auth/device/deny', { userCode: typed })
  t.equal(again.body.code, 'device_code_invalid', 'decided once')

  const granted = await login.later()
  t.match(granted.body, { token_type: 'Bearer', expires_in: 15 * 60, login_expires_in: 30 * 86_400 })
  t.match(granted.body.refresh_token, /^gsr_/)
  t.equal(granted.headers['cache-control'], 'no-store')
  t.equal((await core.program(granted.body.access_token).api('GET', '/auth/me')).status, 200)
  t.equal((await login.later()).body.code, 'device_code_invalid', 'given once')
  const { items } = (await core.owner.api('GET', '/auth/command-lines')).body
  t.match(items, [{ clientName: 'talos on tower-3', address: '10.0.0.2' }])
})

t.test('A21: denied, expired, unknown', async (t) => {
  const core = await testCore(t)
  const denied = await begin(core)
  await core.owner.api('POST', '/auth/device/deny', { userCode: denied.user_code })
  t.equal((await denied.poll()).body.code, 'access_denied')

  const expired = await begin(core)
  t.equal((await expired.poll('A'.repeat(43))).body.code, 'device_code_invalid')
  core.clock.aheadMs += DEVICE_LOGIN_MS
  t.equal((await expired.poll()).body.code, 'expired_token')
  const owner = await core.signIn(OWNER)
  const late = await owner.api('POST', '/auth/device/approve', { userCode: expired.user_code })
  t.equal(late.status, 404)
  t.equal(late.body.code, 'device_code_invalid')
})

t.test('A12: approving needs a fresh proof, denying does not', async (t) => {
  const core = await testCore(t)
  core.clock.aheadMs = 6 * MINUTE
  const login = await begin(core)
  const stale = await core.owner.api('POST', '/auth/device/approve', { userCode: login.user_code })
  t.match(stale, { status: 403, body: { code: 'step_up_required' } })
  t.equal((await core.owner.api('POST', '/auth/device/deny', { userCode: login.user_code })).status, 200)
})

t.test('nothing is granted to a person who was disabled after the approval', async (t) => {
  const core = await testCore(t)
  const login = await begin(core)
  await core.owner.api('POST', '/auth/device/approve', { userCode: login.user_code })
  await core.prisma.user.updateMany({ data: { disabledAt: new Date() } })
  t.equal((await login.poll()).body.code, 'access_denied')
  t.equal(await core.prisma.commandLine.count(), 0)
})

t.test('A21: guessing codes is limited to ten a minute', async (t) => {
  const core = await testCore(t)
  const statuses = []
  for (let n = 0; n < 11; n++)
    statuses.push((await core.owner.api('POST', '/auth/device/lookup', { userCode: 'BCDFGHJK' })).status)
  t.same(statuses.slice(0, 10), Array(10).fill(404))
  t.equal(statuses[10], 429)
})

t.test('nobody approves without a session', async (t) => {
  const core = await bareCore(t)
  for (const act of ['lookup', 'approve', 'deny']) {
    const answer = await core.browser().api('POST', `/auth/device/${act}`, { userCode: 'BCDFGHJK' })
    t.equal(answer.status, 401)
  }
})

t.test('a user code is eight of twenty letters, whatever the random bytes', (t) => {
  fc.assert(
    fc.property(fc.infiniteStream(fc.integer({ min: 0, max: 255 })), (bytes) => {
      const random = (n: number) => Buffer.from(Array.from({ length: n }, () => bytes.next().value))
      t.match(newUserCode(random), /^[BCDFGHJKLMNPQRSTVWXZ]{8}$/)
    }),
    { numRuns: 50 },
  )
  t.end()
})
