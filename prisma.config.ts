import { defineConfig } from 'prisma/config'

// `prisma generate` looks for the schema engine's binary, and would download it, without ever running it.
// Any file satisfies the look-up. Migrations are written by `npm run db:migration`, which needs no binary.
process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= process.execPath

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env['TALOS_DATABASE_URL'] ?? 'postgresql://localhost/none' },
})
