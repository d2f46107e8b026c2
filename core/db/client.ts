/**
 * The one door to the database: opens it, brings it to this version, and hands out the Prisma client.
 * @module
 */
import { PrismaPg } from '@prisma/adapter-pg'
import pg, { type ClientConfig } from 'pg'
import { Prisma, PrismaClient } from '../../prisma/generated/client.js'
import { TalosError } from '../../shared/errors.js'
import { SECOND } from '../../shared/time.js'
import type { Logger } from '../context.js'
import { EmbeddedPostgres } from './embedded.js'
import { migrate } from './migrate.js'

export interface DatabaseConfig {
  /** TALOS_DATABASE_URL; null: the embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl: string | null
  readonly dataDir: string
}

export interface Database {
  readonly prisma: PrismaClient
  readonly embedded: boolean
  /** For the few that speak SQL themselves (backup). */
  readonly connection: ClientConfig
  /** Ends the connections, then the embedded server; waits for both. */
  close(): Promise<void>
}

/** Enough for one core: requests wait their turn here rather than in a server with its own limit. */
const MAX_CONNECTIONS = 10
/** Fifty who race for one row wait for each other; Prisma's own 2 s would answer the last of them with a failure of ours. */
const TRANSACTIONS = { maxWait: 15 * SECOND, timeout: 15 * SECOND }

/**
 * Starts the embedded server when there is no other, applies the missing migrations and connects.
 *
 * @param onLost called when the embedded server ends while it should run: core must stop
 * @throws TalosError `unavailable`, `data_dir_in_use`, `schema_newer`, `migration_failed`, `config_invalid`
 */
export async function openDatabase(
  config: DatabaseConfig,
  log: Logger,
  onLost: (error: TalosError) => void,
): Promise<Database> {
  if (config.databaseUrl !== null) {
    const connection = { connectionString: config.databaseUrl }
    const prisma = await connectMigrated(connection, log)
    return { prisma, embedded: false, connection, close: () => prisma.$disconnect() }
  }
  const server = new EmbeddedPostgres({ dataDir: config.dataDir, log, onLost })
  await server.start()
  try {
    const prisma = await connectMigrated(server.connection, log)
    const close = async () => {
      await prisma.$disconnect()
      await server.stop()
    }
    return { prisma, embedded: true, connection: server.connection, close }
  } catch (error) {
    await server.stop()
    throw error
  }
}

async function connectMigrated(connection: ClientConfig, log: Logger): Promise<PrismaClient> {
  const migrations = await bringUpToDate(connection)
  if (migrations.length > 0) log.info({ migrations }, 'Applied migrations')
  return connectPrisma(connection, log)
}

/** A client on a database that has its schema already. */
export function connectPrisma(connection: ClientConfig, log: Logger): PrismaClient {
  const adapter = new PrismaPg(
    { ...connection, max: MAX_CONNECTIONS, connectionTimeoutMillis: 10 * SECOND },
    { onPoolError: (err) => log.warn({ err }, 'An idle connection to the database ended') },
  )
  return new PrismaClient({ adapter, transactionOptions: TRANSACTIONS })
}

/** Whether a write was refused because a row with the same unique value exists (Prisma's P2002). */
export const isUniqueViolation = (error: unknown): boolean =>
  error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002'

async function bringUpToDate(connection: ClientConfig): Promise<string[]> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 10 * SECOND })
  client.on('error', () => undefined)
  try {
    await client.connect().catch((cause: Error) => {
      throw new TalosError(
        'unavailable',
        `PostgreSQL at ${client.host}:${client.port}, database ${client.database}, does not let core in: ${cause.message}. Check TALOS_DATABASE_URL.`,
        { cause },
      )
    })
    return await migrate(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}
