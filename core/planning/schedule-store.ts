/**
 * Writing many contacts at once. The rows travel as one JSON parameter: a day of a large fleet is thousands of
 * contacts, and a statement takes 32,767 parameters at most.
 * @module
 */
import type { Tx } from '../context.js'

/** The facts of a contact that a schedule decides. */
export interface ContactFacts {
  readonly id: string
  readonly stationId: string
  readonly satelliteId: string
  readonly satelliteName: string
  readonly campaignId: string | null
  readonly priority: number
  readonly worth: number | null
  /** Times as ISO 8601. */
  readonly aos: string
  readonly tca: string
  readonly los: string
  readonly aosAz: number
  readonly losAz: number
  readonly maxEl: number
  readonly elementsHash: string
  readonly elementsEpoch: string
  readonly downlinkHz: number | null
  readonly uplinkHz: number | null
  readonly prepassS: number
  readonly postpassS: number
}

export interface Authorship {
  readonly orgId: string
  readonly actor: string
  readonly cause: string
  /** ISO 8601. */
  readonly at: string
}

/** New contacts: proposed and scheduled in one go, with both steps in their history. */
export async function insertContacts(
  tx: Tx,
  rows: readonly ContactFacts[],
  { orgId, actor, cause, at }: Authorship,
): Promise<void> {
  if (rows.length === 0) return
  await tx.$executeRaw`
    WITH made AS (
      INSERT INTO "Contact" ("id", "orgId", "stationId", "campaignId", "satelliteId", "satelliteName", "priority",
                             "worth", "state", "cause", "actor", "aos", "tca", "los", "aosAz", "losAz", "maxEl",
                             "elementsHash", "elementsEpoch", "downlinkHz", "uplinkHz", "prepassS", "postpassS",
                             "createdAt", "updatedAt")
      SELECT v."id", ${orgId}, v."stationId", v."campaignId", v."satelliteId", v."satelliteName", v."priority",
             v."worth", 'scheduled', ${cause}, ${actor}, v."aos", v."tca", v."los", v."aosAz", v."losAz", v."maxEl",
             v."elementsHash", v."elementsEpoch", v."downlinkHz", v."uplinkHz", v."prepassS", v."postpassS",
             ${at}::timestamptz, ${at}::timestamptz
        FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS v(
             "id" text, "stationId" text, "campaignId" text, "satelliteId" text, "satelliteName" text,
             "priority" int, "worth" float8, "aos" timestamptz, "tca" timestamptz, "los" timestamptz, "aosAz" float8,
             "losAz" float8, "maxEl" float8, "elementsHash" text, "elementsEpoch" timestamptz, "downlinkHz" int8,
             "uplinkHz" int8, "prepassS" int, "postpassS" int)
      RETURNING "id"
    )
    INSERT INTO "ContactEvent" ("contactId", "at", "from", "to", "cause", "actor")
    SELECT made."id", ${at}::timestamptz, step."from", step."to", ${cause}, ${actor}
      FROM made CROSS JOIN (VALUES (1, NULL, 'proposed'), (2, 'proposed', 'scheduled')) AS step("no", "from", "to")
     ORDER BY made."id", step."no"`
}

/** Gives contacts new times and elements. Their plans, made for the old ones, are no longer the newest. */
export async function retimeContacts(tx: Tx, rows: readonly ContactFacts[], at: string): Promise<void> {
  if (rows.length === 0) return
  await tx.$executeRaw`
    UPDATE "Contact" c
       SET "campaignId" = v."campaignId", "satelliteName" = v."satelliteName", "priority" = v."priority",
           "worth" = v."worth", "aos" = v."aos", "tca" = v."tca", "los" = v."los", "aosAz" = v."aosAz", "losAz" = v."losAz",
           "maxEl" = v."maxEl", "elementsHash" = v."elementsHash", "elementsEpoch" = v."elementsEpoch",
           "downlinkHz" = v."downlinkHz", "uplinkHz" = v."uplinkHz", "prepassS" = v."prepassS",
           "postpassS" = v."postpassS", "planHash" = NULL, "planJws" = NULL, "dryRun" = NULL, "updatedAt" = ${at}::timestamptz
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS v(
           "id" text, "campaignId" text, "satelliteName" text, "priority" int, "worth" float8, "aos" timestamptz, "tca" timestamptz,
           "los" timestamptz, "aosAz" float8, "losAz" float8, "maxEl" float8, "elementsHash" text,
           "elementsEpoch" timestamptz, "downlinkHz" int8, "uplinkHz" int8, "prepassS" int, "postpassS" int)
     WHERE c."id" = v."id"`
}

/** What stands as it is, but is not to be flown now: its plan is no longer wanted. */
export async function dropPlans(tx: Tx, ids: readonly string[], at: string): Promise<void> {
  if (ids.length > 0)
    await tx.$executeRaw`
      UPDATE "Contact" SET "planHash" = NULL, "planJws" = NULL, "dryRun" = NULL, "updatedAt" = ${at}::timestamptz
       WHERE "id" = ANY(${[...ids]}::text[])`
}

/** Books contacts for another campaign or with another priority; times and plans stay. */
export async function relabelContacts(
  tx: Tx,
  rows: readonly Pick<ContactFacts, 'id' | 'campaignId' | 'priority' | 'worth'>[],
  at: string,
): Promise<void> {
  if (rows.length === 0) return
  await tx.$executeRaw`
    UPDATE "Contact" c
       SET "campaignId" = v."campaignId", "priority" = v."priority", "worth" = v."worth",
           "updatedAt" = ${at}::timestamptz
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
           AS v("id" text, "campaignId" text, "priority" int, "worth" float8)
     WHERE c."id" = v."id"`
}
