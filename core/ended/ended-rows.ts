/**
 * What has ended according to the database, and ending there what should have.
 * @module
 */
import type { Context, Tx } from '../context.js'
import { endStation } from '../fleet/station-end.js'
import type { SystemActor } from '../http/actor.js'
import type { EndedLine } from './ended-file.js'

interface Row {
  readonly kind: EndedLine['kind']
  readonly id: string
  readonly at: Date
  readonly until: Date | null
}

/** Whoever acts here is core, at its start. */
const RESTORE: SystemActor = { kind: 'system', id: 'restore' }

/** Everything that ended at that time or later, epoch ms. */
export async function endedSince(tx: Tx, sinceMs: number): Promise<EndedLine[]> {
  const since = new Date(sinceMs)
  const rows = await tx.$queryRaw<Row[]>`
    SELECT 'station' AS "kind", "id", "revokedAt" AS "at", NULL::timestamptz AS "until"
      FROM "Station" WHERE "revokedAt" >= ${since}
    UNION ALL SELECT 'station_key', "id", "revokedAt", NULL FROM "StationKey" WHERE "revokedAt" >= ${since}
    UNION ALL SELECT 'service_key', "id", "revokedAt", NULL FROM "ServiceKey" WHERE "revokedAt" >= ${since}
    UNION ALL SELECT 'station_certificate', "id", "revokedAt", "notAfter"
      FROM "StationCertificate" WHERE "revokedAt" >= ${since}
    UNION ALL SELECT 'certificate_authority', "id", "retiredAt", "notAfter"
      FROM "CertificateAuthority" WHERE "retiredAt" >= ${since}
    UNION ALL SELECT 'enrollment_token', "id", LEAST("revokedAt", "consumedAt"), "expiresAt"
      FROM "EnrollmentToken" WHERE GREATEST("revokedAt", "consumedAt") >= ${since}
    UNION ALL SELECT 'api_token', "id", "revokedAt", "expiresAt" FROM "ApiToken" WHERE "revokedAt" >= ${since}
    UNION ALL SELECT 'session', "id", "endedAt", "expiresAt" FROM "Session" WHERE "endedAt" >= ${since}
    UNION ALL SELECT 'command_line', "id", "endedAt", "expiresAt" FROM "CommandLine" WHERE "endedAt" >= ${since}`
  return rows.map(({ kind, id, at, until }) => ({
    ...{ kind, id, at: at.toISOString() },
    ...(until === null ? {} : { until: until.toISOString() }),
  }))
}

type Counts = Readonly<Record<EndedLine['kind'], number>>

/**
 * Ends what these lines say has ended and the database has alive: it is older than they are. What it does not know at all
 * needs no end. Returns how many of each kind.
 */
export async function endAgain(context: Context, tx: Tx, lines: readonly EndedLine[]): Promise<Counts> {
  const ids = (kind: EndedLine['kind']) => lines.filter((line) => line.kind === kind).map(({ id }) => id)
  const now = new Date(context.clock.now())
  const stations = await tx.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM "Station" WHERE "id" = ANY(${ids('station')}::text[]) AND "status" IN ('pending', 'approved')
     ORDER BY "id"`
  for (const { id } of stations) await endAgainWithAll(context, tx, id)
  return {
    station: stations.length,
    station_key: await tx.$executeRaw`UPDATE "StationKey" SET "revokedAt" = ${now}
      WHERE "id" = ANY(${ids('station_key')}::text[]) AND "revokedAt" IS NULL`,
    service_key: await tx.$executeRaw`UPDATE "ServiceKey" SET "revokedAt" = ${now}
      WHERE "id" = ANY(${ids('service_key')}::text[]) AND "revokedAt" IS NULL`,
    station_certificate: await tx.$executeRaw`UPDATE "StationCertificate" SET "revokedAt" = ${now}
      WHERE "id" = ANY(${ids('station_certificate')}::text[]) AND "revokedAt" IS NULL`,
    certificate_authority: await tx.$executeRaw`UPDATE "CertificateAuthority" SET "retiredAt" = ${now}
      WHERE "id" = ANY(${ids('certificate_authority')}::text[]) AND "retiredAt" IS NULL`,
    enrollment_token: await tx.$executeRaw`UPDATE "EnrollmentToken" SET "revokedAt" = ${now}
      WHERE "id" = ANY(${ids('enrollment_token')}::text[]) AND "revokedAt" IS NULL AND "consumedAt" IS NULL`,
    api_token: await tx.$executeRaw`UPDATE "ApiToken" SET "revokedAt" = ${now}
      WHERE "id" = ANY(${ids('api_token')}::text[]) AND "revokedAt" IS NULL`,
    session: await tx.$executeRaw`UPDATE "Session" SET "endedAt" = ${now}
      WHERE "id" = ANY(${ids('session')}::text[]) AND "endedAt" IS NULL`,
    command_line: await tx.$executeRaw`UPDATE "CommandLine" SET "endedAt" = ${now}, "endReason" = 'restore'
      WHERE "id" = ANY(${ids('command_line')}::text[]) AND "endedAt" IS NULL`,
  }
}

/** With all that is bound to it, in a trail of its own. */
async function endAgainWithAll(context: Context, tx: Tx, id: string): Promise<void> {
  const cause = 'the station had been revoked before the database was restored'
  const ending = {
    caller: { actor: RESTORE },
    action: 'station.revoke',
    cause,
    detail: { restored: true },
  } as const
  await endStation(context, tx, id, ending)
}

/** The row that says that the database is older than what is remembered. */
export async function recordRestore({ audit }: Context, tx: Tx, counts: Counts): Promise<void> {
  await audit.record(tx, { actor: RESTORE, action: 'database.restored', outcome: 'success', detail: counts })
}
