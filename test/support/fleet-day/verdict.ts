/**
 * What a day came to, read from the database when it is over.
 * @module
 */
import { decodeJwt } from 'jose'
import type { PrismaClient } from '../../../prisma/generated/client.js'
import { TERMINAL_STATES } from '../../../shared/api/contacts.js'
import { DIRECTOR } from '../../../shared/called-off.js'
import { planSchema } from '../../../shared/messages.js'
import { iso, MINUTE, SECOND } from '../../../shared/time.js'
import type { SimulatedAntenna, Stretch } from './antenna.js'

export interface Verdict {
  readonly contacts: number
  /** By the state in which they ended. */
  readonly states: Readonly<Record<string, number>>
  /** Pairs that bound one antenna at one time. */
  readonly doubleBooked: readonly string[]
  /** Plans that a station, which could be reached, did not have when it had to begin to move. */
  readonly latePlans: readonly string[]
  /** Plans that were there when the antenna had to begin to move. */
  readonly plansInTime: number
  /** Plans of stations that could not be reached in time. */
  readonly excusedPlans: number
  /** Contacts that did not end, or of which a step has no cause or actor. */
  readonly unnamedEnds: readonly string[]
  /** Contacts that were moved by new elements, and had another plan in time. */
  readonly driftedReplanned: number
  /** And that were neither planned anew nor called off. */
  readonly driftedLost: readonly string[]
  /** Refusals that stood in the schedule, at all looks together. */
  readonly refused: number
  readonly refusedWithoutReason: number
  /** Contacts that a person fixed or booked. */
  readonly fixed: number
  /** Of them, what the director called off. */
  readonly fixedGivenUp: readonly string[]
  readonly maintenances: number
  /** Contacts that an antenna began while it was in a maintenance that was planned before. */
  readonly inMaintenance: readonly string[]
  readonly flownAlone: number
  readonly onTargetS: number
  /** Median of the root mean square errors of completed contacts, degrees. */
  readonly rmsErrDeg: number | null
}

/** Longest way of a plan from a booking to a station: signing, sending, and a turn of whoever comes before. */
const LEAD_MS = 90 * SECOND
/** After a line is back, the agent may wait this long before it knocks. */
const RETURN_MS = MINUTE

async function load(prisma: PrismaClient) {
  return await prisma.contact.findMany({
    include: { events: { orderBy: { id: 'asc' } } },
    orderBy: { aos: 'asc' },
  })
}
type Row = Awaited<ReturnType<typeof load>>[number]

const said = (row: Row): string =>
  `${row.satelliteName} over ${row.stationId.slice(0, 8)} ${iso(row.aos.getTime()).slice(0, 19)}: ${row.events
    .map((e) => `${iso(e.at.getTime()).slice(11, 19)} ${e.to} (${e.cause}, ${e.actor.slice(0, 12)})`)
    .join(' > ')}`

/** When it binds its antenna; null when it was called off before. */
function boundTo({ aos, los, state, events }: Row): Stretch | null {
  const ended = events.at(-1)?.at.getTime() ?? 0
  const to = state === 'completed' || state === 'partial' ? los.getTime() : Math.min(los.getTime(), ended)
  return to > aos.getTime() ? { from: aos.getTime(), to } : null
}

function overlaps(rows: readonly Row[]): string[] {
  const found: string[] = []
  for (const [i, row] of rows.entries()) {
    const mine = boundTo(row)
    if (mine === null) continue
    for (const other of rows.slice(i + 1)) {
      if (other.aos.getTime() >= mine.to) break
      const theirs = boundTo(other)
      if (other.stationId === row.stationId && theirs !== null)
        found.push(`${said(row)}\n  and ${said(other)}`)
    }
  }
  return found
}

/** What began in a maintenance window that was there by then. */
async function maintained(prisma: PrismaClient, rows: readonly Row[]) {
  const windows = await prisma.maintenanceWindow.findMany()
  const found = rows.filter((row) => {
    const bound = boundTo(row)
    return (
      bound !== null &&
      windows.some(
        (w) =>
          w.stationId === row.stationId &&
          w.createdAt.getTime() < bound.from &&
          w.from.getTime() < bound.to &&
          bound.from < (w.endedAt ?? w.to).getTime(),
      )
    )
  })
  return { maintenances: windows.length, inMaintenance: found.map(said) }
}

/** When the antenna had to begin to move, by the newest plan; null without one. */
function beginMs(row: Row): number | null {
  if (row.planJws === null) return null
  const { args } = decodeJwt<{ readonly args: unknown }>(row.planJws)
  const plan = planSchema.safeParse(args)
  return plan.success ? Date.parse(plan.data.prepassAt) : null
}

