/**
 * What became of satellites, as a catalogue has it: alive, dead, re-entered, not yet up.
 * @module
 */

import type { z } from 'zod'
import {
  type CatalogueEntry,
  catalogueEntrySchema,
  type catalogueReplaceRequest,
  type replacedResponse,
} from '../../shared/api/transmitters.js'
import { iso } from '../../shared/time.js'
import type { Context } from '../context.js'
import { auditOf, type Caller } from '../http/caller.js'
import { holdLock } from '../locks.js'
import { LONG_TRANSACTION } from './long-transaction.js'

export class Catalogue {
  constructor(private readonly context: Context) {}

  /** Null where no catalogue names the satellite. */
  async of(satelliteId: string): Promise<CatalogueEntry | null> {
    const row = await this.context.prisma.catalogueEntry.findUnique({
      where: { satelliteId },
      omit: { satelliteId: true },
    })
    if (row === null) return null
    return catalogueEntrySchema.parse({
      ...row,
      decayedAt: row.decayedAt?.toISOString() ?? null,
      updatedAt: row.updatedAt.toISOString(),
    })
  }

  /** All that a source says; of satellites that it does not name any more nothing is known. */
  async replace(
    caller: Caller,
    { source, items }: z.infer<typeof catalogueReplaceRequest>,
  ): Promise<z.infer<typeof replacedResponse>> {
    const { prisma, audit, clock } = this.context
    const rows = JSON.stringify([...new Map(items.map((item) => [item.satelliteId, item])).values()])
    const at = iso(clock.now())
    return await prisma.$transaction(async (tx) => {
      await holdLock(tx, 'elements')
      const changed = await tx.$executeRaw`
        INSERT INTO "CatalogueEntry" AS c ("satelliteId", "name", "life", "decayedAt", "source", "updatedAt")
        SELECT v.*, ${source}, ${at}::timestamptz
          FROM jsonb_to_recordset(${rows}::jsonb)
            AS v("satelliteId" text, "name" text, "life" text, "decayedAt" timestamptz)
        ON CONFLICT ("satelliteId") DO UPDATE
           SET "name" = excluded."name", "life" = excluded."life", "decayedAt" = excluded."decayedAt",
               "source" = excluded."source", "updatedAt" = excluded."updatedAt"
         WHERE (to_jsonb(c) - 'updatedAt') IS DISTINCT FROM (to_jsonb(excluded) - 'updatedAt')`
      const removed = await tx.$executeRaw`
        DELETE FROM "CatalogueEntry"
         WHERE "source" = ${source}
           AND "satelliteId" NOT IN (
               SELECT v."satelliteId" FROM jsonb_to_recordset(${rows}::jsonb) AS v("satelliteId" text))`
      await audit.record(tx, {
        ...auditOf(caller),
        action: 'catalogue.replace',
        outcome: 'success',
        detail: { source, total: items.length, changed, removed },
      })
      return { changed, removed, total: items.length }
    }, LONG_TRANSACTION)
  }
}
