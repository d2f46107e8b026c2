/**
 * Whatever changes who may be a station (its state, keys, tokens, enrollments) locks the station's row first and the
 * others after it, so that no two such changes pass or block each other.
 * @module
 */
import type { Tx } from '../context.js'

/**
 * Locks the row of a station to the end of the transaction; its status, or null when there is no such station. Rows
 * that merely refer to it may still be written.
 */
export async function lockStation(tx: Tx, id: string): Promise<string | null> {
  const [row] = await tx.$queryRaw<{ status: string }[]>`
    SELECT "status" FROM "Station" WHERE "id" = ${id} FOR NO KEY UPDATE`
  return row?.status ?? null
}
