/**
 * Who follows what: the opportunities that are worth most together, one antenna one contact at a time, with a bound that
 * no schedule can pass and, for each refused opportunity, what beat it.
 * @module
 */
import { DEG } from '../shared/angles.js'
import { SECOND } from '../shared/time.js'
import type { Opportunity, RefusedOpportunity } from './opportunities.js'
import type { Problem } from './optimise/problem.js'
import type { Question, Solved } from './schedule-worker.js'

/** An antenna that is taken: from going there to leaving. Epoch ms. */
export interface Booking {
  readonly stationId: string
  readonly satelliteId: string
  readonly satelliteName: string
  readonly priority: number
  readonly aosMs: number
  readonly losMs: number
}

export interface Schedule {
  readonly chosen: readonly Opportunity[]
  readonly refused: readonly RefusedOpportunity[]
  /** Sum of `worthOf` of what was chosen. */
  readonly value: number
  /** No choice among these opportunities is worth more. */
  readonly bound: number
}

export interface ScheduleInput {
  readonly opportunities: readonly Opportunity[]
  /** What stands already and is not to be moved: running and imminent contacts. */
  readonly fixed: readonly Booking[]
  /** Is it booked already? It then stays, unless something clearly better comes. */
  readonly isBooked: (opportunity: Opportunity) => boolean
  /** Between LOS and the next AOS at a station, ms: slew and setup. */
  readonly gapMs: (stationId: string) => number
  /** Last word on an opportunity that fits in time: null, or why the mount cannot follow it. */
  readonly obstacle: (opportunity: Opportunity) => string | null
  readonly solve: (question: Question) => Promise<Solved>
}

/** A plan that is out is not called back for a gain below a tenth. */
const STAYING = 1.1
/** Each time, what the mount cannot follow is taken out; what is left then is refused. */
const MOST_TRIES = 20

/** Priority x seconds, halved at the horizon and whole at the zenith: a high pass is a near one. */
export const worthOf = ({ campaign, pass }: Opportunity): number =>
  campaign.priority * ((pass.los - pass.aos) / SECOND) * (0.5 + 0.5 * Math.sin(pass.maxEl * DEG))

const inTime = (a: Opportunity, b: Opportunity): number =>
  a.pass.aos - b.pass.aos ||
  a.antenna.station.id.localeCompare(b.antenna.station.id) ||
  a.record.id.localeCompare(b.record.id) ||
  a.pass.los - b.pass.los

/** @throws whatever `solve` does */
export async function makeSchedule(input: ScheduleInput): Promise<Schedule> {
  const { obstacle, solve } = input
  const refused: RefusedOpportunity[] = []
  let free = [...input.opportunities].sort(inTime).filter((o) => {
    const rival = input.fixed.find((b) => sharesAntenna(o, b, input.gapMs(b.stationId)))
    // The rest of a pass that is being followed is no opportunity that somebody missed.
    if (rival !== undefined && rival.satelliteId !== o.record.id) refused.push(refusal(o, beaten([rival])))
    return rival === undefined
  })
  for (let tries = 0; ; tries++) {
    const solved = await solve({ problem: problemOf(free, input), worth: free.map(worthOf) })
    const taken = solved.chosen.flatMap((i) => free[i] ?? [])
    const reasons = new Map(taken.map((o) => [o, obstacle(o)]))
    const chosen = taken.filter((o) => reasons.get(o) === null)
    if (chosen.length === taken.length || tries === MOST_TRIES) {
      refused.push(...refusedBy(solved, free, reasons))
      const value = chosen.reduce((total, o) => total + worthOf(o), 0)
      const ranked = refused.sort((a, b) => b.worth - a.worth || a.aosMs - b.aosMs)
      return { chosen, refused: ranked, value, bound: Math.max(value, solved.bound) }
    }
    const followable = new Set(free)
    for (const o of taken) {
      const reason = reasons.get(o) ?? null
      if (reason === null) continue
      followable.delete(o)
      refused.push(refusal(o, reason))
    }
    free = free.filter((o) => followable.has(o))
  }
}

/** What stays counts for more in the choice, not in its worth. */
const worthIn = (o: Opportunity, { isBooked }: ScheduleInput): number =>
  worthOf(o) * (isBooked(o) ? STAYING : 1)

const sharesAntenna = (o: Opportunity, b: Booking, gap: number): boolean =>
  o.antenna.station.id === b.stationId && o.pass.aos < b.losMs + gap && b.aosMs < o.pass.los + gap

function problemOf(opportunities: readonly Opportunity[], input: ScheduleInput): Problem {
  const stations = indexed(opportunities.map((o) => o.antenna.station.id))
  const satellites = indexed(opportunities.map((o) => o.record.id))
  return {
    tasks: opportunities.map((o) => ({
      station: stations.get(o.antenna.station.id) ?? 0,
      satellite: satellites.get(o.record.id) ?? 0,
      aosMs: o.pass.aos,
      losMs: o.pass.los,
      value: worthIn(o, input),
      quota: -1,
    })),
    setupMs: [...stations.keys()].map((id) => input.gapMs(id)),
    // Every station may follow it.
    satellites: [...satellites].map(() => ({ simultaneous: stations.size, gapMs: 0 })),
    quotas: [],
  }
}

const indexed = (names: readonly string[]): Map<string, number> =>
  new Map([...new Set(names)].map((name, index) => [name, index]))

function refusedBy(
  { refused }: Solved,
  free: readonly Opportunity[],
  reasons: ReadonlyMap<Opportunity, string | null>,
): RefusedOpportunity[] {
  const impossible = [...reasons].flatMap(([o, reason]) => (reason === null ? [] : [refusal(o, reason)]))
  const beatenOnes = refused.flatMap(({ task, beatenBy }) => {
    const o = free[task]
    const rivals = beatenBy.flatMap((i) => free[i] ?? []).map(bookingOf)
    // A pass that is cut in two is one pass: its other half beat nothing.
    if (o === undefined || rivals.some((r) => r.satelliteId === o.record.id)) return []
    return [refusal(o, beaten(rivals))]
  })
  return [...impossible, ...beatenOnes]
}

const bookingOf = (o: Opportunity): Booking => ({
  stationId: o.antenna.station.id,
  satelliteId: o.record.id,
  satelliteName: o.record.name,
  priority: o.campaign.priority,
  aosMs: o.pass.aos,
  losMs: o.pass.los,
})

const beaten = (rivals: readonly Booking[]): string =>
  `the antenna follows ${rivals.map((b) => `${b.satelliteName} (priority ${b.priority})`).join(' and ')} then`

const refusal = (o: Opportunity, reason: string): RefusedOpportunity => ({
  stationId: o.antenna.station.id,
  satelliteId: o.record.id,
  aosMs: o.pass.aos,
  losMs: o.pass.los,
  worth: worthOf(o),
  reason,
})
