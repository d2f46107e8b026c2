/**
 * What satellites send and hear on: from a database of transmitters, and by hand. Kept also for satellites without
 * elements, which may still get some.
 * @module
 */

import type { z } from 'zod'
import type { Transmitter as Row } from '../../prisma/generated/client.js'
import {
  type replacedResponse,
  type Transmitter,
  type transmitterRequest,
  transmitterSchema,
  type transmittersReplaceRequest,
} from '../../shared/api/transmitters.js'
import { TalosError } from '../../shared/errors.js'
import { iso } from '../../shared/time.js'
import type { Context } from '../context.js'
import { newId } from '../crypto/ids.js'
import { auditOf, type Caller } from '../http/caller.js'
import { holdLock } from '../locks.js'
import { LONG_TRANSACTION } from './long-transaction.js'

/** The source of those that a person entered. */
const MANUAL = 'manual'
const STATUS_ORDER = ['active', 'inactive', 'invalid']

const toNumber = (hz: bigint | null) => (hz === null ? null : Number(hz))

const toTransmitter = (row: Row): Transmitter =>
  transmitterSchema.parse({
    ...row,
    downlinkLowHz: toNumber(row.downlinkLowHz),
    downlinkHighHz: toNumber(row.downlinkHighHz),
    uplinkLowHz: toNumber(row.uplinkLowHz),
    uplinkHighHz: toNumber(row.uplinkHighHz),
    updatedAt: row.updatedAt.toISOString(),
  })

const byUse = (a: Row, b: Row) =>
  STATUS_ORDER.indexOf(a.status) - STATUS_ORDER.indexOf(b.status) ||
  Number(a.downlinkLowHz ?? a.uplinkLowHz ?? 0) - Number(b.downlinkLowHz ?? b.uplinkLowHz ?? 0) ||
  (a.id < b.id ? -1 : 1)

export class Transmitters {
  constructor(private readonly context: Context) {}

  /** Of one satellite: the active ones first, then by frequency. */
  async of(satelliteId: string): Promise<Transmitter[]> {
    const rows = await this.context.prisma.transmitter.findMany({ where: { satelliteId } })
    return rows.sort(byUse).map(toTransmitter)
  }

  /** One that a person knows of. */
  async add(
    caller: Caller,
    satelliteId: string,
    request: z.infer<typeof transmitterRequest>,
  ): Promise<Transmitter> {
    const { prisma, audit, random, clock, events } = this.context
    const row = await prisma.$transaction(async (tx) => {
      const made = await tx.transmitter.create({
        data: {
          ...request,
          id: newId(random),
          satelliteId,
          source: MANUAL,
          updatedAt: new Date(clock.now()),
        },
      })
      await audit.record(tx, {
        ...auditOf(caller),
        action: 'transmitters.add',
        targetKind: 'transmitter',
        targetId: made.id,
        outcome: 'success',
        detail: { satelliteId, description: request.description },
      })
      return made
    })
    events.emit('refresh', 'elements')
    return toTransmitter(row)
  }

  /**
   * Takes back what a person entered. What a source has would come again with its next look.
   * @throws TalosError `not_found`; `conflict` when it came from a source
   */
  async remove(caller: Caller, satelliteId: string, id: string): Promise<void> {
    const { prisma, audit, events } = this.context
    await prisma.$transaction(async (tx) => {
      const { count } = await tx.transmitter.deleteMany({ where: { id, satelliteId, source: MANUAL } })
      if (count !== 1) {
        const there = await tx.transmitter.findFirst({ where: { id, satelliteId } })
        if (there === null)
          throw new TalosError('not_found', `Satellite ${satelliteId} has no transmitter ${id}.`)
        throw new TalosError(
          'conflict',
          `The transmitter ${id} comes from ${there.source}: correct it there, or remove that source.`,
        )
      }
      await audit.record(tx, {
        ...auditOf(caller),
        action: 'transmitters.remove',
        targetKind: 'transmitter',
        targetId: id,
        outcome: 'success',
        detail: { satelliteId },
      })
    })
    events.emit('refresh', 'elements')
  }

  /** All that a source has: new ones come, changed ones change, and what it does not have any more goes. */
  async replace(
    caller: Caller,
    { source, items }: z.infer<typeof transmittersReplaceRequest>,
  ): Promise<z.infer<typeof replacedResponse>> {
    const { prisma, audit, clock, events } = this.context
    if (source === MANUAL)
      throw new TalosError('invalid_request', `${MANUAL} is what people entered, and no source.`)
    // Twice the same in one list would be changed twice in one statement, which the database refuses.
    const rows = JSON.stringify([...new Map(items.map((item) => [item.id, item])).values()])
    const at = iso(clock.now())
    const done = await prisma.$transaction(async (tx) => {
      await holdLock(tx, 'elements')
      const changed = await tx.$executeRaw`
        INSERT INTO "Transmitter" AS t ("id", "satelliteId", "description", "kind", "downlinkLowHz", "downlinkHighHz",
               "uplinkLowHz", "uplinkHighHz", "mode", "baud", "invert", "polarisation", "status", "source", "updatedAt")
        SELECT v.*, ${source}, ${at}::timestamptz
          FROM jsonb_to_recordset(${rows}::jsonb) AS v("id" text, "satelliteId" text, "description" text, "kind" text,
               "downlinkLowHz" bigint, "downlinkHighHz" bigint, "uplinkLowHz" bigint, "uplinkHighHz" bigint,
               "mode" text, "baud" float8, "invert" bool, "polarisation" text, "status" text)
        ON CONFLICT ("id") DO UPDATE
           SET "satelliteId" = excluded."satelliteId", "description" = excluded."description",
               "kind" = excluded."kind", "downlinkLowHz" = excluded."downlinkLowHz",
               "downlinkHighHz" = excluded."downlinkHighHz", "uplinkLowHz" = excluded."uplinkLowHz",
               "uplinkHighHz" = excluded."uplinkHighHz", "mode" = excluded."mode", "baud" = excluded."baud",
               "invert" = excluded."invert", "polarisation" = excluded."polarisation",
               "status" = excluded."status", "updatedAt" = excluded."updatedAt"
         WHERE t."source" = excluded."source"
           AND (to_jsonb(t) - 'updatedAt') IS DISTINCT FROM (to_jsonb(excluded) - 'updatedAt')`
      const removed = await tx.$executeRaw`
        DELETE FROM "Transmitter"
         WHERE "source" = ${source}
           AND "id" NOT IN (SELECT v."id" FROM jsonb_to_recordset(${rows}::jsonb) AS v("id" text))`
      await audit.record(tx, {
        ...auditOf(caller),
        action: 'transmitters.replace',
        outcome: 'success',
        detail: { source, total: items.length, changed, removed },
      })
      return { changed, removed, total: items.length }
    }, LONG_TRANSACTION)
    if (done.changed + done.removed > 0) events.emit('refresh', 'elements')
    return done
  }
}
