/**
 * Contacts and passes as an iCalendar file (RFC 5545). Pure; made in parts, since the work of a large one would keep
 * others from their turn.
 * @module
 */
import ical, { foldLines, ICalEventStatus, ICalEventTransparency } from 'ical-generator'
import type { Contact, ContactState } from '../../shared/api/contacts.js'
import type { PassRecord } from '../../shared/api/passes.js'
import { MINUTE, SECOND } from '../../shared/time.js'
import type { PlacePass } from './csv.js'

/** How often a program should ask again. */
const REFRESH_MS = 15 * MINUTE
/** Events made without a turn for others: some 20 ms. */
const PART = 100

export interface Place {
  readonly name: string
  /** Degrees; without them the place has only its name. */
  readonly lat: number | null
  readonly lon: number | null
}

/** Times in epoch ms. */
export interface CalendarEntry {
  /** The same for one contact, whatever becomes of it; a program replaces by it what it had. */
  readonly uid: string
  /** Grows with each change. */
  readonly sequence: number
  readonly status: 'tentative' | 'confirmed' | 'cancelled'
  readonly startMs: number
  readonly endMs: number
  readonly changedMs: number
  readonly summary: string
  readonly lines: readonly string[]
  readonly place: Place
  readonly url?: string
}

const STATUS = {
  tentative: ICalEventStatus.TENTATIVE,
  confirmed: ICalEventStatus.CONFIRMED,
  cancelled: ICalEventStatus.CANCELLED,
} as const

/** What is in a title before the name; what is booked, runs or went well needs no word. */
const WORDS: Partial<Record<ContactState, string>> = {
  proposed: 'Proposed: ',
  conflicting: 'In conflict: ',
  partial: 'In part: ',
  missed: 'Missed: ',
  failed_station: 'Failed: ',
  failed_system: 'Failed: ',
  cancelled: 'Cancelled: ',
}

const statusOf = (state: ContactState): CalendarEntry['status'] => {
  if (state === 'cancelled') return 'cancelled'
  return state === 'proposed' || state === 'conflicting' ? 'tentative' : 'confirmed'
}

/**
 * @param place of its station
 * @param base public address of this installation, without a slash at its end
 */
export function contactEntry(contact: Contact, place: Place, base: string): CalendarEntry {
  const { id, state, satelliteName, stationName, cause, actor } = contact
  const changedMs = Date.parse(contact.updatedAt)
  return {
    uid: `${id}@talos`,
    // Seconds since it was booked: no two revisions that a program could have fetched between are told as one.
    sequence: Math.max(0, Math.floor((changedMs - Date.parse(contact.createdAt)) / SECOND)),
    status: statusOf(state),
    startMs: Date.parse(contact.aos),
    endMs: Date.parse(contact.los),
    changedMs,
    summary: `${WORDS[state] ?? ''}${satelliteName} over ${stationName}`,
    lines: [
      `State: ${state}, ${cause} (${actor})`,
      `Culmination: ${contact.maxEl.toFixed(1)} degrees at ${contact.tca.slice(11, 19)} UTC`,
      `Azimuth: ${contact.aosAz.toFixed(0)} to ${contact.losAz.toFixed(0)} degrees`,
      `Satellite ${contact.satelliteId}, priority ${contact.priority}`,
    ],
    place,
    url: `${base}/contacts/${id}`,
  }
}

const LIGHT_WORDS = { sunlit: 'sunlit', penumbra: 'half lit', umbra: 'dark' } as const

/** `sunlit`, `sunlit > dark`: from AOS over TCA to LOS. */
export function lightText({ aos, tca, los }: PassRecord['light']): string {
  const words = [aos, tca, los].map((light) => LIGHT_WORDS[light])
  return words.filter((word, i) => word !== words[i - 1]).join(' > ')
}

/**
 * A pass over a place. Its name depends on place, satellite and hour: a file of the same passes replaces itself.
 * @param nowMs of the computation: a newer one replaces an older one
 */
export function passEntry(
  pass: PlacePass,
  { id, ...place }: Place & { readonly id: string },
  nowMs: number,
): CalendarEntry {
  return {
    uid: `${pass.satelliteId}-${pass.tca.slice(0, 13)}-${id}@talos`,
    sequence: Math.floor(nowMs / MINUTE),
    status: 'confirmed',
    startMs: Date.parse(pass.aos),
    endMs: Date.parse(pass.los),
    changedMs: nowMs,
    summary: `${pass.satelliteName} over ${place.name}`,
    lines: [
      `Culmination: ${pass.maxEl.toFixed(1)} degrees at ${pass.tca.slice(11, 19)} UTC, ${Math.round(pass.rangeKm)} km away`,
      `Azimuth: ${[pass.aosAz, pass.tcaAz, pass.losAz].map((az) => Math.round(az) % 360).join(' > ')} degrees`,
      `Light: ${lightText(pass.light)}`,
    ],
    place,
  }
}

/** TEXT of a calendar's name, which the library writes as it is (RFC 5545, 3.3.11). */
const escaped = (text: string) => text.replace(/[\\;,]/g, '\\$&').replace(/[\r\n]+/g, ' ')

/** The whole file, piece by piece; whoever sends it may give others a turn after each. */
export function* calendarParts(name: string, entries: readonly CalendarEntry[]): Generator<string> {
  const calendar = ical({
    name: escaped(name),
    prodId: { company: 'Talos', product: 'Talos', language: 'EN' },
    ttl: REFRESH_MS / SECOND,
  })
  const end = 'END:VCALENDAR'
  yield calendar.toString().slice(0, -end.length)
  for (let i = 0; i < entries.length; i += PART)
    yield entries
      .slice(i, i + PART)
      .map((entry) => foldLines(calendar.createEvent(eventOf(entry)).toString()))
      .join('')
  yield `${end}\r\n`
}

function eventOf({ place, lines, url, ...entry }: CalendarEntry) {
  const { name, lat, lon } = place
  return {
    id: entry.uid,
    sequence: entry.sequence,
    status: STATUS[entry.status],
    start: new Date(entry.startMs),
    end: new Date(entry.endMs),
    // Without a METHOD it says when the entry was changed last (RFC 5545, 3.8.7.2); so equal data are equal files.
    stamp: new Date(entry.changedMs),
    lastModified: new Date(entry.changedMs),
    summary: entry.summary,
    description: lines.join('\n'),
    location: { title: name, ...(lat === null || lon === null ? {} : { geo: { lat, lon } }) },
    // An antenna is busy then, not the person who looks at the calendar.
    transparency: ICalEventTransparency.TRANSPARENT,
    ...(url === undefined ? {} : { url }),
  }
}
