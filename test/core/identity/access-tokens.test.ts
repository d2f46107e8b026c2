import { decodeJwt, decodeProtectedHeader } from 'jose'
import t from 'tap'
import { ACCESS_MS } from '../../../core/identity/access-tokens.js'
import { SECOND } from '../../../shared/time.js'
import { loginCommandLine } from '../../support/command-line.js'
import { bareCore, ORG, testCore } from '../../support/core.js'

t.test('A13: an access token says who, by what, what for, until when, and what they may do', async (t) => {
  const core = await testCore(t)
  const { access } = await loginCommandLine(core, core.owner)
  t.same(decodeProtectedHeader(access), { alg: 'HS256', typ: 'at+jwt' })
  const claims = decodeJwt(access)
  const user = await core.prisma.user.findFirstOrThrow()
  const line = await core.prisma.commandLine.findFirstOrThrow()
  t.match(claims, {
    iss: 'talos-core',
    aud: 'talos-api',
    sub: user.id,
    sid: line.id,
    auth_method: 'device_code',
    epoch: 0,
    permissions: [{ role: 'owner', orgs: [{ slug: ORG }] }],
  })
  t.equal((claims.exp ?? 0) - (claims.iat ?? 0), ACCESS_MS / SECOND)
  t.match(claims.jti, /^[0-9a-f-]{36}$/)
})

t.test('R7: the guard answers from the token, without a look into the database', async (t) => {
  const core = await testCore(t)
  await core.prisma.membership.updateMany({ data: { role: 'viewer' } })
  const { program } = await loginCommandLine(core, core.owner)
  t.equal((await program.api('GET', '/auth/me')).status, 200, 'the first request learns the epoch')
  await core.prisma.$transaction(async (tx) => {
    await tx.$executeRaw`LOCK TABLE "User", "Membership", "Org", "CommandLine", "Session", "DeniedToken", "ApiToken" IN ACCESS EXCLUSIVE MODE`
    t.equal((await program.api('GET', '/auth/me')).status, 200)
    const refused = await program.api('GET', `/orgs/${ORG}/audit`)
    t.match(refused, { status: 403, body: { code: 'forbidden' } })
    t.equal((await program.api('GET', '/orgs/elsewhere/stations')).status, 404)
  })
})

t.test('R7: a change of rights ends the older tokens; the next one has the new rights', async (t) => {
  const core = await testCore(t)
  const { access, refresh } = await loginCommandLine(core, core.owner)
  const program = core.program(access)
  t.equal((await program.api('GET', `/orgs/${ORG}/audit`)).status, 200)
  const user = await core.prisma.user.findFirstOrThrow()
  await core.prisma.$transaction([
    core.prisma.membership.updateMany({ data: { role: 'viewer' } }),
    core.prisma.user.update({ where: { id: user.id }, data: { epoch: { increment: 1 } } }),
  ])
  core.context.events.emit('ended', { userId: user.id, reason: 'member.role' })
  t.equal((await program.api('GET', `/orgs/${ORG}/audit`)).status, 401)
  const next = await core
    .browser()
    .api('POST', '/auth/token', { grant_type: 'refresh_token', refresh_token: refresh })
  const renewed = core.program(next.body.access_token)
  t.equal((await renewed.api('GET', `/orgs/${ORG}/audit`)).status, 403)
  t.equal((await renewed.api('GET', '/auth/me')).body.memberships[0].role, 'viewer')
})

t.test('a disabled or deleted person has no more access, from the event on', async (t) => {
  const core = await testCore(t)
  const { program } = await loginCommandLine(core, core.owner)
  t.equal((await program.api('GET', '/auth/me')).status, 200)
  const user = await core.prisma.user.findFirstOrThrow()
  for (const change of [
    () => core.prisma.user.update({ where: { id: user.id }, data: { disabledAt: new Date() } }),
    () => core.prisma.user.delete({ where: { id: user.id } }),
  ]) {
    await change()
    core.context.events.emit('ended', { userId: user.id, reason: 'user.disable' })
    t.equal((await program.api('GET', '/auth/me')).status, 401)
  }
})

t.test(
  'A14: what was revoked stays so over a restart, and is forgotten once it would have ended',
  async (t) => {
    const core = await testCore(t)
    const { access } = await loginCommandLine(core, core.owner)
    await core.browser().api('POST', '/auth/revoke', { token: access })
    t.equal(await core.prisma.deniedToken.count(), 1)
    await core.core.stop()
    const again = await bareCore(t, { databaseUrl: core.databaseUrl, dataDir: core.dataDir })
    again.clock.aheadMs = core.clock.aheadMs
    t.equal((await again.program(access).api('GET', '/auth/me')).status, 401)
    await again.core.identity.sweep.run()
    t.equal(await again.prisma.deniedToken.count(), 1)
    again.clock.aheadMs += ACCESS_MS
    await again.core.identity.sweep.run()
    t.equal(await again.prisma.deniedToken.count(), 0)
    t.equal((await again.program(access).api('GET', '/auth/me')).status, 401, 'expired by itself')
  },
)

t.test('A13: tokens that were not revoked outlive a restart', async (t) => {
  const core = await testCore(t)
  const { access } = await loginCommandLine(core, core.owner)
  await core.core.stop()
  const again = await bareCore(t, { databaseUrl: core.databaseUrl, dataDir: core.dataDir })
  again.clock.aheadMs = core.clock.aheadMs
  t.equal((await again.program(access).api('GET', '/auth/me')).status, 200)
})
