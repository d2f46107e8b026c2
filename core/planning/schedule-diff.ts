/**
 * What must change so that the booked contacts are those of a new schedule. Pure: the database is read before and
 * written after.
 * @module
 */
import type { ContactState } from '../../shared/api/contacts.js'
import { SECOND } from '../../shared/time.js'
import { RUNNING_STATES } from './contact-states.js'

/** What a contact is, apart from its life: whom it binds and when. Times in epoch ms. */
export interface Slot {
  readonly stationId: string
  readonly satelliteId: string
  readonly aos: number
  readonly los: number
}

export interface Wish extends Slot {
  /** Its place in the request, for messages. */
  readonly index: number
  /** Null: booked by hand. */
  readonly campaignId: string | null
  readonly priority: number
  readonly worth: number | null
  readonly tca: number
  readonly aosAz: number
  readonly losAz: number
  readonly maxEl: number
  readonly elementsHash: string
  readonly downlinkHz: number | null
  readonly uplinkHz: number | null
  readonly prepassS: number
  readonly postpassS: number
  /** How far the signed plan points beside the pass, in beam widths; null: not at all, or there is none. */
  readonly shiftBeams: number | null
}

/** A contact that has not ended. */
export interface Booked extends Slot {
  readonly id: string
  readonly state: ContactState
  readonly campaignId: string | null
  readonly priority: number
  readonly worth: number | null
  /** A person says that it stands. */
  readonly fixed: boolean
  readonly elementsHash: string
  /** There is a signed plan for it. */
  readonly planned: boolean
  readonly downlinkHz: number | null
  readonly uplinkHz: number | null
  readonly prepassS: number
  readonly postpassS: number
}

export interface Pair {
  readonly booked: Booked
  readonly wish: Wish
}

export interface ScheduleDiff {
  readonly create: readonly Wish[]
  /** The pass, its direction or its radio moved by more than the plan may be wrong: planned anew. */
  readonly drift: readonly Pair[]
  /** Not planned yet and a little moved, or never settled: takes the new facts. */
  readonly retime: readonly Pair[]
  /** Keeps times and plan; only its campaign or priority is another. */
  readonly relabel: readonly Pair[]
  readonly cancel: readonly Booked[]
  /** Every wish but those for what runs already: its facts must hold, those of a running contact are history. */
  readonly ahead: readonly Wish[]
  /** The indices of wishes for what a person has fixed, with the contact, and for what runs, with null. */
  readonly byHand: ReadonlyMap<number, string | null>
  /** How many booked contacts were found again among the wishes. */
  readonly kept: number
  /** All that stands afterwards, with the times it then has. */
  readonly standing: readonly Standing[]
}

export interface Standing extends Slot {
  readonly name: string
  readonly priority: number
  readonly prepassS: number
  readonly postpassS: number
  /** Null: it is new. */
  readonly booked: Booked | null
}

/** Two predictions of one pass lie closer than this, two passes of one satellite farther apart. */
const SAME_PASS_MS = 90 * SECOND
/** Beyond this a plan begins or ends visibly beside the pass. */
export const DRIFT_MS = 1 * SECOND
/** Beyond this part of the beam width it points beside it: 12 x 0.1^2 = 0.12 dB (Gaussian main lobe). */
export const DRIFT_BEAMS = 0.1

/**
 * An antenna that is on its way to a pass, or waits for it, takes another plan until so long before AOS: a slow mount is
 * under way for minutes. Later the new plan could come too late.
 */
const RENEWAL_MS = 30 * SECOND

export interface Window {
  readonly from: number
  readonly to: number
}

/** What gave way to another is not flown, whatever the time is. */
export const isRunning = (b: Booked, now: number): boolean =>
  (RUNNING_STATES as readonly ContactState[]).includes(b.state) || (b.aos <= now && b.state !== 'conflicting')

/** Is this the same pass of the same satellite over the same station, seen with other elements? */
const samePass = (a: Slot, b: Slot): boolean =>
  a.stationId === b.stationId && a.satelliteId === b.satelliteId && Math.abs(a.aos - b.aos) <= SAME_PASS_MS

/** Do both follow one satellite from one station at one time? */
export const sharePass = (a: Slot, b: Slot): boolean =>
  a.stationId === b.stationId && a.satelliteId === b.satelliteId && a.aos < b.los && b.aos < a.los

/** Booked contacts that no wish has claimed yet: found by the time at which they begin, for there may be thousands. */
class Unmatched {
  readonly #left: Set<Booked>
  readonly #near = new Map<string, Booked[]>()

  constructor(
    booked: readonly Booked[],
    readonly now: number,
  ) {
    this.#left = new Set(booked)
    for (const b of booked)
      for (const key of [keyOf(b, place(b.aos)), ...(isRunning(b, now) ? [keyOf(b, 'running')] : [])]) {
        const list = this.#near.get(key)
        if (list === undefined) this.#near.set(key, [b])
        else list.push(b)
      }
  }

