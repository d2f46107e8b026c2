/**
 * Collects how the database does: raw, without a judgement (H1, H12).
 * @module
 */
import type { DatabaseState } from '../../shared/api/health.js'
import { MINUTE } from '../../shared/time.js'
import type { Context } from '../context.js'

const WINDOW_MS = 5 * MINUTE
const LARGEST = 5

interface Facts {
  readonly version: string
  readonly connections: number
  readonly maxConnections: number
  readonly sizeBytes: number
}

export class DatabaseCollector {
  #measured: { readonly at: number; readonly ms: number }[] = []

  constructor(private readonly context: Pick<Context, 'prisma' | 'clock'>) {}

  /** @throws Error when the database does not answer */
  async collect(): Promise<DatabaseState> {
    const { prisma, clock } = this.context
    const began = clock.monotonic()
    await prisma.$queryRaw`SELECT 1`
    const at = clock.monotonic()
    const latencyMs = at - began
    this.#measured = [...this.#measured.filter((m) => at - m.at < WINDOW_MS), { at, ms: latencyMs }]
    const [facts] = await prisma.$queryRaw<Facts[]>`
      SELECT current_setting('server_version') AS "version",
             (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS "connections",
             current_setting('max_connections')::int AS "maxConnections",
             pg_database_size(current_database())::float8 AS "sizeBytes"`
    if (facts === undefined) throw new Error('the database says nothing of itself')
    const tables = await prisma.$queryRaw<{ name: string; bytes: number }[]>`
      SELECT relname AS "name", pg_total_relation_size(oid)::float8 AS "bytes" FROM pg_class
       WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
       ORDER BY "bytes" DESC, relname LIMIT ${LARGEST}`
    return {
      ...facts,
      latencyMs,
      worstLatencyMs: Math.max(...this.#measured.map((m) => m.ms)),
      measured: this.#measured.length,
      tables: Object.fromEntries(tables.map(({ name, bytes }) => [name, bytes])),
    }
  }
}
