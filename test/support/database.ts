/**
 * A database of its own for each test file (O8).
 * @module
 */
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg, { type ClientConfig } from 'pg'
import type { Test } from 'tap'
import { connectPrisma } from '../../core/db/client.js'
import { connectionUrl } from '../../core/db/embedded.js'
import type { PrismaClient } from '../../prisma/generated/client.js'
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
  const { template, ...server } = await findServer(t)
  const database = `test_${randomBytes(8).toString('hex')}`
  await asAdmin(server, `CREATE DATABASE ${database} TEMPLATE ${template}`)
  const connection = { ...server, database }
  const prisma = connectPrisma(connection, silentLog)
  t.teardown(async () => {
    await prisma.$disconnect()
    await asAdmin(server, `DROP DATABASE ${database} WITH (FORCE)`)
  })
  return { url: connectionUrl(connection), connection, prisma }
}

async function findServer(t: Test): Promise<TestServerInfo> {
  const shared = process.env['TALOS_TEST_PG']
  if (shared !== undefined) return JSON.parse(shared)
  const folder = mkdtempSync(path.join(os.tmpdir(), 'talos-'))
  chmodSync(folder, 0o711)
  const server = await startTestServer(path.join(folder, 'data'))
  t.teardown(async () => {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  return server.info
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
