/**
 * The keys of stations, as the API shows them (E23).
 * @module
 */
import type { StationKeyItem } from '../../shared/api/station-keys.js'
import type { Tx } from '../context.js'

/** The newest are enough to see what happened; a station gets two a year. */
const SHOWN = 10

interface Row {
  readonly stationId: string
  readonly keyId: string
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
  readonly provenAt: Date | null
  readonly renewAt: Date | null
  readonly revokedAt: Date | null
}

/** The newest keys of each of these stations. */
export async function keysOf(
  tx: Tx,
  stationIds: readonly string[],
): Promise<(stationId: string) => StationKeyItem[]> {
  const rows = await tx.$queryRaw<Row[]>`
    SELECT k.* FROM unnest(${[...stationIds]}::text[]) AS wanted("id")
     CROSS JOIN LATERAL (
       SELECT "stationId", "keyId", "createdAt", "lastUsedAt", "provenAt", "renewAt", "revokedAt"
         FROM "StationKey" WHERE "stationId" = wanted."id" ORDER BY "createdAt" DESC, "id" LIMIT ${SHOWN}
     ) k
     ORDER BY k."createdAt" DESC, k."keyId"`
  const byStation = new Map<string, StationKeyItem[]>()
  for (const row of rows) byStation.set(row.stationId, [...(byStation.get(row.stationId) ?? []), toItem(row)])
  return (id) => byStation.get(id) ?? []
}

const toItem = ({ keyId, createdAt, ...times }: Row): StationKeyItem => ({
  keyId,
  createdAt: createdAt.toISOString(),
  lastUsedAt: times.lastUsedAt?.toISOString() ?? null,
  provenAt: times.provenAt?.toISOString() ?? null,
  renewAt: times.renewAt?.toISOString() ?? null,
  revokedAt: times.revokedAt?.toISOString() ?? null,
})
