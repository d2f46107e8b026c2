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

/** As `lockStation`, for several: in the order of their ids, so that two who do so never wait for each other. */
export async function lockStations(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.$queryRaw`
    SELECT "id" FROM "Station" WHERE "id" = ANY(${[...ids]}::text[]) ORDER BY "id" FOR NO KEY UPDATE`
}
