import path from 'node:path'
import t from 'tap'
import { isUniqueViolation, openDatabase } from '../../../core/db/client.js'
import { connectionUrl } from '../../../core/db/embedded.js'
import { emptyDatabase, testDatabase } from '../../support/database.js'
import { temporaryDirectory } from '../../support/directory.js'
import { silentLog } from '../../support/server.js'

const neverLost = (error: Error) => {
  throw error
}

t.test('without a URL the embedded database opens, migrated', async (t) => {
  const config = { databaseUrl: null, dataDir: path.join(temporaryDirectory(t), 'data') }
  const database = await openDatabase(config, silentLog, neverLost)
  t.ok(database.embedded)
  t.equal(await database.prisma.org.count(), 0)
  await database.close()

  const again = await openDatabase(config, silentLog, neverLost)
  t.equal(await again.prisma.org.count(), 0)
  await again.close()
})

t.test('with a URL that database is migrated and used, and no server is started', async (t) => {
  const dataDir = path.join(temporaryDirectory(t), 'data')
  const databaseUrl = connectionUrl(await emptyDatabase(t))
  const database = await openDatabase({ databaseUrl, dataDir }, silentLog, neverLost)
  t.notOk(database.embedded)
  t.equal(await database.prisma.station.count(), 0)
  await database.close()
})

t.test('a database that does not answer is named, without its password', async (t) => {
  const databaseUrl = 'postgresql://somebody:hunter2@127.0.0.1:1/talos'
  const opening = openDatabase({ databaseUrl, dataDir: '/nonexistent' }, silentLog, neverLost)
  await t.rejects(opening, { code: 'unavailable', detail: /127\.0\.0\.1:1.*TALOS_DATABASE_URL/ })
  const error = await opening.catch((reason: Error) => reason)
  t.notMatch(String(error), /hunter2/)
})

t.test('O8: each test has a database of its own', async (t) => {
  const [one, other] = [await testDatabase(t), await testDatabase(t)]
  await one.prisma.org.create({ data: { id: 'o', slug: 'org', name: 'Org' } })
  t.same([await one.prisma.org.count(), await other.prisma.org.count()], [1, 0])
})

t.test('only a unique violation counts as one', async (t) => {
  const { prisma } = await testDatabase(t)
  const data = { id: 'o', slug: 'org', name: 'Org' }
  await prisma.org.create({ data })
  const error = await prisma.org.create({ data }).catch((reason: unknown) => reason)
  t.ok(isUniqueViolation(error))
  const missing = await prisma.org.update({ where: { id: 'x' }, data }).catch((reason: unknown) => reason)
  t.notOk(isUniqueViolation(missing))
  t.notOk(isUniqueViolation(new Error('P2002')))
})

t.test('names of every script are found without regard to case', async (t) => {
  const { prisma } = await testDatabase(t)
  await prisma.org.create({ data: { id: 'o', slug: 'org', name: 'Åsa Éire Жук' } })
  const found = await prisma.org.findMany({
    where: { name: { contains: 'åsa éire жук', mode: 'insensitive' } },
  })
  t.equal(found.length, 1)
})
