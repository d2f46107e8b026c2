/**
 * Contacts that a person has fixed and that cannot be flown as things stand: newer elements moved them into each other, into
 * one that runs, or into maintenance. They are kept as `conflicting`, and come back when they fit again. Pure, but for
 * what is written.
 * @module
 */
import { type Firm, givingWay } from '../../shared/giving-way.js'
import { mountSchema } from '../../shared/messages.js'
import { longestSlewS } from '../../shared/mount/setup.js'
import { iso, SECOND } from '../../shared/time.js'
import type { Tx } from '../context.js'
import { type Booked, isRunning, type ScheduleDiff, type Standing } from './schedule-diff.js'
import { dropPlans } from './schedule-store.js'
import { type Change, moveContacts } from './transitions.js'

export interface FixedConflicts {
  /** By contact: why it is not flown. */
  readonly conflicting: ReadonlyMap<string, string>
  /** Ids of what the schedule had booked in the time of a fixed contact. */
  readonly gaveWay: ReadonlySet<string>
  /** Ids of fixed contacts that gave way and fit again. */
  readonly back: ReadonlySet<string>
}

type Rival = Firm & { readonly standing: Standing; readonly booked: Booked }

/**
 * @param maintained fixed contacts whose station is in maintenance then, with the reason
 * @param slewMs the longest slew of a station. The margin that a booking keeps besides is left to small drifts.
 */
export function fixedConflicts(
  { standing }: Pick<ScheduleDiff, 'standing'>,
  maintained: ReadonlyMap<string, string>,
  slewMs: (stationId: string) => number,
  now: number,
): FixedConflicts {
  const conflicting = new Map(maintained)
  const rivals: Rival[] = []
  for (const s of standing) {
    const { booked } = s
    if (booked === null || conflicting.has(booked.id)) continue
    if (!booked.fixed && !isRunning(booked, now)) continue
    const { stationId, satelliteId, priority, prepassS, postpassS } = s
    rivals.push({
      ...{ id: booked.id, stationId, satelliteId, priority, prepassS, postpassS },
      ...{ aosMs: s.aos, losMs: s.los },
      ...{ isRunning: isRunning(booked, now), standing: s, booked },
    })
  }
  for (const [{ booked }, rival] of givingWay(rivals, slewMs))
    conflicting.set(
      booked.id,
      `the antenna then follows satellite ${rival.standing.satelliteId} (contact ${rival.id}, ${rival.isRunning ? rival.booked.state : `fixed, priority ${rival.priority}`}), ${iso(rival.aosMs)} to ${iso(rival.losMs)}`,
    )
  const firm = rivals.filter(({ booked }) => booked.fixed && !conflicting.has(booked.id))
  const gaveWay = standing.flatMap(({ booked, stationId, aos, los }) =>
    booked !== null &&
    !booked.fixed &&
    !isRunning(booked, now) &&
    firm.some((f) => f.stationId === stationId && f.aosMs < los && aos < f.losMs)
      ? [booked.id]
      : [],
  )
  return {
    conflicting,
    gaveWay: new Set(gaveWay),
    back: new Set(firm.flatMap(({ booked }) => (booked.state === 'conflicting' ? [booked.id] : []))),
  }
}

/** Of these stations, the longest slew of each, ms; 0 for one that has not told its mount. */
export async function slewsOf(
  tx: Pick<Tx, 'station'>,
  stationIds: readonly string[],
): Promise<(stationId: string) => number> {
  if (stationIds.length === 0) return () => 0
  const rows = await tx.station.findMany({
    where: { id: { in: [...stationIds] } },
    select: { id: true, mount: true },
  })
  const slews = new Map<string, number>()
  for (const { id, mount } of rows) {
    const known = mountSchema.safeParse(mount)
    if (known.success) slews.set(id, longestSlewS(known.data) * SECOND)
  }
  return (stationId) => slews.get(stationId) ?? 0
}

/**
 * Writes what became of them; a contact that was in conflict before keeps its cause.
 * @returns the ids of what changed, and how many of them were called off
 */
export async function storeConflicts(
  tx: Tx,
  { conflicting, gaveWay, back }: FixedConflicts,
  change: (cause: string) => Change,
  at: string,
): Promise<{ readonly changed: string[]; readonly cancelled: number }> {
  const changed: string[] = []
  for (const [id, cause] of conflicting)
    for (const moved of await moveContacts(tx, [id], 'conflicting', change(cause))) changed.push(moved.id)
  await dropPlans(tx, changed, at)
  const gone = await moveContacts(
    tx,
    [...gaveWay],
    'cancelled',
    change('gave way to a contact that is fixed'),
  )
  const again = await moveContacts(tx, [...back], 'scheduled', {
    ...change('it fits again'),
    from: ['conflicting'],
  })
  return { changed: [...changed, ...[...gone, ...again].map(({ id }) => id)], cancelled: gone.length }
}
