/**
 * The PostgreSQL of a test run: the embedded one, with a migrated template from which each test file gets a copy.
 * @module
 */
import pg from 'pg'
import { EmbeddedPostgres } from '../../core/db/embedded.js'
import { migrate } from '../../core/db/migrate.js'

/** What a test file must know to make its own database; travels in TALOS_TEST_PG as JSON. */
export interface TestServerInfo {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly template: string
}

export interface TestServer {
  readonly info: TestServerInfo
  stop(): Promise<void>
}

const TEMPLATE = 'migrated'
const silent = () => undefined
export const silentLog = { debug: silent, info: silent, warn: silent, error: silent }

/** Starts a server in a folder that it makes, and migrates the template. */
export async function startTestServer(dataDir: string): Promise<TestServer> {
  const fail = (error: Error) => {
    throw error
  }
  const server = new EmbeddedPostgres({ dataDir, log: silentLog, onLost: fail })
  await server.start()
  const { host, port, user } = server.connection
  const admin = new pg.Client({ host, port, user, database: 'postgres' })
  await admin.connect()
  await admin.query(`CREATE DATABASE ${TEMPLATE}`)
  await admin.end()
  const client = new pg.Client({ host, port, user, database: TEMPLATE })
  await client.connect()
  await migrate(client)
  await client.end()
  return { info: { host, port, user, template: TEMPLATE }, stop: () => server.stop() }
}
