/**
 * Who follows what: the opportunities that are worth most together, one antenna one contact at a time, with a bound that
 * no schedule can pass and, for each refused opportunity, what beat it.
 * @module
 */

import { DEG } from '../shared/angles.js'
import type { Campaign } from '../shared/api/campaigns.js'
import type { Forbidden, Unmet } from '../shared/api/schedule.js'
import { SECOND } from '../shared/time.js'
import { cuts } from './cuts.js'
import { boundFrom, boundTo, type Hindered, type Opportunity } from './opportunities.js'
import { packed } from './packed.js'
import { explainer, refused as refusal } from './refusals.js'
import type { RefusedOpportunity } from './refused.js'
import { bookedAmong, changeSince, type Memory, memoryOf } from './schedule-memory.js'
import { type Booking, type Candidate, type Framed, frame } from './schedule-problem.js'
import type { Question, Solved } from './schedule-worker.js'

export interface Chosen {
  readonly o: Opportunity
  readonly worth: number
}

export interface Schedule {
  readonly chosen: readonly Chosen[]
  /** The most valuable first; of those that lost to others no more than core keeps. */
  readonly refused: readonly RefusedOpportunity[]
  readonly refusedCount: number
  /** Minimums of campaigns that are not reached. */
  readonly unmet: readonly Unmet[]
  /** Sum of `worthOf` of what was chosen, less what the missing contacts of minimums cost. */
  readonly value: number
  /** No choice among these opportunities is worth more. */
  readonly bound: number
  /** To be given back the next time. */
  readonly memory: Memory
}

export interface ScheduleInput {
  readonly opportunities: readonly Opportunity[]
  readonly campaigns: readonly Campaign[]
  /** What is not to be moved: running, imminent and fixed contacts, and those that have ended and count for the day. */
  readonly standing: readonly Booking[]
  readonly forbidden: readonly Pick<Forbidden, 'stationId' | 'satelliteId' | 'from' | 'to' | 'reason'>[]
  /** Is it booked already? It then stays, unless something clearly better comes. */
  readonly holdOf: (opportunity: Opportunity) => Hold
  /** Between what one contact and the next need of a station, ms: slew and margin. */
  readonly gapMs: (stationId: string) => number
  /** What cannot be flown, whatever else there is. */
  readonly hindered: readonly Hindered[]
  /** Last word on opportunities that fit in time: of each null, or why the mount cannot follow it. */
  readonly obstacles: (opportunities: readonly Opportunity[]) => Promise<readonly (string | null)[]>
  readonly solve: (question: Question) => Promise<Solved>
  readonly nowMs: number
  /** Where the schedule ends. */
  readonly toMs: number
  /** Of the schedule before; null: all is chosen anew. */
  readonly memory: Memory | null
}

/** How firmly an opportunity is held: its plan is at the station, it is booked, or neither. */
export type Hold = 'uploaded' | 'booked' | 'free'

/** What is booked does not go for a gain below a tenth, and a plan that is out is not called back below a quarter. */
const STAYING: Readonly<Record<Hold, number>> = { uploaded: 1.25, booked: 1.1, free: 1 }
/** Each time, what the mount cannot follow is taken out; what is left then is refused. */
const MOST_TRIES = 20

/**
 * Priority x seconds in the beam x part of the power, halved at the horizon and whole at the zenith: a high pass is a
 * near one.
 */
export const worthOf = ({ campaign, pass, onTarget, link }: Opportunity): number =>
  campaign.priority *
  ((pass.los - pass.aos) / SECOND) *
  onTarget *
  link.power *
  (0.5 + 0.5 * Math.sin(pass.maxEl * DEG))

const inTime = ({ o: a }: Candidate, { o: b }: Candidate): number =>
  a.pass.aos - b.pass.aos ||
  a.antenna.station.id.localeCompare(b.antenna.station.id) ||
  a.record.id.localeCompare(b.record.id) ||
  a.pass.los - b.pass.los

