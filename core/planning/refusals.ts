/**
 * What the last schedule did not take, and why: written with each schedule, read by page.
 * @module
 */
import { z } from 'zod'
import { Prisma } from '../../prisma/generated/client.js'
import {
  beaterSchema,
  type Refusal,
  type RefusalRequest,
  refusalRuleSchema,
  type scheduleQuery,
} from '../../shared/api/schedule.js'
import type { Context, Tx } from '../context.js'
import { decodeCursor, encodeCursor } from '../http/page.js'

/** A contact as refusals name it: by whom it binds and when. Times in epoch ms. */
export interface BookedSlot {
  readonly id: string
  readonly stationId: string
  readonly satelliteId: string
  readonly aos: number
  readonly los: number
}

/** Takes the place of the refusals before. `booked` gives the contacts that stand in the way their ids. */
export async function storeRefusals(
  tx: Tx,
  orgId: string,
  refused: readonly RefusalRequest[],
  booked: readonly BookedSlot[],
): Promise<void> {
  await tx.refusal.deleteMany({ where: { orgId } })
  if (refused.length === 0) return
  const idOf = idsBySlot(booked)
  const rows = refused.map((refusal, rank) => ({
    ...{ ...refusal, rank },
    beatenBy: refusal.beatenBy.map((beater) => ({ ...beater, contactId: idOf(beater) })),
  }))
  await tx.$executeRaw`
    INSERT INTO "Refusal" ("orgId", "rank", "stationId", "satelliteId", "aos", "los", "worth", "rule", "limit",
                           "reason", "beatenBy")
    SELECT ${orgId}, v."rank", v."stationId", v."satelliteId", v."aos", v."los", v."worth", v."rule", v."limit",
           v."reason", v."beatenBy"
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS v(
           "rank" int, "stationId" text, "satelliteId" text, "aos" timestamptz, "los" timestamptz, "worth" float8,
           "rule" text, "limit" int, "reason" text, "beatenBy" jsonb)`
}

type Slot = Pick<RefusalRequest, 'stationId' | 'satelliteId' | 'aos' | 'los'>

function idsBySlot(booked: readonly BookedSlot[]): (slot: Slot) => string | null {
  const key = (slot: Pick<Slot, 'stationId' | 'satelliteId'>) => `${slot.stationId} ${slot.satelliteId}`
  const byPair = new Map<string, BookedSlot[]>()
  for (const contact of booked) {
    const list = byPair.get(key(contact))
    if (list === undefined) byPair.set(key(contact), [contact])
    else list.push(contact)
  }
  return (slot) => {
    const [aos, los] = [Date.parse(slot.aos), Date.parse(slot.los)]
    return byPair.get(key(slot))?.find((c) => c.aos < los && aos < c.los)?.id ?? null
  }
}

const rankCursor = z.tuple([z.int().min(0)])

/** A page of refusals, the most valuable first. @throws TalosError `invalid_request` for a cursor that is none */
export async function findRefusals(
  prisma: Context['prisma'],
  orgId: string,
  { station, satellite, contact, cursor, limit }: z.infer<typeof scheduleQuery>,
): Promise<{ readonly refused: Refusal[]; readonly nextCursor: string | null }> {
  const [after] = cursor === undefined ? [-1] : decodeCursor(cursor, rankCursor)
  const beater = contact === undefined ? null : JSON.stringify([{ contactId: contact }])
  const rows = await prisma.$queryRaw<Row[]>`
    SELECT "rank", "stationId", "satelliteId", "aos", "los", "worth", "rule", "limit", "reason", "beatenBy"
      FROM "Refusal"
     WHERE "orgId" = ${orgId} AND "rank" > ${after}
       ${station === undefined ? Prisma.empty : Prisma.sql`AND "stationId" = ${station}`}
       ${satellite === undefined ? Prisma.empty : Prisma.sql`AND "satelliteId" = ${satellite}`}
       ${beater === null ? Prisma.empty : Prisma.sql`AND "beatenBy" @> ${beater}::jsonb`}
     ORDER BY "rank" LIMIT ${limit + 1}`
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    refused: page.map(toRefusal),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor([last.rank]) : null,
  }
}

interface Row {
  readonly rank: number
  readonly stationId: string
  readonly satelliteId: string
  readonly aos: Date
  readonly los: Date
  readonly worth: number
  readonly rule: string
  readonly limit: number | null
  readonly reason: string
  readonly beatenBy: unknown
}

const toRefusal = ({ rank: _, aos, los, rule, beatenBy, ...row }: Row): Refusal => ({
  ...row,
  aos: aos.toISOString(),
  los: los.toISOString(),
  rule: refusalRuleSchema.parse(rule),
  beatenBy: z.array(beaterSchema).parse(beatenBy),
})
