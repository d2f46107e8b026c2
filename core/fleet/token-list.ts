/**
 * Enrollment tokens as the API shows them: never their secrets (E4). In SQL, because Prisma cannot sort without regard to
 * case (E24), nor by a state that follows from the times.
 * @module
 */
import type { z } from 'zod'
import { Prisma, type EnrollmentToken as TokenRow } from '../../prisma/generated/client.js'
import type { EnrollmentToken, enrollmentTokensQuery } from '../../shared/api/fleet.js'
import { capabilitySchema } from '../../shared/messages.js'
import type { Tx } from '../context.js'
import { pageArgs } from '../http/page.js'

export type TokensQuery = z.infer<typeof enrollmentTokensQuery>

/** Where a token can still be redeemed. */
export const usableToken = (now: Date) =>
  ({ consumedAt: null, revokedAt: null, expiresAt: { gt: now } }) as const

export interface ListedToken extends TokenRow {
  readonly state: EnrollmentToken['state']
  readonly stationIds: string[]
  readonly email: string | null
}

/** E5: the state follows from the times; no job has to run for a token to expire. */
const stateAt = (now: Date) => Prisma.sql`CASE
  WHEN "consumedAt" IS NOT NULL THEN 'consumed' WHEN "revokedAt" IS NOT NULL THEN 'revoked'
  WHEN "expiresAt" <= ${now} THEN 'expired' ELSE 'active' END`

/** A row as the lists give it, with who issued it and what it made. */
const columns = (now: Date) => Prisma.sql`t.*, ${stateAt(now)} AS "state",
  (SELECT u."email" FROM "User" u WHERE u."id" = t."createdById") AS "email",
  ARRAY(SELECT e."stationId" FROM "Enrollment" e WHERE e."tokenId" = t."id"
         ORDER BY e."createdAt", e."id") AS "stationIds"`

const ASC = { than: Prisma.sql`>`, order: Prisma.sql`ASC` }
const DESC = { than: Prisma.sql`<`, order: Prisma.sql`DESC` }

/** What each order compares, and which way; the unique id settles ties. */
function orderOf(sort: TokensQuery['sort'], now: Date) {
  switch (sort) {
    case 'name':
      return { ...ASC, keys: [Prisma.sql`lower("name")`, Prisma.sql`"id"`] }
    case 'state':
      return { ...ASC, keys: [stateAt(now), Prisma.sql`lower("name")`, Prisma.sql`"id"`] }
    case 'expiresAt':
      return { ...DESC, keys: [Prisma.sql`"expiresAt"`, Prisma.sql`"id"`] }
    case 'createdAt':
      return { ...DESC, keys: [Prisma.sql`"createdAt"`, Prisma.sql`"id"`] }
  }
}

/**
 * The rows of the page, and one more if another page follows.
 * @throws TalosError `invalid_request` naming /cursor
 */
export async function tokenPage(
  tx: Tx,
  orgId: string,
  query: TokensQuery,
  now: Date,
): Promise<ListedToken[]> {
  const { take, cursor } = pageArgs(query)
  const { search, state, batchId, stationId } = query
  const { keys, than, order } = orderOf(query.sort, now)
  const conditions = [Prisma.sql`"orgId" = ${orgId}`]
  if (state !== undefined) conditions.push(Prisma.sql`${stateAt(now)} = ${state}`)
  if (batchId !== undefined) conditions.push(Prisma.sql`"batchId" = ${batchId}`)
  if (stationId !== undefined)
    conditions.push(Prisma.sql`("stationId" = ${stationId} OR EXISTS (
      SELECT FROM "Enrollment" e WHERE e."tokenId" = t."id" AND e."stationId" = ${stationId}))`)
  if (search !== undefined && search !== '')
    // E25: position() instead of LIKE, in which the searched words could hold wildcards.
    conditions.push(Prisma.sql`(position(lower(${search}) in lower("name")) > 0
      OR position(lower(${search}) in lower(coalesce("recipient", ''))) > 0)`)
  const key = Prisma.join(keys)
  if (cursor !== undefined)
    conditions.push(Prisma.sql`(${key}) ${than} (
      SELECT ${key} FROM "EnrollmentToken" WHERE "orgId" = ${orgId} AND "id" = ${cursor.id})`)
  const by = Prisma.join(keys.map((part) => Prisma.sql`${part} ${order}`))
  return await tx.$queryRaw<ListedToken[]>`
    SELECT ${columns(now)} FROM "EnrollmentToken" t
     WHERE ${Prisma.join(conditions, ' AND ')} ORDER BY ${by} LIMIT ${take}`
}

/** Those with these ids, in no order. */
export const tokensById = (tx: Tx, orgId: string, ids: readonly string[], now: Date) =>
  tx.$queryRaw<ListedToken[]>`
    SELECT ${columns(now)} FROM "EnrollmentToken" t WHERE "orgId" = ${orgId} AND "id" = ANY(${[...ids]})`

export const toEnrollmentToken = (row: ListedToken): EnrollmentToken => ({
  id: row.id,
  keyId: row.keyId,
  name: row.name,
  recipient: row.recipient,
  state: row.state,
  preApproved: row.preApproved,
  capabilities: capabilitySchema.array().parse(row.capabilities),
  maxUses: row.maxUses,
  uses: row.uses,
  batchId: row.batchId,
  stationId: row.stationIds[0] ?? row.stationId,
  stationIds: row.stationIds,
  issuedBy: { id: row.createdById, email: row.email },
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
  consumedAt: row.consumedAt?.toISOString() ?? null,
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  consumedFrom: row.consumedFrom,
})
