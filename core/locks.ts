/**
 * Advisory locks of PostgreSQL: what must happen once, whichever request, process or host comes first.
 * @module
 */
import type { Tx } from './ports.js'

/** One number for each lock; 72707369 is Prisma's own, for migrations. */
export const LOCKS = {
  owner: 72_707_401,
  signingKey: 72_707_402,
  serviceKey: 72_707_403,
  masterKey: 72_707_404,
  signInLink: 72_707_405,
  elements: 72_707_406,
  rights: 72_707_407,
  certificateAuthority: 72_707_408,
} as const

/** Waits for the lock and holds it to the end of the transaction. */
export async function holdLock(tx: Tx, lock: keyof typeof LOCKS): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${LOCKS[lock]}::bigint)`
}