  /** The one for the pass of a wish, the nearest of several; it is claimed then. */
  take(wish: Wish): Booked | undefined {
    const at = place(wish.aos)
    let nearest: Booked | undefined
    // A wish for what already runs may begin now instead of at its AOS.
    for (const where of [at - 1, at, at + 1, 'running'])
      for (const b of this.#near.get(keyOf(wish, where)) ?? []) {
        if (!this.#left.has(b)) continue
        if (!samePass(b, wish) && !(isRunning(b, this.now) && sharePass(b, wish))) continue
        if (nearest === undefined || Math.abs(b.aos - wish.aos) < Math.abs(nearest.aos - wish.aos))
          nearest = b
      }
    if (nearest !== undefined) this.#left.delete(nearest)
    return nearest
  }

  rest(): Iterable<Booked> {
    return this.#left
  }
}

const place = (aos: number): number => Math.floor(aos / SAME_PASS_MS)
const keyOf = ({ stationId, satelliteId }: Slot, where: number | string): string =>
  `${stationId} ${satelliteId} ${where}`

/**
 * Compares what is booked with what is wished. What runs, or should by now, is not touched (design section 9), and
 * nothing is said about contacts that begin outside the window. What a person has fixed is never called off. Of what runs only
 * the plan is renewed, before AOS.
 */
export function diffSchedule(
  booked: readonly Booked[],
  wishes: readonly Wish[],
  window: Window,
  now: number,
): ScheduleDiff {
  const left = new Unmatched(booked, now)

  const create: Wish[] = []
  const pairs: Pair[] = []
  for (const wish of wishes) {
    const nearest = left.take(wish)
    if (nearest === undefined) create.push(wish)
    else pairs.push({ booked: nearest, wish })
  }

  const untouched: Booked[] = []
  const cancel: Booked[] = []
  for (const b of left.rest()) {
    const isMeant = !isRunning(b, now) && !b.fixed && b.aos >= window.from && b.aos <= window.to
    ;(isMeant ? cancel : untouched).push(b)
  }

  const drift: Pair[] = []
  const retime: Pair[] = []
  const relabel: Pair[] = []
  for (const pair of pairs) {
    const kind = kindOf(pair, now)
    if (kind === 'drift') drift.push(pair)
    else if (kind === 'retime') retime.push(pair)
    else {
      untouched.push(pair.booked)
      if (kind === 'relabel') relabel.push(pair)
    }
  }
  return {
    create,
    drift,
    retime,
    relabel,
    cancel,
    ahead: [
      ...create,
      ...pairs.filter((p) => !isRunning(p.booked, now) || drift.includes(p)).map((p) => p.wish),
    ],
    byHand: new Map(
      pairs
        .filter(({ booked: b }) => b.fixed || isRunning(b, now))
        .map(({ booked: b, wish }) => [wish.index, isRunning(b, now) ? null : b.id]),
    ),
    kept: pairs.length,
    standing: [
      ...untouched.map((b) => ({ ...b, name: `contact ${b.id}`, booked: b })),
      ...[...drift, ...retime].map(({ booked: b, wish }) => ({
        ...wish,
        name: `contact ${b.id}`,
        booked: b,
      })),
      ...create.map((wish) => ({ ...wish, name: `/contacts/${wish.index}`, booked: null })),
    ],
  }
}

function kindOf({ booked, wish }: Pair, now: number): 'drift' | 'retime' | 'relabel' | 'same' {
  const moved = Math.max(Math.abs(booked.aos - wish.aos), Math.abs(booked.los - wish.los))
  if (isRunning(booked, now)) {
    const isInTime = booked.state === 'prepass' && Math.min(booked.aos, wish.aos) >= now + RENEWAL_MS
    const isOff = moved > DRIFT_MS || (wish.shiftBeams ?? 0) > DRIFT_BEAMS
    return isInTime && isOff ? 'drift' : 'same'
  }
  if (booked.state !== 'scheduled' && booked.state !== 'uploaded') return 'retime'
  if (moved > DRIFT_MS) return 'drift'
  const isPlanWrong = (wish.shiftBeams ?? 0) > DRIFT_BEAMS || hasOtherNeeds(booked, wish)
  if (isPlanWrong) return booked.planned ? 'drift' : 'retime'
  const isRelabelled =
    booked.campaignId !== wish.campaignId || booked.priority !== wish.priority || hasNewWorth(booked, wish)
  const isRefined = moved > 0 || booked.elementsHash !== wish.elementsHash
  if (isRefined && !booked.planned) return 'retime'
  return isRelabelled ? 'relabel' : 'same'
}

/** Frequencies and waits are part of the plan. */
const hasOtherNeeds = (a: Booked, b: Wish): boolean =>
  a.downlinkHz !== b.downlinkHz ||
  a.uplinkHz !== b.uplinkHz ||
  a.prepassS !== b.prepassS ||
  a.postpassS !== b.postpassS

/** With each set of elements it changes a little; only what changes a choice is told. */
const hasNewWorth = ({ worth: old }: Booked, { worth }: Wish): boolean =>
  old === null || worth === null ? old !== worth : Math.abs(worth - old) > 0.01 * Math.max(old, worth)

/** Two that bind one antenna at one time, or null. Contacts that touch do not overlap. */
export function firstOverlap<T extends Slot>(slots: readonly T[]): readonly [T, T] | null {
  const latest = new Map<string, T>()
  for (const slot of [...slots].sort((a, b) => a.aos - b.aos)) {
    const before = latest.get(slot.stationId)
    if (before !== undefined && slot.aos < before.los) return [before, slot]
    if (before === undefined || slot.los > before.los) latest.set(slot.stationId, slot)
  }
  return null
}
