import fc from 'fast-check'
import t, { type Test } from 'tap'
import { ACCESS_MS } from '../../../core/identity/access-tokens.js'
import { COMMAND_LINE_MS } from '../../../core/identity/command-lines.js'
import { REUSE_GRACE_MS } from '../../../core/identity/refresh-rotation.js'
import { REFRESH_MS } from '../../../core/identity/refresh-tokens.js'
import { TalosError } from '../../../shared/errors.js'
import { DAY, SECOND } from '../../../shared/time.js'
import { loginCommandLine, refreshWith } from '../../support/command-line.js'
import { type TestCore, testCore } from '../../support/core.js'
import { secretHalf } from '../../support/secrets.js'

const CALLER = { actor: { kind: 'anonymous' }, address: '10.9.9.9', requestId: 'test-0001' } as const
const isRefused = (t: Test, answer: { status: number; body: { code: string } }) =>
  t.match(answer, { status: 400, body: { code: 'invalid_grant' } })

t.test('A15: each refresh gives new tokens, and the former access token lives on to its end', async (t) => {
  const core = await testCore(t)
  const first = await loginCommandLine(core, core.owner)
  core.clock.aheadMs += ACCESS_MS - 20 * SECOND
  t.equal((await first.program.api('GET', '/auth/me')).status, 200)
  const next = await refreshWith(core, first.refresh)
  t.match(next.body, { token_type: 'Bearer', expires_in: 900 })
  t.match(next.body.refresh_token, /^gsr_[0-9a-f]{16}_[\w-]{43}$/)
  t.equal(next.headers['cache-control'], 'no-store')
  t.not(next.body.refresh_token, first.refresh)
  core.clock.aheadMs += 21 * SECOND
  t.equal((await first.program.api('GET', '/auth/me')).status, 401)
  const me = await core.program(next.body.access_token).api('GET', '/auth/me')
  t.match(me.body, { email: 'owner@example.org', sessionId: null })
  const { items } = (await core.owner.api('GET', '/auth/command-lines')).body
  t.equal(items.length, 1, 'still one command line')
  t.not(items[0].address, '10.0.0.2', 'which shows where it was used last')
})

t.test('A15: only hashes are stored', async (t) => {
  const core = await testCore(t)
  const { refresh, access } = await loginCommandLine(core, core.owner)
  const next = (await refreshWith(core, refresh)).body.refresh_token
  const rows = JSON.stringify([
    await core.prisma.refreshToken.findMany(),
    await core.prisma.commandLine.findMany(),
  ])
  for (const secret of [secretHalf(refresh), secretHalf(next), access]) {
    t.notOk(rows.includes(secret))
    t.notOk(JSON.stringify(core.logged).includes(secret))
  }
})

t.test('A15: used again within 30 s it gives the same next token; later all ends', async (t) => {
  const core = await testCore(t)
  const { refresh } = await loginCommandLine(core, core.owner)
  const next = (await refreshWith(core, refresh)).body
  core.clock.aheadMs += REUSE_GRACE_MS - SECOND
  const repeated = (await refreshWith(core, refresh)).body
  t.equal(repeated.refresh_token, next.refresh_token)
  t.equal(await core.prisma.refreshToken.count(), 2)
  core.clock.aheadMs += 2 * SECOND
  isRefused(t, await refreshWith(core, refresh))
  isRefused(t, await refreshWith(core, next.refresh_token))
  for (const token of [next.access_token, repeated.access_token])
    t.equal((await core.program(token).api('GET', '/auth/me')).status, 401, 'the access tokens too, at once')
  t.same((await core.owner.api('GET', '/auth/command-lines')).body.items, [])
  const [row] = await core.prisma.auditEvent.findMany({ where: { action: 'command_line.reuse' } })
  t.match(row, { outcome: 'denied', detail: { clientName: 'talos on tower-3' } })
})

t.test('A15: unused for a week it ends; used each day it ends after thirty', async (t) => {
  const core = await testCore(t)
  const idle = await loginCommandLine(core, core.owner)
  const busy = await loginCommandLine(core, core.owner, 'busy')
  let { refresh } = busy
  let last = 0
  for (let day = 1; day < COMMAND_LINE_MS / DAY; day++) {
    core.clock.aheadMs += DAY
    const { status, body } = await refreshWith(core, refresh)
    t.equal(status, 200, `day ${day}`)
    refresh = body.refresh_token
    last = body.login_expires_in
    if (day === REFRESH_MS / DAY) isRefused(t, await refreshWith(core, idle.refresh))
  }
  t.ok(last <= 86_400 && last > 86_000, `${last} s are left`)
  core.clock.aheadMs += DAY
  isRefused(t, await refreshWith(core, refresh))
})

t.test('B16: unknown, wrong, of another purpose and ended are one answer', async (t) => {
  const core = await testCore(t)
  const { refresh, access, program } = await loginCommandLine(core, core.owner)
  const other = refresh.slice(0, -1) + (refresh.endsWith('A') ? 'E' : 'A')
  const answers = []
  for (const text of [
    other,
    `gsr_0123456789abcdef_${'A'.repeat(43)}`,
    refresh.replace('gsr_', 'gsa_'),
    'nonsense',
  ])
    answers.push(await refreshWith(core, text))
  t.equal((await program.api('POST', '/auth/logout', {})).status, 200)
  answers.push(await refreshWith(core, refresh))
  t.equal(new Set(answers.map(({ status, body }) => `${status} ${body.code} ${body.detail}`)).size, 1)
  t.equal(
    (await core.program(access).api('GET', '/auth/me')).status,
    401,
    'A14: the access token ends at once',
  )
})

