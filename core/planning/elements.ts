/**
 * Taking element sets in: from a file, a source or the training range. History is kept; what points antennas is the
 * newest set of each satellite, and an older one never takes its place (design section 9).
 * @module
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { z } from 'zod'
import type { elementsImportResponse } from '../../shared/api/elements.js'
import { TalosError } from '../../shared/errors.js'
import type { Omm } from '../../shared/messages.js'
import { canonicalOmm } from '../../shared/orbit/canonical.js'
import type { RefusedSet } from '../../shared/orbit/element-sets.js'
import { parseElements } from '../../shared/orbit/elements.js'
import { parseEpoch } from '../../shared/orbit/epoch.js'
import { faultOf } from '../../shared/orbit/judge.js'
import { DAY, iso } from '../../shared/time.js'
import type { Context, Tx } from '../context.js'
import { newId } from '../crypto/ids.js'
import { sha256 } from '../crypto/secrets.js'
import { auditOf, type Caller } from '../http/caller.js'
import { holdLock } from '../locks.js'

export type ImportResult = z.infer<typeof elementsImportResponse>

interface NewSet {
  readonly id: string
  readonly satelliteId: string
  readonly name: string
  readonly hash: string
  readonly omm: Omm
  readonly epoch: string
}

/** So many sets are checked, or written, between two turns of the event loop. */
const PART = 1000
/** A catalogue of 30,000 objects on a slow disk. */
const TRANSACTION = { timeout: 120_000, maxWait: 10_000 } as const
/**
 * How long a set that is not the newest is kept. Of what is followed: to look back at a contact, and to see how it drifts.
 * Of the rest of a catalogue, which is most of it: until it has been seen once how far the newest set moved it.
 */
export const HISTORY_MS = { followed: 30 * DAY, other: 3 * DAY } as const

export class Elements {
  constructor(private readonly context: Context) {}

  /**
   * Reads elements in any form and keeps every usable set. One bad set does not lose the others; each is named.
   * @throws TalosError `elements_invalid` when the text as a whole is no elements
   */
  async import(caller: Caller, request: { source: string; text: string }): Promise<ImportResult> {
    const { prisma, clock, events, audit } = this.context
    const parsed = parseElements(request.text)
    const { sets, refused } = await this.#usable(parsed.elements)
    const all = [...parsed.refused.map(toRefused), ...refused]
    if (sets.length === 0 && all.length === 0)
      throw new TalosError('elements_invalid', 'The text holds no element set.')
    const at = iso(clock.now())
    const imported = await prisma.$transaction(async (tx) => {
      await holdLock(tx, 'elements')
      let newest = 0
      for (let i = 0; i < sets.length; i += PART)
        newest += await store(tx, sets.slice(i, i + PART), request.source, at)
      await audit.record(tx, {
        ...auditOf(caller),
        action: 'elements.import',
        outcome: 'success',
        detail: { source: request.source, sets: sets.length, imported: newest, refused: all.length },
      })
      return newest
    }, TRANSACTION)
    if (imported > 0) events.emit('refresh', 'elements')
    return { imported, unchanged: sets.length - imported, refused: all }
  }

  /** Forgets sets that nothing points with any more. Returns how many. */
  async prune(): Promise<number> {
    const { prisma, clock } = this.context
    const [followed, other] = [HISTORY_MS.followed, HISTORY_MS.other].map((ms) => iso(clock.now() - ms))
    return await prisma.$executeRaw`
      DELETE FROM "ElementSet" e
       WHERE NOT EXISTS (SELECT FROM "Satellite" s WHERE s."elementSetId" = e."id")
         AND (e."receivedAt" < ${followed}::timestamptz
              OR (e."receivedAt" < ${other}::timestamptz
                  AND e."satelliteId" NOT IN (SELECT unnest("satellites") FROM "Campaign" WHERE "deletedAt" IS NULL)
                  AND e."satelliteId" NOT IN (
                      SELECT "satelliteId" FROM "Contact" WHERE "los" > ${followed}::timestamptz)))`
  }

  /** Those that describe an orbit. Long lists leave room for other requests in between. */
  async #usable(elements: readonly Omm[]) {
    const now = this.context.clock.now()
    const sets: NewSet[] = []
    const refused: ImportResult['refused'] = []
    for (const [i, omm] of elements.entries()) {
      if (i % PART === PART - 1) await nextTurn()
      const { OBJECT_NAME: name, NORAD_CAT_ID: id } = omm
      const epoch = parseEpoch(omm.EPOCH) ?? Number.NaN
      // At its epoch: how long it is good for is asked when it is used. One that is far ahead would stand in the way of
      // every true one until its day comes.
      const wrong = faultOf(omm, now, [epoch])
      if (wrong === null)
        sets.push({
          id: newId(this.context.random),
          satelliteId: String(id),
          name,
          hash: sha256(canonicalOmm(omm)).toString('hex'),
          omm,
          epoch: iso(epoch),
        })
      else refused.push({ where: `satellite ${id}`, name, code: 'elements_invalid', detail: wrong.detail })
    }
    // Within one text too the newest comes last, so that it wins whatever the order of the file.
    sets.sort((a, b) => (a.epoch < b.epoch ? -1 : a.epoch > b.epoch ? 1 : 0))
    return { sets, refused }
  }
}

/** Where a set that could not be read stood, with the field that was wrong. */
function toRefused({ line, index, name, code, detail, errors }: RefusedSet): ImportResult['refused'][number] {
  const place = line !== undefined ? `line ${line}` : `set ${index ?? 0}`
  const field = errors[0]?.pointer ?? ''
  return { where: field === '' ? place : `${place} (${field})`, name, code, detail }
}

/** Adds the sets to the history and points each satellite to its newest. Returns how many satellites moved on. */
async function store(tx: Tx, sets: readonly NewSet[], source: string, at: string): Promise<number> {
  const rows = JSON.stringify(sets)
  await tx.$executeRaw`
    INSERT INTO "ElementSet" ("id", "satelliteId", "hash", "omm", "source", "epoch", "receivedAt")
    SELECT v."id", v."satelliteId", v."hash", v."omm", ${source}, v."epoch", ${at}::timestamptz
      FROM jsonb_to_recordset(${rows}::jsonb) AS v(
           "id" text, "satelliteId" text, "hash" text, "omm" jsonb, "epoch" timestamptz)
    ON CONFLICT ("satelliteId", "hash") DO NOTHING`
  return await tx.$executeRaw`
    INSERT INTO "Satellite" AS s ("id", "name", "elementSetId", "updatedAt")
    SELECT DISTINCT ON (e."satelliteId") e."satelliteId", v."name", e."id", ${at}::timestamptz
      FROM jsonb_to_recordset(${rows}::jsonb) AS v("satelliteId" text, "hash" text, "name" text)
      JOIN "ElementSet" e ON e."satelliteId" = v."satelliteId" AND e."hash" = v."hash"
     ORDER BY e."satelliteId", e."epoch" DESC
    ON CONFLICT ("id") DO UPDATE
       SET "name" = excluded."name", "elementSetId" = excluded."elementSetId", "updatedAt" = excluded."updatedAt"
     WHERE (SELECT "epoch" FROM "ElementSet" WHERE "id" = s."elementSetId")
         < (SELECT "epoch" FROM "ElementSet" WHERE "id" = excluded."elementSetId")`
}
