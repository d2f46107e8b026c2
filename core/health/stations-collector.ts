/**
 * Collects how the stations of an organisation do: raw, without a judgement (H1, H12).
 * @module
 */

import type { StationHealth } from '../../shared/api/health.js'
import { type Mount, mountSchema } from '../../shared/messages.js'
import { DAY, HOUR, SECOND } from '../../shared/time.js'
import type { Context } from '../context.js'
import type { StationWatch } from './station-watch.js'

/** How far back contacts are looked at. */
const CONTACTS_MS = 14 * DAY

interface Row {
  readonly id: string
  readonly name: string
  readonly mount: unknown
  readonly lastSeenAt: Date | null
  readonly inMaintenance: boolean
  readonly goodAt: Date | null
  readonly failed: number
}

export async function stationsHealth(
  { prisma, clock }: Pick<Context, 'prisma' | 'clock'>,
  watch: Pick<StationWatch, 'told'>,
  isOnline: (stationId: string) => boolean,
  orgId: string,
): Promise<StationHealth[]> {
  const now = clock.now()
  const rows = await prisma.$queryRaw<Row[]>`
    WITH ended AS (
      SELECT "stationId", "state", "los" FROM "Contact"
       WHERE "orgId" = ${orgId} AND "los" > ${new Date(now - CONTACTS_MS)} AND "los" <= ${new Date(now)}
         AND "state" IN ('completed', 'partial', 'missed', 'failed_station')
    ), good AS (
      SELECT "stationId", max("los") AS "at" FROM ended WHERE "state" IN ('completed', 'partial') GROUP BY 1
    )
    SELECT s."id", s."name", s."mount", s."lastSeenAt", good."at" AS "goodAt",
           EXISTS (SELECT 1 FROM "MaintenanceWindow" m WHERE m."stationId" = s."id" AND m."endedAt" IS NULL
                      AND m."from" <= ${new Date(now)} AND m."to" > ${new Date(now)}) AS "inMaintenance",
           (SELECT count(*)::int FROM ended e WHERE e."stationId" = s."id"
               AND e."state" IN ('missed', 'failed_station') AND (good."at" IS NULL OR e."los" > good."at")) AS "failed"
      FROM "Station" s LEFT JOIN good ON good."stationId" = s."id"
     WHERE s."orgId" = ${orgId} AND s."status" = 'approved' AND s."lockedAt" IS NULL
     ORDER BY lower(s."name"), s."id"`
  return rows.map((row) => {
    const { state, health, errors } = watch.told(row.id)
    const online = isOnline(row.id)
    const mount = mountOf(row.mount)
    return {
      ...{ id: row.id, name: row.name, inMaintenance: row.inMaintenance, online },
      silentS: row.lastSeenAt === null ? null : Math.max(0, (now - row.lastSeenAt.getTime()) / SECOND),
      state: online ? (state?.state ?? null) : null,
      code: online ? (state?.code ?? null) : null,
      driverUp: online ? (health?.driverUp ?? null) : null,
      medianErrorDeg: median(errors),
      maxErrorDeg: errors.length === 0 ? null : Math.max(...errors),
      errorMeasured: errors.length,
      beamwidthDeg: mount?.beamwidth ?? null,
      clockOffsetMs: health?.clock?.offsetMs ?? null,
      clockSource: health?.clock?.source ?? null,
      diskFreeMiB: health?.diskFreeMiB ?? null,
      temperatureC: health?.temperatureC ?? null,
      contactHours: row.goodAt === null ? null : (now - row.goodAt.getTime()) / HOUR,
      contactsFailed: row.failed,
    }
  })
}

function mountOf(stored: unknown): Mount | null {
  const parsed = mountSchema.safeParse(stored)
  return parsed.success ? parsed.data : null
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null
}
