/**
 * What a timeline shows: a span of time, its ticks, and a lane for each station. Times in epoch ms.
 * @module
 */
import type { Contact } from '../../../shared/api/contacts.js'
import type { Station } from '../../../shared/api/fleet.js'
import type { MaintenanceWindow } from '../../../shared/api/maintenance.js'
import type { Refusal } from '../../../shared/api/schedule.js'
import { DAY, HOUR, MINUTE } from '../../../shared/time.js'

export interface Span {
  readonly from: number
  readonly to: number
}

/** Hours that are in sight at once. */
export const ZOOMS = [2, 6, 24] as const
export type Zoom = (typeof ZOOMS)[number]

/** A little of the past stays in sight, so that what has just ended is not gone at once. */
const PAST_MS = 10 * MINUTE
/** The schedule reaches so far. */
const AHEAD_MS = DAY

/** @param shift half spans from now; the picture stands still for a minute */
export function spanAt(now: number, zoom: Zoom, shift: number): Span {
  const from = Math.floor((now - PAST_MS) / MINUTE) * MINUTE + (shift * zoom * HOUR) / 2
  return { from, to: from + PAST_MS + zoom * HOUR }
}

/** The last shift that still shows something of the schedule. */
export const lastShift = (zoom: Zoom): number => Math.max(0, Math.round((2 * AHEAD_MS) / (zoom * HOUR)) - 2)

const STEPS: Readonly<Record<Zoom, number>> = { 2: 15 * MINUTE, 6: 30 * MINUTE, 24: 2 * HOUR }

/** Full quarters, halves or hours inside the span; none at the very end, where its name would be cut. */
export function ticks({ from, to }: Span, zoom: Zoom): number[] {
  const step = STEPS[zoom]
  const found: number[] = []
  for (let t = Math.ceil(from / step) * step; t < to - step / 3; t += step) found.push(t)
  return found
}

export interface Place {
  /** Percent of the width. */
  readonly left: number
  readonly width: number
}

/** Where a stretch of time stands; null when it is out of sight. */
export function place(span: Span, from: number, to: number, least = 0): Place | null {
  if (to <= span.from || from >= span.to) return null
  const share = (t: number) => (100 * (t - span.from)) / (span.to - span.from)
  const left = Math.max(0, share(from))
  return { left, width: Math.max(least, Math.min(100, share(to)) - left) }
}

/** A bar narrower than this, percent, has its name beside it. */
const ROOM_INSIDE = 6

/** Where the names of narrow bars stand: from the end of the bar to the begin of the next one. */
export function namesBeside(
  span: Span,
  contacts: readonly Pick<Contact, 'id' | 'aos' | 'los'>[],
): ReadonlyMap<string, Place> {
  const sorted = [...contacts].sort((a, b) => a.aos.localeCompare(b.aos))
  const found = new Map<string, Place>()
  sorted.forEach(({ id, aos, los }, i) => {
    const bar = place(span, Date.parse(aos), Date.parse(los))
    if (bar === null || bar.width >= ROOM_INSIDE) return
    const next = sorted[i + 1]
    const room = place(span, Date.parse(los), next === undefined ? span.to : Date.parse(next.aos))
    if (room !== null) found.set(id, room)
  })
  return found
}

export interface Lane {
  readonly stationId: string
  readonly name: string
  readonly contacts: readonly Contact[]
  readonly refused: readonly Refusal[]
  readonly windows: readonly MaintenanceWindow[]
}

export interface Drawn {
  readonly stations: readonly Pick<Station, 'id' | 'name' | 'maintenance'>[]
  readonly contacts: Iterable<Contact>
  readonly refused: readonly Refusal[]
  /** The name of a satellite by its id. */
  readonly nameOf: (satelliteId: string) => string
  /** A part of the name of a station or a satellite, or the begin of a catalogue number. */
  readonly words: string
}

const inSight = (span: Span, { aos, los }: { readonly aos: string; readonly los: string }): boolean =>
  Date.parse(los) > span.from && Date.parse(aos) < span.to

/**
 * A lane for each station, in order of their names. Words that fit a station keep its whole lane; words that fit
 * satellites keep those alone, and the lanes that have one.
 */
export function lanesOf(span: Span, { stations, contacts, refused, nameOf, words }: Drawn): Lane[] {
  const wanted = words.trim().toLowerCase()
  const isWanted = (id: string, name: string) => id.startsWith(wanted) || name.toLowerCase().includes(wanted)
  const booked = new Map<string, Contact[]>()
  for (const contact of contacts)
    if (contact.state !== 'cancelled' && inSight(span, contact)) push(booked, contact.stationId, contact)
  const without = new Map<string, Refusal[]>()
  for (const refusal of refused) if (inSight(span, refusal)) push(without, refusal.stationId, refusal)
  return stations
    .flatMap(({ id, name, maintenance }): Lane[] => {
      const all = { contacts: booked.get(id) ?? [], refused: without.get(id) ?? [] }
      const lane = { stationId: id, name, windows: maintenance }
      if (wanted === '' || name.toLowerCase().includes(wanted)) return [{ ...lane, ...all }]
      const some = {
        contacts: all.contacts.filter((c) => isWanted(c.satelliteId, c.satelliteName)),
        refused: all.refused.filter((r) => isWanted(r.satelliteId, nameOf(r.satelliteId))),
      }
      return some.contacts.length + some.refused.length === 0 ? [] : [{ ...lane, ...some }]
    })
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true, sensitivity: 'base' }))
}

function push<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [item])
  else list.push(item)
}

/** Which rows of a long list are drawn: those in sight and some beside them. */
export function rowsInSight(
  count: number,
  rowPx: number,
  scrollPx: number,
  heightPx: number,
): { readonly first: number; readonly end: number } {
  const beside = 8
  const first = Math.max(0, Math.floor(scrollPx / rowPx) - beside)
  return { first, end: Math.min(count, Math.ceil((scrollPx + heightPx) / rowPx) + beside) }
}
