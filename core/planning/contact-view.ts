/**
 * Contacts as the API shows them. Plans and the samples of receipts stay in the database: a page of contacts would
 * weigh megabytes with them.
 * @module
 */
import type { Prisma } from '../../prisma/generated/client.js'
import { type Contact, contactStateSchema, dryRunSchema } from '../../shared/api/contacts.js'
import type { Tx } from '../context.js'

const HEAVY = { planJws: true, receipt: true } as const
const NAMES = { station: { select: { name: true } }, org: { select: { slug: true } } } as const

type Row = Prisma.ContactGetPayload<{ omit: typeof HEAVY; include: typeof NAMES }>
type Query = Pick<Prisma.ContactFindManyArgs, 'where' | 'orderBy' | 'take' | 'skip' | 'cursor'>

/** What of a receipt every list shows. */
interface Figures {
  readonly id: string
  readonly onTargetS: number | null
  readonly rmsErrDeg: number | null
  readonly maxErrDeg: number | null
}

/** The database keeps hertz in 64 bits; JavaScript's numbers are exact up to 9 PHz. */
export const hertzOf = (value: bigint | null): number | null => (value === null ? null : Number(value))

const toContact = (row: Row, figures: Figures | undefined): Contact => ({
  id: row.id,
  org: row.org.slug,
  stationId: row.stationId,
  stationName: row.station.name,
  satelliteId: row.satelliteId,
  satelliteName: row.satelliteName,
  campaignId: row.campaignId,
  priority: row.priority,
  state: contactStateSchema.parse(row.state),
  cause: row.cause,
  actor: row.actor,
  aos: row.aos.toISOString(),
  tca: row.tca.toISOString(),
  los: row.los.toISOString(),
  aosAz: row.aosAz,
  losAz: row.losAz,
  maxEl: row.maxEl,
  elementsHash: row.elementsHash,
  elementsEpoch: row.elementsEpoch.toISOString(),
  downlinkHz: hertzOf(row.downlinkHz),
  uplinkHz: hertzOf(row.uplinkHz),
  prepassS: row.prepassS,
  postpassS: row.postpassS,
  fixedBy: row.fixedBy,
  worth: row.worth,
  dryRun: dryRunSchema.nullable().parse(row.dryRun),
  planSeq: row.planSeq,
  planHash: row.planHash,
  receiptAt: row.receiptAt?.toISOString() ?? null,
  onTargetS: figures?.onTargetS ?? null,
  rmsErrDeg: figures?.rmsErrDeg ?? null,
  maxErrDeg: figures?.maxErrDeg ?? null,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
})

/** Contacts that a query selects, in its order. */
export async function loadContacts(tx: Tx, query: Query): Promise<Contact[]> {
  const rows = await tx.contact.findMany({ ...query, omit: HEAVY, include: NAMES })
  const reported = rows.filter((row) => row.receiptAt !== null).map((row) => row.id)
  const figures =
    reported.length === 0
      ? []
      : await tx.$queryRaw<Figures[]>`
          SELECT "id", ("receipt"->>'onTargetS')::float8 AS "onTargetS",
                 ("receipt"->>'rmsErrDeg')::float8 AS "rmsErrDeg", ("receipt"->>'maxErrDeg')::float8 AS "maxErrDeg"
            FROM "Contact" WHERE "id" = ANY(${reported}::text[])`
  const byId = new Map(figures.map((f) => [f.id, f]))
  return rows.map((row) => toContact(row, byId.get(row.id)))
}
