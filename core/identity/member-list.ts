/**
 * One page of the members of an organisation. In SQL, because Prisma cannot sort without regard to case (E24).
 * @module
 */
import type { z } from 'zod'
import { Prisma } from '../../prisma/generated/client.js'
import type { AuthMethod } from '../../shared/api/auth.js'
import type { Member, membersQuery } from '../../shared/api/members.js'
import { coversRole, ROLES, type Role } from '../../shared/permissions.js'
import type { Tx } from '../context.js'
import type { OrgRef } from '../http/actor.js'
import { pageArgs, pageResult } from '../http/page.js'
import { heldIn, mayAdminister, type Rights, type Standing } from './authority.js'

export type MembersQuery = z.infer<typeof membersQuery>

interface Row {
  readonly id: string
  readonly email: string
  readonly name: string | null
  readonly role: Role
  readonly joinedAt: Date
  readonly disabledAt: Date | null
  readonly expiresAt: Date | null
  readonly lastSeenAt: Date | null
  readonly lastMethod: AuthMethod | null
  readonly hasPasskey: boolean
  readonly standings: readonly Standing[]
}

/** What each order compares; the unique id settles ties. `lastSeenAt`: the latest first, never seen last. */
const SORT_KEYS = {
  email: Prisma.sql`lower(email), id`,
  role: Prisma.sql`array_position(${[...ROLES]}::text[], role), lower(email), id`,
  joinedAt: Prisma.sql`"joinedAt", id`,
  lastSeenAt: Prisma.sql`-coalesce(extract(epoch from "lastSeenAt"), 0), lower(email), id`,
} as const satisfies Record<MembersQuery['sort'], Prisma.Sql>

const members = (orgId: string) => Prisma.sql`
  SELECT u."id" AS id, u."email" AS email, u."name" AS name, m."role" AS role, m."createdAt" AS "joinedAt",
    u."disabledAt", u."expiresAt", s."lastSeenAt", s."authMethod" AS "lastMethod",
    EXISTS (SELECT 1 FROM "Passkey" p WHERE p."userId" = u."id") AS "hasPasskey",
    (SELECT json_agg(json_build_object('orgId', a."orgId", 'role', a."role"))
      FROM "Membership" a WHERE a."userId" = u."id") AS standings
  FROM "Membership" m
  JOIN "User" u ON u."id" = m."userId"
  LEFT JOIN LATERAL (
    SELECT "lastSeenAt", "authMethod" FROM "Session" WHERE "userId" = u."id" ORDER BY "lastSeenAt" DESC LIMIT 1
  ) s ON true
  WHERE m."orgId" = ${orgId}`

const toMember = (row: Row, rights: Rights, org: OrgRef): Member => ({
  ...{ id: row.id, email: row.email, name: row.name, role: row.role },
  joinedAt: row.joinedAt.toISOString(),
  disabledAt: row.disabledAt?.toISOString() ?? null,
  expiresAt: row.expiresAt?.toISOString() ?? null,
  lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
  ...{ lastMethod: row.lastMethod, hasPasskey: row.hasPasskey },
  mayChange: heldIn(rights, org).has('manage_users') && coversRole(heldIn(rights, org), row.role),
  mayAdminister: mayAdminister(rights, row.standings),
})

/** @throws TalosError `invalid_request` naming /cursor */
export async function memberPage(tx: Tx, org: OrgRef, rights: Rights, query: MembersQuery) {
  const { take, cursor } = pageArgs(query)
  const key = SORT_KEYS[query.sort]
  const conditions = [Prisma.sql`true`]
  if (query.role !== undefined) conditions.push(Prisma.sql`role = ${query.role}`)
  if (query.search !== undefined && query.search !== '')
    // E25: position() instead of LIKE, in which the searched words could hold wildcards.
    conditions.push(
      Prisma.sql`position(lower(${query.search}) in lower(email || ' ' || coalesce(name, ''))) > 0`,
    )
  if (cursor !== undefined)
    conditions.push(Prisma.sql`(${key}) > (SELECT ${key} FROM members WHERE id = ${cursor.id})`)
  const rows = await tx.$queryRaw<Row[]>`
    WITH members AS (${members(org.id)})
    SELECT * FROM members WHERE ${Prisma.join(conditions, ' AND ')} ORDER BY ${key} LIMIT ${take}`
  return pageResult(rows, query.limit, (row) => toMember(row, rights, org))
}

/** One member, or null when this person is none of the organisation. */
export async function findMember(tx: Tx, org: OrgRef, rights: Rights, id: string): Promise<Member | null> {
  const [row] = await tx.$queryRaw<Row[]>`
    WITH members AS (${members(org.id)}) SELECT * FROM members WHERE id = ${id}`
  return row === undefined ? null : toMember(row, rights, org)
}
