/**
 * Compares the migrations with the schema, offline: Prisma's schema engine as WebAssembly, on two PostgreSQL
 * in memory (PGlite). For developers only; what applies migrations is core/db/migrate.ts.
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { messages, PGlite } from '@electric-sql/pglite'
import { bindMigrationAwareSqlAdapterFactory, DriverAdapterError } from '@prisma/driver-adapter-utils'
import { PrismaPGlite } from 'pglite-prisma-adapter'

const NO_FILTER = { externalTables: [], externalEnums: [] }

/**
 * pglite-prisma-adapter 0.7.2 does not wait for a script, so a migration that fails would pass for good and its
 * error would surface as an unhandled rejection. This adapter waits, and keeps every database to close it.
 */
class AwaitedPGlite extends PrismaPGlite {
  /** @param {PGlite[]} opened receives the shadow databases */
  constructor(database, opened) {
    super(database)
    this.database = database
    this.opened = opened
  }

  async connect() {
    return awaitScripts(await super.connect(), this.database)
  }

  async connectToShadowDb() {
    const shadow = await PGlite.create()
    this.opened.push(shadow)
    return awaitScripts(await new PrismaPGlite(shadow).connect(), shadow)
  }
}

function awaitScripts(connection, database) {
  connection.executeScript = async (script) => {
    try {
      await database.exec(script)
    } catch (error) {
      if (!(error instanceof messages.DatabaseError)) throw error
      throw new DriverAdapterError({
        kind: 'postgres',
        code: error.code ?? 'N/A',
        severity: error.severity ?? 'N/A',
        message: error.message,
        detail: error.detail,
        column: error.column,
        hint: error.hint,
      })
    }
  }
  return connection
}

/**
 * The SQL that leads from the migrations to the schema; empty when they agree. What Prisma's schema cannot say
 * (CHECK, triggers) is neither compared nor dropped.
 * @param {{ schemaFile: string, migrationsDir: string }} files
 * @returns {Promise<string>}
 */
export async function diff({ schemaFile, migrationsDir }) {
  const databases = [await PGlite.create()]
  try {
    const engine = await load(new AwaitedPGlite(databases[0], databases))
    const result = await engine.diff({
      from: { tag: 'migrations', ...migrationsList(migrationsDir) },
      to: {
        tag: 'schemaDatamodel',
        files: [{ path: schemaFile, content: readFileSync(schemaFile, 'utf8') }],
      },
      script: true,
      exitCode: true,
      shadowDatabaseUrl: null,
      filters: NO_FILTER,
    })
    return result.exitCode === 0 ? '' : (result.stdout ?? '')
  } finally {
    await Promise.all(databases.map((database) => database.close()))
  }
}

let loading

async function load(adapter) {
  // Once in a process: the glue around the WebAssembly keeps one instance, and breaks when it is replaced.
  loading ??= instantiate()
  const bindings = await loading
  const ignoreLogs = () => {}
  return bindings.SchemaEngine.new(
    { datamodels: undefined },
    ignoreLogs,
    bindMigrationAwareSqlAdapterFactory(adapter),
  )
}

async function instantiate() {
  // Where the engine leaves its last words when it panics.
  globalThis.PRISMA_WASM_PANIC_REGISTRY = {
    set_message: (message) => process.stderr.write(`Prisma's schema engine: ${message}\n`),
  }
  const require = createRequire(import.meta.url)
  const glue = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  const bindings = await import(glue)
  const wasm = new WebAssembly.Module(readFileSync(path.join(path.dirname(glue), 'schema_engine_bg.wasm')))
  const instance = new WebAssembly.Instance(wasm, { './schema_engine_bg.js': bindings })
  bindings.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start()
  return bindings
}

function migrationsList(directory) {
  const names = readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
  return {
    baseDir: directory,
    lockfile: {
      path: 'migration_lock.toml',
      content: readFileSync(path.join(directory, 'migration_lock.toml'), 'utf8'),
    },
    migrationDirectories: names.map((name) => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok', value: readFileSync(path.join(directory, name, 'migration.sql'), 'utf8') },
      },
    })),
    shadowDbInitScript: '',
  }
}
