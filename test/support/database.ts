/**
 * A database of its own for each test file (O8).
 * @module
 */
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import pg, { type ClientConfig } from 'pg'
import file, { type Test } from 'tap'
import { connectPrisma } from '../../core/db/client.js'
import { connectionUrl, type EmbeddedConnection } from '../../core/db/embedded.js'
import type { PrismaClient } from '../../prisma/generated/client.js'
import { temporaryDirectory } from './directory.js'
import { silentLog, startTestServer, type TestServerInfo } from './server.js'

export interface TestDatabase {
  /** For a core that the test starts: its TALOS_DATABASE_URL. */
  readonly url: string
  readonly connection: ClientConfig
  readonly prisma: PrismaClient
}

/**
 * Copies the migrated template; the copy goes with the test. The server is the one of the run (`npm test`), or, for
 * a file that is run alone, one of its own.
 */
export async function testDatabase(t: Test): Promise<TestDatabase> {
  const server = await findServer()
  const connection = await createDatabase(t, server, server.template)
  const prisma = connectPrisma(connection, silentLog)
  t.teardown(() => prisma.$disconnect())
  return { url: connectionUrl(connection), connection, prisma }
}

/** A database without any table. */
export async function emptyDatabase(t: Test): Promise<EmbeddedConnection> {
  return createDatabase(t, await findServer(), 'template1')
}

async function createDatabase(
  t: Test,
  server: TestServerInfo,
  template: string,
): Promise<EmbeddedConnection> {
  const { host, port, user } = server
  const database = `test_${randomBytes(8).toString('hex')}`
  await asAdmin({ host, port, user }, `CREATE DATABASE ${database} TEMPLATE ${template}`)
  t.teardown(() => asAdmin({ host, port, user }, `DROP DATABASE ${database} WITH (FORCE)`))
  return { host, port, user, database }
}

let ownServer: Promise<TestServerInfo> | undefined

function findServer(): Promise<TestServerInfo> {
  const shared = process.env['TALOS_TEST_PG']
  if (shared !== undefined) return Promise.resolve(JSON.parse(shared))
  // One for the whole file, so it ends with the file's outermost test.
  ownServer ??= (async () => {
    const server = await startTestServer(path.join(temporaryDirectory(file), 'data'))
    file.teardown(() => server.stop())
    return server.info
  })()
  return ownServer
}

async function asAdmin(server: ClientConfig, sql: string): Promise<void> {
  const client = new pg.Client({ ...server, database: 'postgres' })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

/** A copy of all that is in it, as a dump and its restore make one. Nobody may be connected to it meanwhile. */
export async function copyDatabase(t: Test, url: string): Promise<string> {
  const template = decodeURIComponent(new URL(url).pathname.slice(1))
  return connectionUrl(await createDatabase(t, await findServer(), template))
}
