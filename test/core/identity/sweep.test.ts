import t from 'tap'
import { DAY, HOUR, MINUTE } from '../../../shared/time.js'
import { OWNER, testCore } from '../../support/core.js'

t.test('A24: what has ended answers for a while, then goes', async (t) => {
  const core = await testCore(t)
  const counts = async () => {
    await core.core.identity.sweep.run()
    const { prisma } = core
    return await Promise.all([prisma.signInLink.count(), prisma.deviceLogin.count(), prisma.session.count()])
  }
  const client = core.browser()
  await client.api('POST', '/auth/device/code', { clientName: 'x' })
  const mail = core.mailer.next(OWNER)
  await client.api('POST', '/auth/login', { email: OWNER })
  await mail
  t.same(await counts(), [2, 1, 1])
  core.clock.aheadMs = HOUR
  t.same(await counts(), [2, 1, 1], 'expired for less than an hour')
  core.clock.aheadMs = HOUR + 11 * MINUTE
  t.same(await counts(), [1, 0, 1], 'the owner link is still good')
  core.clock.aheadMs = DAY + 2 * HOUR
  t.same(await counts(), [0, 0, 1])
  core.clock.aheadMs = 32 * DAY
  t.same(await counts(), [0, 0, 0])
  t.ok((await core.prisma.auditEvent.count()) > 0, 'history stays')
})