/** @throws whatever `solve` does */
export async function makeSchedule(input: ScheduleInput): Promise<Schedule> {
  const { standing, memory, nowMs, holdOf, obstacles, solve } = input
  const campaigns = new Map(input.campaigns.map((c) => [c.id, c]))
  const { allowed, refused } = withoutForbidden(input)
  for (const { opportunity: o, rule, reason } of input.hindered)
    refused.push(refusal(o, worthOf(o), { rule, reason }))
  let candidates = candidatesOf(allowed, input)
  let question: Pick<Question, 'previous' | 'since'> = { previous: [] }
  let wholeAtMs = nowMs
  for (let tries = 0; ; tries++) {
    const framed = frame(candidates, { standing, campaigns, gapMs: input.gapMs, toMs: input.toMs })
    if (tries === 0) {
      const previous = bookedAmong(candidates, framed, (o) => holdOf(o) !== 'free')
      question = { previous }
      const since = changeSince(memory, candidates, standing, framed, previous, nowMs)
      if (since !== null && memory !== null) {
        question = { previous, since }
        wholeAtMs = memory.wholeAtMs
      }
    }
    const solved = await solve({
      problem: packed(framed.problem),
      worth: Float64Array.from(candidates, (c) => c.worth),
      isWhole: Uint8Array.from(candidates, (c) => Number(c.isWhole)),
      ...question,
    })
    const words = await obstacles(solved.chosen.flatMap((i) => candidates[i]?.o ?? []))
    const reasons = new Map(solved.chosen.map((i, k) => [i, words[k] ?? null]))
    const followed = solved.chosen.filter((i) => reasons.get(i) === null)
    const impossible = solved.chosen.flatMap((i) => {
      const [candidate, reason] = [candidates[i], reasons.get(i) ?? null]
      return candidate === undefined || reason === null ? [] : [{ ...candidate, reason }]
    })
    for (const { o, worth, reason, isWhole } of impossible)
      if (isWhole) refused.push(refusal(o, worth, { rule: 'mount', reason }))
    if (impossible.length === 0 || tries === MOST_TRIES) {
      const chosen = followed.flatMap((i) => candidates[i] ?? [])
      const counts = countsOf(framed, followed)
      const value = chosen.reduce((total, { worth }) => total + worth, 0) - shortfallOf(framed, counts)
      const explain = explainer(candidates, standing, framed, followed)
      const refusedCount = refused.length + solved.refusals.count
      for (const one of solved.refusals.refused) refused.push(...explain(one))
      return {
        chosen,
        refusedCount,
        refused: refused.sort((a, b) => b.worth - a.worth || a.aosMs - b.aosMs),
        unmet: framed.quotas.unmet(counts),
        value,
        bound: Math.max(value, solved.bound),
        memory: memoryOf(candidates, chosen, standing, framed, solved.prices, wholeAtMs),
      }
    }
    const gone = new Set(impossible.map(({ o }) => o))
    const kept = new Set(followed.flatMap((i) => candidates[i]?.o ?? []))
    candidates = candidates.filter(({ o }) => !gone.has(o))
    const isNear = nearAny([...gone])
    question = {
      previous: candidates.flatMap(({ o }, i) => (kept.has(o) ? [i] : [])),
      since: {
        touched: candidates.flatMap(({ o }, i) => (isNear(o) ? [i] : [])),
        prices: solved.prices,
      },
    }
  }
}

function withoutForbidden({ opportunities, forbidden }: ScheduleInput) {
  const refused: RefusedOpportunity[] = []
  const allowed = opportunities.filter((o) => {
    const ban = forbidden.find(
      (f) =>
        f.stationId === o.antenna.station.id &&
        f.satelliteId === o.record.id &&
        Date.parse(f.from) < o.pass.los &&
        o.pass.aos < Date.parse(f.to),
    )
    if (ban !== undefined)
      refused.push(refusal(o, worthOf(o), { rule: 'forbidden', reason: `it is forbidden: ${ban.reason}` }))
    return ban === undefined
  })
  return { allowed, refused }
}

/** Whole passes, and parts of those of which the campaign takes parts; in time, so that the same input is the same. */
function candidatesOf(opportunities: readonly Opportunity[], input: ScheduleInput): Candidate[] {
  const candidate = (o: Opportunity, isWhole: boolean): Candidate => {
    const worth = worthOf(o)
    return { o, worth, weight: worth * STAYING[input.holdOf(o)], isWhole }
  }
  const whole = opportunities.map((o) => candidate(o, true))
  const ofStation = new Map<string, Candidate[]>()
  for (const c of whole) {
    const { id } = c.o.antenna.station
    const list = ofStation.get(id)
    if (list === undefined) ofStation.set(id, [c])
    else list.push(c)
  }
  const parts = whole.flatMap(({ o }) => {
    if (!o.campaign.partial) return []
    const { id } = o.antenna.station
    const gap = input.gapMs(id)
    const rivals = [
      ...(ofStation.get(id) ?? [])
        .filter((c) => c.o !== o && boundFrom(c.o) < boundTo(o) + gap && boundFrom(o) < boundTo(c.o) + gap)
        .map((c) => ({ fromMs: boundFrom(c.o), toMs: boundTo(c.o), worth: c.worth })),
      ...input.standing
        .filter((b) => b.stationId === id && b.aosMs < boundTo(o) + gap && boundFrom(o) < b.losMs + gap)
        .map((b) => ({
          fromMs: b.aosMs - b.prepassS * SECOND,
          toMs: b.losMs + b.postpassS * SECOND,
          worth: Number.POSITIVE_INFINITY,
        })),
    ]
    const { prepassS, postpassS } = o.campaign
    const wait = { before: gap + prepassS * SECOND, after: gap + postpassS * SECOND }
    return cuts(o, rivals, wait).map((part) => candidate(part, false))
  })
  return [...whole, ...parts].filter(({ worth }) => worth > 0).sort(inTime)
}

/** How many contacts count for each quota. */
function countsOf({ problem }: Framed, chosen: readonly number[]): number[] {
  const counts = problem.quotas.map(() => 0)
  for (const { quota } of [...chosen.flatMap((i) => problem.tasks[i] ?? []), ...(problem.standing ?? [])])
    if (quota >= 0) counts[quota] = (counts[quota] ?? 0) + 1
  return counts
}

const shortfallOf = ({ problem }: Framed, counts: readonly number[]): number =>
  problem.quotas.reduce(
    (sum, { min, shortfall }, q) => sum + shortfall * Math.max(0, min - (counts[q] ?? 0)),
    0,
  )

/** Does an opportunity touch one of these, at the antenna or by the satellite? */
function nearAny(gone: readonly Opportunity[]): (o: Opportunity) => boolean {
  const byName = new Map<string, Opportunity[]>()
  for (const o of gone)
    for (const name of [o.antenna.station.id, o.record.id]) byName.set(name, [...(byName.get(name) ?? []), o])
  return (o) =>
    [o.antenna.station.id, o.record.id].some(
      (name) =>
        byName.get(name)?.some((other) => o.pass.aos < other.pass.los && other.pass.aos < o.pass.los) ??
        false,
    )
}
