/**
 * The one door to the database: opens it, brings it to this version, and hands out the Prisma client.
 * @module
 */
import { PrismaPg } from '@prisma/adapter-pg'
import pg, { type ClientConfig } from 'pg'
import type { BaseLogger } from 'pino'
import { Prisma, PrismaClient } from '../../prisma/generated/client.js'
import { TalosError } from '../../shared/errors.js'
import { SECOND } from '../../shared/time.js'
import { EmbeddedPostgres } from './embedded.js'
import { migrate } from './migrate.js'

export interface DatabaseConfig {
  /** TALOS_DATABASE_URL; without it the embedded PostgreSQL runs in `dataDir`. */
  readonly databaseUrl?: string | undefined
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

/**
 * Starts the embedded server when there is no other, applies the missing migrations and connects.
 *
 * @param onLost called when the embedded server ends while it should run: core must stop
 * @throws TalosError `unavailable`, `data_dir_in_use`, `schema_newer`, `migration_failed`, `config_invalid`
 */
export async function openDatabase(
  config: DatabaseConfig,
  log: BaseLogger,
  onLost: (error: TalosError) => void,
): Promise<Database> {
  const embedded =
    config.databaseUrl === undefined
      ? new EmbeddedPostgres({ dataDir: config.dataDir, log, onLost })
      : undefined
  await embedded?.start()
  try {
    const connection: ClientConfig = embedded?.connection ?? { connectionString: config.databaseUrl }
    const applied = await bringUpToDate(connection)
    if (applied.length > 0) log.info({ migrations: applied }, 'Applied migrations')
    const prisma = connectPrisma(connection, log)
    return {
      prisma,
      embedded: embedded !== undefined,
      connection,
      close: async () => {
        await prisma.$disconnect()
        await embedded?.stop()
      },
    }
  } catch (error) {
    await embedded?.stop()
    throw error
  }
}

/** A client on a database that has its schema already. */
export function connectPrisma(connection: ClientConfig, log: BaseLogger): PrismaClient {
  const adapter = new PrismaPg(
    { ...connection, max: MAX_CONNECTIONS, connectionTimeoutMillis: 10 * SECOND },
    { onPoolError: (err) => log.warn({ err }, 'An idle connection to the database ended') },
  )
  return new PrismaClient({ adapter })
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
