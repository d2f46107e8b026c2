import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import {
  checkMasterKey,
  loadMasterKeys,
  MASTER_KEY_FILE,
  PREVIOUS_KEY_FILE,
  parseMasterKey,
  rotateMasterKeyFile,
} from '../../../core/crypto/master-key.js'
import { openSecrets } from '../../../core/crypto/open-secrets.js'
import { Sealer } from '../../../core/crypto/seal.js'
import { SigningKeys } from '../../../core/crypto/signing-keys.js'
import type { PrismaClient } from '../../../prisma/generated/client.js'
import { systemClock } from '../../../shared/time.js'
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

const NONE = { current: null, previous: null }
const fromFile = async (dataDir: string) => await loadMasterKeys(NONE, dataDir, randomBytes)

t.test('the key is made once, for its owner only, and read again', async (t) => {
  const dataDir = path.join(temporaryDirectory(t), 'data')
  const keys = await Promise.all(Array.from({ length: 4 }, () => fromFile(dataDir)))
  const made = await fromFile(dataDir)
  for (const key of keys) t.same(key, made)
  t.equal(made.previous, null)
  const file = path.join(dataDir, MASTER_KEY_FILE)
  t.equal(statSync(file).mode & 0o777, 0o600)
  t.equal(readFileSync(file, 'utf8').trim(), made.current.toString('hex'))
  const explicit = { current: randomBytes(32), previous: randomBytes(32) }
  t.same(await loadMasterKeys(explicit, dataDir, randomBytes), explicit)
  writeFileSync(file, 'half')
  await t.rejects(fromFile(dataDir), { code: 'master_key_wrong' })
})

const check = (prisma: PrismaClient, current: Buffer, previous: Buffer | null = null) =>
  checkMasterKey(prisma, { current, previous }, new Sealer(current, randomBytes, previous))

t.test('A38: another master key does not start', async (t) => {
  const { prisma } = await testDatabase(t)
  const key = randomBytes(32)
  await Promise.all([check(prisma, key), check(prisma, key)])
  t.equal(await check(prisma, key), 'same')
  t.equal(await check(prisma, key, randomBytes(32)), 'same', 'a previous one that nobody needs')
  await t.rejects(check(prisma, randomBytes(32)), { code: 'master_key_wrong' })
  await t.rejects(check(prisma, randomBytes(32), randomBytes(32)), { code: 'master_key_wrong' })
  const stored = await prisma.setting.findMany()
  t.notOk(JSON.stringify(stored).includes(key.toString('hex')))
})

t.test(
  'O17: a rotation seals everything anew at the next start, once; the former key opens nothing',
  async (t) => {
    const { prisma } = await testDatabase(t)
    const dataDir = temporaryDirectory(t)
    const config = { masterKey: null, previousMasterKey: null, dataDir }
    await t.rejects(
      rotateMasterKeyFile(dataDir, randomBytes),
      { code: 'config_invalid' },
      'nor where no core was',
    )
    const first = await openSecrets(prisma, config, randomBytes)
    const signing = new SigningKeys(prisma, first.sealer, systemClock)
    await signing.start()
    // A retired key holds no start back.
    const retired = await signing.make(prisma, 0)
    await prisma.signingKey.update({ where: { kid: retired }, data: { retiredAt: new Date(), sealed: '' } })
    t.equal((await openSecrets(prisma, config, randomBytes)).isRotated, false)

    await rotateMasterKeyFile(dataDir, randomBytes)
    await t.rejects(
      rotateMasterKeyFile(dataDir, randomBytes),
      { code: 'conflict' },
      'not twice before a start',
    )
    const both = await fromFile(dataDir)
    t.same(both.previous, first.masterKey)
    t.equal(statSync(path.join(dataDir, PREVIOUS_KEY_FILE)).mode & 0o777, 0o600)

    const second = await openSecrets(prisma, config, randomBytes)
    t.ok(second.isRotated)
    t.notOk(existsSync(path.join(dataDir, PREVIOUS_KEY_FILE)))
    const again = new SigningKeys(prisma, second.sealer, systemClock)
    await again.start()
    t.equal(again.current().kid, signing.current().kid)
    await t.rejects(new SigningKeys(prisma, first.sealer, systemClock).start(), { code: 'master_key_wrong' })
    t.equal((await openSecrets(prisma, config, randomBytes)).isRotated, false)
    await t.rejects(openSecrets(prisma, { ...config, masterKey: first.masterKey }, randomBytes), {
      code: 'master_key_wrong',
    })
  },
)
