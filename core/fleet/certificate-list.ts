/**
 * The certificates of stations, as the API shows them (E23).
 * @module
 */
import type { StationCertificateItem } from '../../shared/api/certificates.js'
import type { Tx } from '../context.js'

/** The newest are enough to see what happened; a station gets four a year. */
const SHOWN = 10

interface Row {
  readonly stationId: string
  readonly serial: string
  readonly notBefore: Date
  readonly notAfter: Date
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
  readonly provenAt: Date | null
  readonly revokedAt: Date | null
}

/** The newest certificates of each of these stations. */
export async function certificatesOf(
  tx: Tx,
  stationIds: readonly string[],
): Promise<(stationId: string) => StationCertificateItem[]> {
  const rows = await tx.$queryRaw<Row[]>`
    SELECT c.* FROM unnest(${[...stationIds]}::text[]) AS wanted("id")
     CROSS JOIN LATERAL (
       SELECT "stationId", "serial", "notBefore", "notAfter", "createdAt", "lastUsedAt", "provenAt", "revokedAt"
         FROM "StationCertificate" WHERE "stationId" = wanted."id" ORDER BY "createdAt" DESC, "id" LIMIT ${SHOWN}
     ) c
     ORDER BY c."createdAt" DESC, c."serial"`
  const byStation = new Map<string, StationCertificateItem[]>()
  for (const row of rows) byStation.set(row.stationId, [...(byStation.get(row.stationId) ?? []), toItem(row)])
  return (id) => byStation.get(id) ?? []
}

const toItem = ({ serial, notBefore, notAfter, createdAt, ...times }: Row): StationCertificateItem => ({
  serial,
  notBefore: notBefore.toISOString(),
  notAfter: notAfter.toISOString(),
  createdAt: createdAt.toISOString(),
  lastUsedAt: times.lastUsedAt?.toISOString() ?? null,
  provenAt: times.provenAt?.toISOString() ?? null,
  revokedAt: times.revokedAt?.toISOString() ?? null,
})