export async function judge(
  prisma: PrismaClient,
  antennas: readonly SimulatedAntenna[],
  refusals: Refusals,
  nowMs: number,
): Promise<Verdict> {
  const rows = await load(prisma)
  const stretches = new Map(antennas.map((a) => [a.stationId, a.reachable]))
  const couldReach = (id: string, from: number, to: number) =>
    stretches.get(id)?.some((s) => s.from + RETURN_MS <= from && s.to >= to) ?? false
  const states: Record<string, number> = {}
  const latePlans: string[] = []
  const driftedLost: string[] = []
  let [plansInTime, excusedPlans, driftedReplanned] = [0, 0, 0]
  for (const row of rows) {
    states[row.state] = (states[row.state] ?? 0) + 1
    if (row.state === 'cancelled') continue
    const begin = Math.min(beginMs(row) ?? row.aos.getTime(), row.aos.getTime())
    // The last time that it was booked, or moved by new elements.
    const booked =
      row.events.filter((e) => e.to === 'scheduled' && e.from !== 'uploaded').at(-1) ?? row.events[0]
    const bookedMs = booked?.at.getTime() ?? 0
    const had = row.events.find((e) => e.to === 'uploaded' && e.at.getTime() >= bookedMs)?.at.getTime()
    if (bookedMs + LEAD_MS > begin || begin > nowMs) continue
    if (had !== undefined && had <= begin) plansInTime += 1
    else if (couldReach(row.stationId, Math.max(bookedMs, begin - LEAD_MS), begin)) latePlans.push(said(row))
    else excusedPlans += 1
  }
  for (const row of rows) {
    const drift = row.events.findIndex((e) => e.to === 'drifted')
    if (drift < 0) continue
    const after = row.events.slice(drift + 1)
    if (after.some((e) => e.to === 'uploaded')) driftedReplanned += 1
    else if (
      row.state !== 'cancelled' &&
      couldReach(row.stationId, row.aos.getTime() - LEAD_MS, row.aos.getTime())
    )
      driftedLost.push(said(row))
  }
  const isTerminal = (state: string) => (TERMINAL_STATES as readonly string[]).includes(state)
  const unnamed = rows.filter(
    (row) =>
      (!isTerminal(row.state) && row.los.getTime() < nowMs) ||
      row.events.length === 0 ||
      row.events.at(-1)?.to !== row.state ||
      row.events.some((e) => e.cause.trim() === '' || e.actor.trim() === ''),
  )
  const receipts = rows.flatMap(({ state, receipt }) =>
    receipt === null
      ? []
      : [{ state, ...(receipt as { onTargetS: number; rmsErrDeg: number | null; autonomyS: number }) }],
  )
  const fixed = rows.filter(({ fixedBy }) => fixedBy !== null)
  const givenUp = fixed.filter(
    ({ state, events }) => state === 'cancelled' && events.at(-1)?.actor === DIRECTOR,
  )
  const errors = receipts
    .filter(({ state, rmsErrDeg }) => state === 'completed' && rmsErrDeg !== null)
    .map(({ rmsErrDeg }) => rmsErrDeg ?? 0)
    .sort((a, b) => a - b)
  return {
    contacts: rows.length,
    states,
    doubleBooked: overlaps(rows),
    latePlans,
    plansInTime,
    excusedPlans,
    unnamedEnds: unnamed.map(said),
    driftedReplanned,
    driftedLost,
    refused: refusals.seen,
    refusedWithoutReason: refusals.withoutReason,
    fixed: fixed.length,
    fixedGivenUp: givenUp.map(said),
    ...(await maintained(prisma, rows)),
    flownAlone: receipts.filter(({ autonomyS }) => autonomyS > 10).length,
    onTargetS: Math.round(receipts.reduce((sum, { onTargetS }) => sum + onTargetS, 0)),
    rmsErrDeg: errors[Math.floor(errors.length / 2)] ?? null,
  }
}

/** What the looks at the schedule of the day found. */
export interface Refusals {
  looks: number
  seen: number
  withoutReason: number
}

/** Counts what the schedule refuses now: the next one forgets it. */
export async function lookAtRefusals(prisma: PrismaClient, into: Refusals): Promise<void> {
  const rows = await prisma.refusal.findMany({ select: { reason: true } })
  into.looks += 1
  into.seen += rows.length
  into.withoutReason += rows.filter((r) => r.reason.trim() === '').length
}
