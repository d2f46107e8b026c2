import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { migrationsDirectory } from '../../core/db/migrate.js'
import { packageRoot } from '../../core/db/package-root.js'
import { temporaryDirectory } from '../support/directory.js'

const { diff } = await import(new URL('../../../ops/schema-engine.mjs', import.meta.url).href)
const schemaFile = path.join(packageRoot(), 'prisma/schema.prisma')

t.test(
  'the migrations of the project lead to its schema, with what only SQL can say left alone',
  async (t) => {
    t.equal(await diff({ schemaFile, migrationsDir: migrationsDirectory() }), '')
  },
)

t.test('a column without a migration is found', async (t) => {
  const changed = path.join(temporaryDirectory(t), 'schema.prisma')
  const schema = readFileSync(schemaFile, 'utf8')
  writeFileSync(changed, schema.replace('model Org {', 'model Org {\n  motto String?'))
  const sql = await diff({ schemaFile: changed, migrationsDir: migrationsDirectory() })
  t.match(sql, /ALTER TABLE "Org" ADD COLUMN\s+"motto" TEXT/)
  t.notMatch(sql, /DROP/, 'and nothing that was written by hand is taken away')
})

t.test('a migration that fails is an error, not an empty difference', async (t) => {
  const migrationsDir = temporaryDirectory(t)
  cpSync(migrationsDirectory(), migrationsDir, { recursive: true })
  mkdirSync(path.join(migrationsDir, '99999999999999_bad'))
  writeFileSync(
    path.join(migrationsDir, '99999999999999_bad/migration.sql'),
    'ALTER TABLE "Nowhere" ADD COLUMN "x" INT',
  )
  await t.rejects(diff({ schemaFile, migrationsDir }), { message: /99999999999999_bad.*Nowhere/s })
})
