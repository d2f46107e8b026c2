import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { ensureDirectorKey } from '../../../core/identity/service-keys.js'
import { testCore } from '../../support/core.js'
import { secretHalf } from '../../support/secrets.js'

t.test('D1, E21: the director has one live key, in a file for its owner only', async (t) => {
  const core = await testCore(t)
  const file = path.join(core.dataDir, 'director.key')
  const read = () => readFileSync(file, 'utf8')
  const live = () => core.prisma.serviceKey.count({ where: { revokedAt: null } })
  const ended: (string | undefined)[] = []
  core.context.events.on('ended', ({ credentialId }) => void ended.push(credentialId))

  t.match(read(), /^gsk_[0-9a-f]{16}_[A-Za-z0-9_-]{43}\n$/)
  t.equal(statSync(file).mode & 0o777, 0o600)
  t.equal((await core.director().api('GET', '/orgs')).status, 200)
  t.equal((await core.director().api('GET', '/auth/me')).status, 403, 'it is no person')

  const first = read()
  await ensureDirectorKey(core.context)
  t.equal(read(), first, 'a good key stays')

  for (const damage of [
    () => rmSync(file),
    () => writeFileSync(file, 'half a ke'),
    () => writeFileSync(file, first),
  ]) {
    const before = read().split('_')[1]
    damage()
    await ensureDirectorKey(core.context)
    t.equal(await live(), 1)
    t.equal(ended.at(-1), before, 'what was open with the former closes')
    t.equal((await core.director().api('GET', '/orgs')).status, 200)
  }
  t.equal((await core.program(first.trim()).api('GET', '/orgs')).status, 401)
  const issued = await core.prisma.auditEvent.findMany({ where: { action: 'service.key_issue' } })
  t.equal(issued.length, 4)
  t.notOk(JSON.stringify(issued.map(({ detail }) => detail)).includes(secretHalf(first.trim())))
})
