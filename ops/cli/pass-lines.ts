/**
 * Passes for people and for spreadsheets.
 * @module
 */
import { stringify } from 'csv-stringify/sync'
import type { PassRecord } from '../../shared/api/passes.js'
import { LOW_LIMITS } from '../../shared/orbit/age.js'
import { DAY } from '../../shared/time.js'

/** A pass over a place that need not be a station. */
export type PlacePass = Omit<PassRecord, 'stationId'>

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

const LIGHT_WORDS = { sunlit: 'sunlit', penumbra: 'half lit', umbra: 'dark' } as const

/** `sunlit`, `sunlit > dark`: from AOS over TCA to LOS. */
function lightText({ aos, tca, los }: PassRecord['light']): string {
  const words = [aos, tca, los].map((light) => LIGHT_WORDS[light])
  return words.filter((word, i) => word !== words[i - 1]).join(' > ')
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

/** All that is known of each pass, with a line of names first; times in UTC, and as the zone has them. */
export const passCsv = (passes: readonly (PlacePass & Partial<PassRecord>)[], zone: TimeZone): string =>
  stringify(
    passes.map((p) => ({
      ...(p.stationId === undefined ? {} : { station: p.stationId }),
      satellite: p.satelliteId,
      name: p.satelliteName,
      aos_utc: p.aos,
      tca_utc: p.tca,
      los_utc: p.los,
      ...(zone === utc
        ? {}
        : { [`aos_${zone.name}`]: zone.text(p.aos), [`los_${zone.name}`]: zone.text(p.los) }),
      duration_s: p.durationS,
      max_el_deg: p.maxEl.toFixed(3),
      aos_az_deg: p.aosAz.toFixed(2),
      tca_az_deg: p.tcaAz.toFixed(2),
      los_az_deg: p.losAz.toFixed(2),
      range_km: p.rangeKm.toFixed(1),
      light_aos: p.light.aos,
      light_tca: p.light.tca,
      light_los: p.light.los,
      clipped_start: String(p.clippedStart),
      clipped_end: String(p.clippedEnd),
      elements_age_days: p.elementsAgeDays.toFixed(2),
    })),
    // A name is text, whatever a spreadsheet may think of it.
    { header: true, escape_formulas: true },
  ).trimEnd()
