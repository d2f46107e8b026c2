/**
 * Collects who has issued how many enrollment tokens in the last hour: raw, without a judgement (H1, E7).
 * @module
 */
import type { EnrollmentState } from '../../shared/api/health.js'
import { HOUR } from '../../shared/time.js'
import type { Context } from '../context.js'

/** Who has issued the most comes first; the others tell nothing more. */
const MOST = 10

export async function enrollmentState({
  prisma,
  clock,
}: Pick<Context, 'prisma' | 'clock'>): Promise<EnrollmentState> {
  const now = new Date(clock.now())
  const issuers = await prisma.$queryRaw<EnrollmentState['issuers']>`
    SELECT t."createdById" AS "id", o."slug" AS "org", count(*)::int AS "issued",
           (SELECT u."email" FROM "User" u WHERE u."id" = t."createdById") AS "email"
      FROM "EnrollmentToken" t JOIN "Org" o ON o."id" = t."orgId"
     WHERE t."createdAt" > ${new Date(now.getTime() - HOUR)}
     GROUP BY t."createdById", o."slug" ORDER BY count(*) DESC, "id", "org" LIMIT ${MOST}`
  const active = await prisma.enrollmentToken.count({
    where: { consumedAt: null, revokedAt: null, expiresAt: { gt: now } },
  })
  const waiting = await prisma.enrollment.groupBy({
    by: ['stationId'],
    where: { deliveredAt: null, expiresAt: { gt: now } },
  })
  return { issuers, active, waiting: waiting.length }
}
