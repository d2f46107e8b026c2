import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import t, { type Test } from 'tap'
import { migrate, migrationsDirectory, missingMigrations } from '../../../core/db/migrate.js'
import { emptyDatabase } from '../../support/database.js'
import { temporaryDirectory } from '../../support/directory.js'

async function connect(t: Test, count = 1): Promise<[pg.Client, ...pg.Client[]]> {
  const connection = await emptyDatabase(t)
  const open = async () => {
    const client = new pg.Client(connection)
    await client.connect()
    t.teardown(() => client.end())
    return client
  }
  return [await open(), ...(await Promise.all(Array.from({ length: count - 1 }, open)))]
}

/** A folder of migrations, `name: sql`. */
function migrations(t: Test, files: Record<string, string>): string {
  const directory = temporaryDirectory(t)
  for (const [name, sql] of Object.entries(files)) write(directory, name, sql)
  return directory
}

function write(directory: string, name: string, sql: string): void {
  mkdirSync(path.join(directory, name), { recursive: true })
  writeFileSync(path.join(directory, name, 'migration.sql'), sql)
}

const tables = async (client: pg.Client): Promise<string[]> => {
  const { rows } = await client.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE '\\_prisma%' ORDER BY 1`,
  )
  return rows.map((row) => row.name)
}

t.test('an empty database gets every migration, and a second start finds nothing to do', async (t) => {
  const [client] = await connect(t)
  const applied = await migrate(client)
  t.match(applied[0], /_init$/)
  t.ok((await tables(client)).includes('AuditEvent'))
  t.same(await migrate(client), [])
})

t.test('of four starters at once one migrates, and all succeed', async (t) => {
  const clients = await connect(t, 4)
  const applied = await Promise.all(clients.map((client) => migrate(client)))
  t.equal(applied.filter((names) => names.length > 0).length, 1)
  const { rows } = await clients[0].query('SELECT "checksum" FROM "_prisma_migrations"')
  t.equal(rows.length, applied.flat().length)
})

t.test('a migration that fails leaves nothing of itself, and those before it stay', async (t) => {
  const [client] = await connect(t)
  const directory = migrations(t, {
    '1_good': 'CREATE TABLE good (id int)',
    '2_bad': 'CREATE TABLE half (id int); CREATE TABLE half (id int)',
  })
  await t.rejects(migrate(client, directory), {
    code: 'migration_failed',
    detail: /2_bad .*"half" already exists/,
  })
  t.same(await tables(client), ['good'])
  write(directory, '2_bad', 'CREATE TABLE whole (id int)')
  t.same(await migrate(client, directory), ['2_bad'], 'the next start tries it again')
})

t.test('a file that was edited after it was applied is refused', async (t) => {
  const [client] = await connect(t)
  const directory = migrations(t, { '1_a': 'CREATE TABLE a (id int)' })
  await migrate(client, directory)
  write(directory, '1_a', 'CREATE TABLE a (id bigint)')
  await t.rejects(migrate(client, directory), { code: 'migration_failed', detail: /1_a/ })
})

t.test('a database that a newer version has written is refused, untouched', async (t) => {
  const [client] = await connect(t)
  const older = migrations(t, { '1_a': 'CREATE TABLE a (id int)' })
  const newer = temporaryDirectory(t)
  cpSync(older, newer, { recursive: true })
  write(newer, '2_b', 'CREATE TABLE b (id int)')
  await migrate(client, newer)
  write(older, '3_c', 'CREATE TABLE c (id int)')
  await t.rejects(migrate(client, older), { code: 'schema_newer', detail: /2_b/ })
  t.same(await tables(client), ['a', 'b'])
})

t.test('the lock is free again after a refusal', async (t) => {
  const [first, second] = await connect(t, 2)
  await t.rejects(migrate(first, migrations(t, { '1_bad': 'NOT SQL' })), { code: 'migration_failed' })
  t.same(await migrate(second as pg.Client, migrations(t, { '1_a': 'CREATE TABLE a (id int)' })), ['1_a'])
})

t.test('a migration that another tool began and did not end is refused', async (t) => {
  const known = [{ name: '1_a', sql: '', checksum: 'x' }]
  t.throws(() => missingMigrations(known, [{ name: '1_a', checksum: 'x', finished: false }]), {
    code: 'migration_failed',
  })
  t.same(missingMigrations(known, []), known)
  t.same(missingMigrations(known, [{ name: '1_a', checksum: 'x', finished: true }]), [])
})

t.test('R10, H7: the database itself refuses what the schema cannot say', async (t) => {
  const [client] = await connect(t)
  await migrate(client, migrationsDirectory())
  const { rows } = await client.query<{ name: string }>(
    `SELECT conrelid::regclass || '' AS name FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace`,
  )
  for (const table of ['Membership', 'Session', 'Station', 'Command', 'Contact', 'Campaign', 'DeviceLogin']) {
    t.ok(
      rows.some((row) => row.name === `"${table}"`),
      `${table} has a CHECK`,
    )
  }
  await client.query(`INSERT INTO "User" ("id", "email") VALUES ('u', 'a@example.org')`)
  await client.query(`INSERT INTO "Org" ("id", "slug", "name") VALUES ('o', 'org', 'Org')`)
  await t.rejects(
    client.query(`INSERT INTO "Membership" ("userId", "orgId", "role") VALUES ('u', 'o', 'superadmin')`),
    { code: '23514' },
  )
  await client.query(
    `INSERT INTO "AuditEvent" ("at", "actorKind", "actorId", "action", "outcome") VALUES (now(), 'user', 'u', 'x', 'ok')`,
  )
  await t.rejects(client.query(`UPDATE "AuditEvent" SET "outcome" = 'denied'`), { message: /append-only/ })
})
