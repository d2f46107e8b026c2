/**
 * The facts behind a schedule, checked against the database: a director that planned with yesterday's stations,
 * campaigns or elements is told which of its wishes do not hold (D3).
 * @module
 */
import { type FieldError, TalosError } from '../../shared/errors.js'
import { HOUR, SECOND } from '../../shared/time.js'
import type { Tx } from '../context.js'
import { windowsOf } from './maintenance.js'
import type { Wish } from './schedule-diff.js'

export interface ElementFacts {
  readonly epoch: Date
  readonly satelliteName: string
}

/** What the wishes say of elements, by `elementsKey`. */
export type KnownElements = ReadonlyMap<string, ElementFacts>

export const elementsKey = (e: { readonly satelliteId: string; readonly elementsHash: string }): string =>
  `${e.satelliteId} ${e.elementsHash}`

/** More than these help nobody; the director reads everything anew after one. */
const MAX_ERRORS = 20

const distinct = (values: Iterable<string>): string[] => [...new Set(values)]

/**
 * Holds the rows of the stations in use until the end of the transaction, so that none is revoked or locked between the
 * look and the booking. Ordered, like every lock on several rows.
 */
export async function holdApprovedStations(
  tx: Tx,
  orgId: string,
  wishes: readonly Wish[],
): Promise<ReadonlySet<string>> {
  const ids = distinct(wishes.map((w) => w.stationId))
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM "Station"
     WHERE "orgId" = ${orgId} AND "id" = ANY(${ids}::text[]) AND "status" = 'approved' AND "lockedAt" IS NULL
     ORDER BY "id" FOR SHARE`
  return new Set(rows.map((row) => row.id))
}

async function knownElements(tx: Tx, wishes: readonly Wish[]): Promise<KnownElements> {
  const satellites = distinct(wishes.map((w) => w.satelliteId))
  const hashes = distinct(wishes.map((w) => w.elementsHash))
  const rows = await tx.$queryRaw<{ satelliteId: string; hash: string; epoch: Date; name: string }[]>`
    SELECT e."satelliteId", e."hash", e."epoch", s."name"
      FROM "ElementSet" e JOIN "Satellite" s ON s."id" = e."satelliteId"
     WHERE e."satelliteId" = ANY(${satellites}::text[]) AND e."hash" = ANY(${hashes}::text[])`
  return new Map(
    rows.map((row) => [
      elementsKey({ satelliteId: row.satelliteId, elementsHash: row.hash }),
      { epoch: row.epoch, satelliteName: row.name },
    ]),
  )
}

/** Finds the maintenance window that a wish would bind its antenna in. */
async function maintenanceAmong(tx: Tx, wishes: readonly Wish[]) {
  const earliest = wishes.reduce((least, w) => Math.min(least, w.aos), 8.64e15)
  const windows = await windowsOf(tx, distinct(wishes.map((w) => w.stationId)), new Date(earliest - HOUR))
  return ({ stationId, aos, los, prepassS, postpassS }: Wish) =>
    windows.find(
      (w) =>
        w.stationId === stationId &&
        w.from.getTime() < los + postpassS * SECOND &&
        aos - prepassS * SECOND < w.to.getTime(),
    )
}

/**
 * @param stations those that are in use: approved, and not locked
 * @param byHand the indices of wishes for what a person has fixed, with its id, and for what runs, with null: their campaign
 *   may have ended, or there was none
 * @returns the elements behind the wishes, and of those contacts by hand that would bind their antenna in maintenance, by
 *   id, why they cannot be flown
 * @throws TalosError `schedule_outdated` that names the first wishes that do not hold, and why
 */
export async function checkFacts(
  tx: Tx,
  orgId: string,
  stations: ReadonlySet<string>,
  wishes: readonly Wish[],
  byHand: ReadonlyMap<number, string | null>,
): Promise<{ readonly elements: KnownElements; readonly maintained: ReadonlyMap<string, string> }> {
  const campaigns = await tx.campaign.findMany({
    where: {
      orgId,
      id: { in: distinct(wishes.flatMap((w) => w.campaignId ?? [])) },
      enabled: true,
      deletedAt: null,
    },
    select: { id: true, satellites: true, stations: true },
  })
  const byId = new Map(
    campaigns.map((c) => [c.id, { satellites: new Set(c.satellites), stations: new Set(c.stations) }]),
  )
  const elements = await knownElements(tx, wishes)
  const windowOf = await maintenanceAmong(tx, wishes)
  const maintained = new Map<string, string>()
  const errors: FieldError[] = []
  for (const wish of wishes) {
    if (errors.length >= MAX_ERRORS) break
    const refuse = (field: keyof Wish, detail: string) =>
      errors.push({ pointer: `/contacts/${wish.index}/${field}`, detail })
    const campaign = byId.get(wish.campaignId ?? '')
    if (!stations.has(wish.stationId))
      refuse('stationId', `${wish.stationId} is no approved station of this organisation, or it is locked`)
    const window = windowOf(wish)
    if (window !== undefined) {
      const detail = `${wish.stationId} is in maintenance until ${window.to.toISOString()}: ${window.reason}`
      // A schedule is wrong to book it; a person's contact was moved there by newer elements.
      const contact = byHand.get(wish.index)
      if (contact === undefined) refuse('aos', detail)
      else if (contact !== null) maintained.set(contact, detail)
    }
    if (byHand.has(wish.index)) {
      // A person wants it, whatever its campaign says.
    } else if (campaign === undefined)
      refuse(
        'campaignId',
        wish.campaignId === null
          ? 'only what was booked by hand is for no campaign'
          : `${wish.campaignId} is no enabled campaign of this organisation`,
      )
    else if (!campaign.satellites.has(wish.satelliteId))
      refuse('satelliteId', `campaign ${wish.campaignId} does not ask for satellite ${wish.satelliteId}`)
    else if (campaign.stations.size > 0 && !campaign.stations.has(wish.stationId))
      refuse('stationId', `campaign ${wish.campaignId} does not ask for station ${wish.stationId}`)
    if (!elements.has(elementsKey(wish)))
      refuse('elementsHash', `${wish.elementsHash} names no elements of satellite ${wish.satelliteId}`)
  }
  const [first] = errors
  if (first === undefined) return { elements, maintained }
  throw new TalosError(
    'schedule_outdated',
    `${first.pointer}: ${first.detail}. Read stations, campaigns and elements anew.`,
    { errors },
  )
}
