import { randomBytes } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import {
  checkMasterKey,
  loadMasterKey,
  MASTER_KEY_FILE,
  parseMasterKey,
} from '../../../core/crypto/master-key.js'
import { testDatabase } from '../../support/database.js'
import { temporaryDirectory } from '../../support/directory.js'

t.test('A8, O19: a key is 32 random bytes; what a person would type is refused', (t) => {
  for (let n = 0; n < 200; n++) {
    const key = randomBytes(32)
    for (const form of ['hex', 'base64', 'base64url'] as const)
      t.same(parseMasterKey(`${key.toString(form)}\n`), key)
  }
  const text = (word: string) => Buffer.from(word.repeat(32).slice(0, 32))
  for (const guessable of [
    '',
    'changeme',
    'secret',
    randomBytes(16).toString('hex'),
    randomBytes(31).toString('base64'),
    '0'.repeat(64),
    'f'.repeat(64),
    '0123456789abcdef'.repeat(4),
    text('changeme').toString('hex'),
    text('correct-horse-battery-staple-42!').toString('base64'),
    `${randomBytes(32).toString('hex')}00`,
  ])
    t.type(parseMasterKey(guessable), 'string', guessable)
  t.end()
})

t.test('the key is made once, for its owner only, and read again', async (t) => {
  const dataDir = path.join(temporaryDirectory(t), 'data')
  const keys = await Promise.all(Array.from({ length: 4 }, () => loadMasterKey(null, dataDir, randomBytes)))
  const made = await loadMasterKey(null, dataDir, randomBytes)
  for (const key of keys) t.same(key, made)
  const file = path.join(dataDir, MASTER_KEY_FILE)
  t.equal(statSync(file).mode & 0o777, 0o600)
  t.equal(readFileSync(file, 'utf8').trim(), made.toString('hex'))
  const explicit = randomBytes(32)
  t.equal(await loadMasterKey(explicit, dataDir, randomBytes), explicit)
  writeFileSync(file, 'half')
  await t.rejects(loadMasterKey(null, dataDir, randomBytes), { code: 'master_key_wrong' })
})

t.test('A38: another master key does not start', async (t) => {
  const { prisma } = await testDatabase(t)
  const key = randomBytes(32)
  await Promise.all([checkMasterKey(prisma, key), checkMasterKey(prisma, key)])
  await checkMasterKey(prisma, key)
  await t.rejects(checkMasterKey(prisma, randomBytes(32)), { code: 'master_key_wrong' })
  const stored = await prisma.setting.findMany()
  t.notOk(JSON.stringify(stored).includes(key.toString('hex')))
})
