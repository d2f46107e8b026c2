/**
 * E9: how it stands with the enrollment of a station: «active, 12 min left», «used», «expired», none.
 * @module
 */
import type { Station } from '../../shared/api/fleet.js'
import type { Tx } from '../context.js'

export type Badge = Pick<Station, 'enrollment' | 'enrollmentExpiresAt'>

interface BadgeRow {
  readonly id: string
  /** The latest end of its usable tokens. */
  readonly until: Date | null
  readonly used: boolean
  readonly expired: boolean
}

const NONE: Badge = { enrollment: 'none', enrollmentExpiresAt: null }

function toBadge({ until, used, expired }: BadgeRow): Badge {
  if (until !== null) return { enrollment: 'active', enrollmentExpiresAt: until.toISOString() }
  if (used) return { ...NONE, enrollment: 'used' }
  // Whoever has revoked a token knows; a token that ended by itself is worth a word.
  return expired ? { ...NONE, enrollment: 'expired' } : NONE
}

/** The badges of these stations, by id; one question for all of them. */
export async function badgesOf(
  tx: Tx,
  stationIds: readonly string[],
  now: Date,
): Promise<(stationId: string) => Badge> {
  const rows = await tx.$queryRaw<BadgeRow[]>`
    SELECT s."id", own."until", coalesce(own."expired", false) AS "expired",
           EXISTS (SELECT FROM "Enrollment" e WHERE e."stationId" = s."id") AS "used"
      FROM unnest(${[...stationIds]}::text[]) AS s("id"),
           LATERAL (
             SELECT max(t."expiresAt") FILTER (WHERE t."expiresAt" > ${now}) AS "until",
                    bool_or(t."expiresAt" <= ${now}) AS "expired"
               FROM "EnrollmentToken" t
              WHERE t."stationId" = s."id" AND t."consumedAt" IS NULL AND t."revokedAt" IS NULL
           ) AS own`
  const badges = new Map(rows.map((row) => [row.id, toBadge(row)]))
  return (stationId) => badges.get(stationId) ?? NONE
}
