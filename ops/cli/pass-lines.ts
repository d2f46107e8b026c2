/**
 * Passes for people, spreadsheets and calendars.
 * @module
 */
import { calendarParts, lightText, type Place, passEntry } from '../../core/planning/calendar.js'
import { type PlacePass, passCsv } from '../../core/planning/csv.js'
import { LOW_LIMITS } from '../../shared/orbit/age.js'
import { DAY } from '../../shared/time.js'

export interface TimeZone {
  /** For heads: `UTC`, `CET`. */
  readonly name: string
  /** `2026-11-22 03:04:05` */
  text(isoText: string): string
}

export const utc: TimeZone = { name: 'UTC', text: (isoText) => isoText.slice(0, 19).replace('T', ' ') }

const two = (n: number) => String(n).padStart(2, '0')

/** The zone of this machine. */
export function localZone(atMs: number): TimeZone {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' }).formatToParts(atMs)
  return {
    name: parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'local',
    text(isoText) {
      const d = new Date(isoText)
      const day = `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`
      return `${day} ${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`
    },
  }
}

/** `9:05`, `2:03:04` */
function duration(seconds: number): string {
  const whole = Math.round(seconds)
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}

function notes({ clippedStart, clippedEnd, elementsAgeDays }: PlacePass): string {
  const sight = clippedStart
    ? clippedEnd
      ? 'in sight all the time'
      : 'in sight already'
    : clippedEnd
      ? 'in sight beyond'
      : ''
  const age = elementsAgeDays * DAY >= LOW_LIMITS.warnMs ? `elements ${elementsAgeDays.toFixed(0)} d old` : ''
  return [sight, age].filter((text) => text !== '').join(', ')
}

export const passHead = (zone: TimeZone): string[] => [
  `AOS (${zone.name})`,
  'TCA',
  'LOS',
  'SATELLITE',
  'MAX EL',
  'AZIMUTH',
  'RANGE',
  'FOR',
  'LIGHT',
  '',
]

const clock = (zone: TimeZone, isoText: string, first: string): string => {
  const text = zone.text(isoText)
  return text.slice(0, 10) === zone.text(first).slice(0, 10) ? text.slice(11) : text
}

export const passRow = (p: PlacePass, zone: TimeZone): string[] => [
  zone.text(p.aos),
  clock(zone, p.tca, p.aos),
  clock(zone, p.los, p.aos),
  p.satelliteName,
  p.maxEl.toFixed(1),
  [p.aosAz, p.tcaAz, p.losAz].map((az) => `${Math.round(az) % 360}`).join(' > '),
  `${Math.round(p.rangeKm)} km`,
  duration(p.durationS),
  lightText(p.light),
  notes(p),
]

/** A table of passes; with the times of a zone beside those of UTC, and the station where there is one. */
export function passTable(
  passes: readonly PlacePass[],
  zone: TimeZone,
  stationOf: ((i: number) => { readonly id: string; readonly name: string }) | null,
): string {
  const isLocal = zone !== utc
  const times = isLocal ? [`aos_${zone.name}`, `los_${zone.name}`] : []
  const parts = passCsv(passes, {
    columns: [...(stationOf === null ? [] : ['station', 'station_name']), ...times],
    of: (i) => {
      const [pass, station] = [passes[i], stationOf?.(i)]
      return {
        ...(station === undefined ? {} : { station: station.id, station_name: station.name }),
        ...(isLocal && pass !== undefined
          ? { [`aos_${zone.name}`]: zone.text(pass.aos), [`los_${zone.name}`]: zone.text(pass.los) }
          : {}),
      }
    },
  })
  return [...parts].join('')
}

/** Passes as a calendar. */
export function passCalendar(
  passes: readonly PlacePass[],
  placeOf: (i: number) => Place & { readonly id: string },
  nowMs: number,
): string {
  return [
    ...calendarParts(
      'Passes',
      passes.map((p, i) => passEntry(p, placeOf(i), nowMs)),
    ),
  ].join('')
}
