/**
 * Brings a database to the schema of this version: applies what prisma/migrations holds and the database does not,
 * in the format of Prisma's own tools (`_prisma_migrations`), so that either can be used on the same database.
 * @module
 */
import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { ClientBase } from 'pg'
import { TalosError } from '../../shared/errors.js'
import { packageRoot } from './package-root.js'

/** One folder of prisma/migrations. */
export interface Migration {
  readonly name: string
  readonly sql: string
  /** SHA-256 of migration.sql, hexadecimal. */
  readonly checksum: string
}

/** One row of `_prisma_migrations`. */
export interface AppliedMigration {
  readonly name: string
  readonly checksum: string
  readonly finished: boolean
}

/** The number under which Prisma's own tools lock a database while they migrate it. */
const MIGRATION_LOCK = 72707369

const CREATE_HISTORY = `
  CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id" VARCHAR(36) PRIMARY KEY NOT NULL,
    "checksum" VARCHAR(64) NOT NULL,
    "finished_at" TIMESTAMPTZ,
    "migration_name" VARCHAR(255) NOT NULL,
    "logs" TEXT,
    "rolled_back_at" TIMESTAMPTZ,
    "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
    "applied_steps_count" INTEGER NOT NULL DEFAULT 0
  )`

export const migrationsDirectory = (): string => path.join(packageRoot(), 'prisma', 'migrations')

/**
 * Applies the missing migrations, each in one transaction with its row of the history. Of several programs that
 * start at once, one does the work and the others wait for it.
 *
 * @param connection one connection, used by nobody else meanwhile: the lock belongs to it
 * @returns the names of the migrations that this call applied
 * @throws TalosError `schema_newer` or `migration_failed`; the database is then as it was before the bad migration
 */
export async function migrate(
  connection: ClientBase,
  directory: string = migrationsDirectory(),
): Promise<string[]> {
  const known = await readMigrations(directory)
  await connection.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK])
  try {
    await connection.query(CREATE_HISTORY)
    const missing = missingMigrations(known, await readHistory(connection))
    for (const migration of missing) await apply(connection, migration)
    return missing.map((migration) => migration.name)
  } finally {
    await onceAlive(connection, `SELECT pg_advisory_unlock(${MIGRATION_LOCK})`)
  }
}

/** The migrations of a folder in the order of their names, which is the order of their making. */
export async function readMigrations(directory: string): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(
    names.sort().map(async (name) => {
      const bytes = await readFile(path.join(directory, name, 'migration.sql'))
      return {
        name,
        sql: bytes.toString('utf8'),
        checksum: createHash('sha256').update(bytes).digest('hex'),
      }
    }),
  )
}

/**
 * What is still to be applied. Refuses a database whose history is not a part of ours: to go on would mean to write
 * with one idea of the tables into another.
 */
export function missingMigrations(
  known: readonly Migration[],
  applied: readonly AppliedMigration[],
): Migration[] {
  const byName = new Map(known.map((migration) => [migration.name, migration]))
  for (const row of applied) {
    if (!row.finished) {
      throw new TalosError(
        'migration_failed',
        `Migration ${row.name} was begun and did not end. Restore the backup made before it, or repair the tables and delete its row from _prisma_migrations.`,
      )
    }
    const migration = byName.get(row.name)
    if (migration === undefined) {
      throw new TalosError(
        'schema_newer',
        `The database has migration ${row.name}, which this version does not know. Start the newer version, or restore the backup made before it.`,
      )
    }
    if (migration.checksum !== row.checksum) {
      throw new TalosError(
        'migration_failed',
        `prisma/migrations/${row.name}/migration.sql is not the file that was applied to this database. Restore the file of the release.`,
      )
    }
  }
  const done = new Set(applied.map((row) => row.name))
  return known.filter((migration) => !done.has(migration.name))
}

async function readHistory(connection: ClientBase): Promise<AppliedMigration[]> {
  const { rows } = await connection.query<AppliedMigration>(
    `SELECT "migration_name" AS "name", "checksum", "finished_at" IS NOT NULL AS "finished"
       FROM "_prisma_migrations" WHERE "rolled_back_at" IS NULL ORDER BY "started_at", "migration_name"`,
  )
  return rows
}

async function apply(connection: ClientBase, migration: Migration): Promise<void> {
  await connection.query('BEGIN')
  try {
    await connection.query(migration.sql)
    await connection.query(
      `INSERT INTO "_prisma_migrations"
         ("id", "checksum", "migration_name", "finished_at", "started_at", "applied_steps_count")
       VALUES ($1, $2, $3, clock_timestamp(), now(), 1)`,
      [randomUUID(), migration.checksum, migration.name],
    )
    await connection.query('COMMIT')
  } catch (error) {
    await onceAlive(connection, 'ROLLBACK')
    const reason = error instanceof Error ? error.message : String(error)
    throw new TalosError(
      'migration_failed',
      `Migration ${migration.name} failed and was taken back whole: ${reason}`,
      {
        cause: error,
      },
    )
  }
}

/** Cleans up after an error. On a dead connection the server has done it already, and the first error counts. */
async function onceAlive(connection: ClientBase, sql: string): Promise<void> {
  await connection.query(sql).catch(() => undefined)
}
