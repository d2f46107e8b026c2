/**
 * One page of the stations of an organisation. In SQL, because Prisma cannot sort without regard to case (E24).
 * @module
 */
import type { z } from 'zod'
import { Prisma, type Station as StationRow } from '../../prisma/generated/client.js'
import type { stationsQuery } from '../../shared/api/fleet.js'
import type { Tx } from '../context.js'
import { pageArgs } from '../http/page.js'

type Query = z.infer<typeof stationsQuery>
export type StationsQuery = Omit<Query, 'include'> & Partial<Pick<Query, 'include'>>

/** What each order compares; the unique id settles ties. */
const SORT_KEYS = {
  name: Prisma.sql`lower("name"), "id"`,
  createdAt: Prisma.sql`"createdAt", "id"`,
  status: Prisma.sql`"status", lower("name"), "id"`,
} as const satisfies Record<StationsQuery['sort'], Prisma.Sql>

/**
 * The rows of the page, and one more if another page follows.
 * @throws TalosError `invalid_request` naming /cursor
 */
export async function stationPage(tx: Tx, orgId: string, query: StationsQuery): Promise<StationRow[]> {
  const { take, cursor } = pageArgs(query)
  const key = SORT_KEYS[query.sort]
  const conditions = [Prisma.sql`"orgId" = ${orgId}`]
  if (query.status !== undefined) conditions.push(Prisma.sql`"status" = ${query.status}`)
  if (query.search !== undefined && query.search !== '')
    // E25: position() instead of LIKE, in which the searched words could hold wildcards.
    conditions.push(Prisma.sql`position(lower(${query.search}) in lower("name")) > 0`)
  if (cursor !== undefined)
    conditions.push(
      Prisma.sql`(${key}) > (SELECT ${key} FROM "Station" WHERE "orgId" = ${orgId} AND "id" = ${cursor.id})`,
    )
  return await tx.$queryRaw<StationRow[]>`
    SELECT * FROM "Station" WHERE ${Prisma.join(conditions, ' AND ')} ORDER BY ${key} LIMIT ${take}`
}