t.test('a person lists and ends their command lines, nobody else does', async (t) => {
  const core = await testCore(t)
  const { program, refresh } = await loginCommandLine(core, core.owner)
  const [item] = (await core.owner.api('GET', '/auth/command-lines')).body.items
  t.equal((await program.api('DELETE', `/auth/command-lines/${item.id}`)).status, 403, 'A20: needs a session')
  await core.prisma.user.create({
    data: {
      id: 'other-0001',
      email: 'other@example.org',
      memberships: { create: { orgId: (await core.prisma.org.findFirstOrThrow()).id, role: 'owner' } },
    },
  })
  const other = await core.signIn('other@example.org')
  t.equal((await other.api('DELETE', `/auth/command-lines/${item.id}`)).status, 404)
  t.equal((await core.owner.api('DELETE', `/auth/command-lines/${item.id}`)).status, 200)
  t.equal((await core.owner.api('DELETE', `/auth/command-lines/${item.id}`)).status, 404)
  t.equal((await program.api('GET', '/auth/me')).status, 401)
  isRefused(t, await refreshWith(core, refresh))
})

t.test(
  'RFC 7009: a refresh token given back ends its command line, an access token itself, others nothing',
  async (t) => {
    const core = await testCore(t)
    const { access, refresh } = await loginCommandLine(core, core.owner)
    const revoke = (token: string) => core.browser().api('POST', '/auth/revoke', { token })
    t.equal((await revoke('nonsense')).status, 200)
    t.equal((await revoke(access)).status, 200)
    t.equal((await core.program(access).api('GET', '/auth/me')).status, 401)
    const next = (await refreshWith(core, refresh)).body
    t.equal((await core.program(next.access_token).api('GET', '/auth/me')).status, 200)
    t.equal((await revoke(refresh)).status, 200, 'also one that was used')
    t.equal((await core.program(next.access_token).api('GET', '/auth/me')).status, 401)
    isRefused(t, await refreshWith(core, next.refresh_token))
    const actions = (await core.prisma.auditEvent.findMany({ orderBy: { id: 'asc' } })).map(
      ({ action }) => action,
    )
    t.same(actions.slice(-2), ['access_token.revoke', 'command_line.end'])
  },
)

t.test('nobody refreshes once disabled, and what is ended with the person stays ended (E19)', async (t) => {
  const core = await testCore(t)
  const { refresh } = await loginCommandLine(core, core.owner)
  const { prisma } = core
  await prisma.user.updateMany({ data: { disabledAt: new Date() } })
  isRefused(t, await refreshWith(core, refresh))
  const user = await prisma.user.findFirstOrThrow()
  const { commandLines } = core.core.identity
  const ended = await prisma.$transaction((tx) => commandLines.endAll(tx, user.id, CALLER))
  t.equal(ended.length, 1)
  commandLines.announce(ended, 'user_ended')
  await prisma.user.updateMany({ data: { disabledAt: null } })
  isRefused(t, await refreshWith(core, refresh))
})

t.test('the sweep takes what can answer nobody any more', async (t) => {
  const core = await testCore(t)
  await loginCommandLine(core, core.owner)
  const { commandLines } = core.core.identity
  await commandLines.sweep()
  t.equal(await core.prisma.refreshToken.count(), 1)
  core.clock.aheadMs += REFRESH_MS
  await commandLines.sweep()
  t.equal(await core.prisma.refreshToken.count(), 0)
  t.equal(await core.prisma.commandLine.count(), 1)
  core.clock.aheadMs += 2 * COMMAND_LINE_MS
  await commandLines.sweep()
  t.equal(await core.prisma.commandLine.count(), 0)
})

/** What a command line must do, in a few lines: a list of tokens, when each was used first, and whether all has ended. */
class Model {
  readonly tokens: string[] = []
  readonly usedAt: number[] = []
  ended = false

  constructor(first: string) {
    this.tokens.push(first)
  }

  /** Whether token `i` gives token `i + 1` at that time; ends the model where it was stolen. */
  use(i: number, now: number): boolean {
    if (this.ended) return false
    const used = this.usedAt[i]
    if (used === undefined) {
      this.usedAt[i] = now
      return true
    }
    if (now - used <= REUSE_GRACE_MS) return true
    this.ended = true
    return false
  }
}

t.test(
  'A15: whatever is refreshed when and in which order, one line of tokens grows or all ends',
  async (t) => {
    const core = await testCore(t)
    const { commandLines } = core.core.identity
    const step = fc.record({
      pick: fc.nat(20),
      waitMs: fc.constantFrom(0, 0, 8 * SECOND, 31 * SECOND),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 12 }), async (steps) => {
        const model = new Model(await begin(core))
        for (const { pick, waitMs } of steps) {
          core.clock.aheadMs += waitMs
          const at = Math.max(0, model.tokens.length - 1 - (pick % 3))
          // The wall goes on while the database works; the model's clock and core's may differ by that.
          const before = core.clock.now()
          const answer = await commandLines
            .refresh(model.tokens[at] ?? '', CALLER)
            .catch((error: unknown) => {
              if (error instanceof TalosError && error.code === 'invalid_grant') return null
              throw error
            })
          t.equal(answer !== null, model.use(at, before))
          if (answer === null) continue
          const known = model.tokens[at + 1]
          if (known === undefined) model.tokens.push(answer.refreshToken)
          else t.equal(answer.refreshToken, known)
        }
      }),
      { numRuns: 25 },
    )
  },
)

async function begin(core: TestCore): Promise<string> {
  const { prisma } = core
  const user = await prisma.user.findFirstOrThrow()
  const issued = await prisma.$transaction((tx) =>
    core.core.identity.commandLines.begin(tx, user.id, 'model', CALLER),
  )
  return issued.refreshToken
}
