#!/usr/bin/env node
/**
 * `npm run db:migration -- NAME` writes the migration that leads from the existing ones to prisma/schema.prisma.
 * `npm run db:check` (`--check`) fails when such a migration is missing. Neither needs a server or the network.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { diff } from './schema-engine.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const migrationsDir = path.join(root, 'prisma/migrations')
const [argument, ...rest] = process.argv.slice(2)
const checking = argument === '--check'

if (argument === undefined || rest.length > 0 || (!checking && !/^[a-z][a-z0-9_]{0,59}$/.test(argument))) {
  console.error('Usage: npm run db:migration -- NAME   (small letters, digits, _)\n       npm run db:check')
  process.exit(2)
}

const sql = await diff({ schemaFile: path.join(root, 'prisma/schema.prisma'), migrationsDir })
if (sql === '') {
  console.log('The migrations lead to prisma/schema.prisma; nothing is missing.')
} else if (checking) {
  console.error(`prisma/schema.prisma has changes that no migration makes:\n\n${sql}`)
  console.error('Write it with: npm run db:migration -- NAME')
  process.exitCode = 1
} else {
  // The name sorts by time; core applies migrations in the order of their names.
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
  const directory = path.join(migrationsDir, `${stamp}_${argument}`)
  mkdirSync(directory)
  writeFileSync(path.join(directory, 'migration.sql'), sql)
  console.log(`Wrote ${path.relative(root, directory)}/migration.sql. Read it, then add by hand what the`)
  console.log('schema only tells in a comment (/// CHECK). Applied migrations are never edited.')
}
