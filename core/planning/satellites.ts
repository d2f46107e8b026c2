/**
 * The satellites that Talos knows: each with its newest elements and how old they are at this moment.
 * @module
 */
import { z } from 'zod'
import { Prisma } from '../../prisma/generated/client.js'
import { type SatelliteRecord, satelliteIdSchema, type satellitesQuery } from '../../shared/api/elements.js'
import { TalosError } from '../../shared/errors.js'
import { ommSchema } from '../../shared/messages.js'
import { ageLevel, ageLimits } from '../../shared/orbit/age.js'
import { DAY } from '../../shared/time.js'
import type { Context } from '../context.js'
import { decodeCursor, encodeCursor } from '../http/page.js'

interface Row {
  readonly id: string
  readonly name: string
  /** Lower case: what the list is ordered by (E24). */
  readonly key: string
  readonly source: string
  readonly epoch: Date
  readonly hash: string
  readonly omm: unknown
  readonly receivedAt: Date
}

const cursorSchema = z.tuple([
  z
    .string()
    .max(100)
    .regex(/^\P{Cc}*$/u),
  satelliteIdSchema,
])

function toRecord(row: Row, now: number): SatelliteRecord {
  const ageMs = now - row.epoch.getTime()
  const omm = ommSchema.parse(row.omm)
  return {
    id: row.id,
    name: row.name,
    source: row.source,
    epoch: row.epoch.toISOString(),
    ageDays: ageMs / DAY,
    age: ageLevel(ageMs, ageLimits(omm)),
    elementsHash: row.hash,
    omm,
    receivedAt: row.receivedAt.toISOString(),
  }
}

const SELECT = Prisma.sql`
  SELECT s."id", s."name", lower(s."name") AS "key", e."source", e."epoch", e."hash", e."omm", e."receivedAt"
    FROM "Satellite" s JOIN "ElementSet" e ON e."id" = s."elementSetId"`

export class Satellites {
  constructor(private readonly context: Context) {}

  /** By name. `search` is part of the name, or the begin of the catalogue number. */
  async list(query: z.infer<typeof satellitesQuery>) {
    const conditions = [Prisma.sql`TRUE`]
    if (query.search !== undefined && query.search !== '')
      conditions.push(
        Prisma.sql`(position(lower(${query.search}) IN lower(s."name")) > 0 OR starts_with(s."id", ${query.search}))`,
      )
    if (query.cursor !== undefined) {
      const [key, id] = decodeCursor(query.cursor, cursorSchema)
      conditions.push(Prisma.sql`(lower(s."name"), s."id") > (${key}, ${id})`)
    }
    const rows = await this.context.prisma.$queryRaw<Row[]>`
      ${SELECT} WHERE ${Prisma.join(conditions, ' AND ')} ORDER BY lower(s."name"), s."id" LIMIT ${query.limit + 1}`
    const page = rows.slice(0, query.limit)
    const last = page.at(-1)
    const now = this.context.clock.now()
    return {
      items: page.map((row) => toRecord(row, now)),
      nextCursor: rows.length > query.limit && last !== undefined ? encodeCursor([last.key, last.id]) : null,
    }
  }

  /** @throws TalosError `not_found` */
  async get(id: string): Promise<SatelliteRecord> {
    const [record] = await this.byIds([id])
    if (record === undefined)
      throw new TalosError('not_found', `There are no elements of satellite ${id}. Import them first.`)
    return record
  }

  /** Those that are known, in no order. */
  async byIds(ids: readonly string[]): Promise<SatelliteRecord[]> {
    const rows = await this.context.prisma.$queryRaw<Row[]>`
      ${SELECT} WHERE s."id" = ANY(${[...ids]}::text[])`
    const now = this.context.clock.now()
    return rows.map((row) => toRecord(row, now))
  }
}
