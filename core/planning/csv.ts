/**
 * Passes, contacts and schedules as comma-separated values (RFC 4180). Pure. A name is text, whatever a spreadsheet may
 * think of it: what begins like a formula is quoted. Numbers stay numbers.
 * @module
 */
import { stringify } from 'csv-stringify/sync'
import type { Contact } from '../../shared/api/contacts.js'
import type { PassRecord } from '../../shared/api/passes.js'

/** Rows made without a turn for others: some 20 ms. */
const PART = 500

type Cell = string | number | boolean | null
type Row = Readonly<Record<string, Cell>>

const text = (rows: readonly Row[], columns: readonly string[], header: boolean): string =>
  stringify([...rows], {
    columns: [...columns],
    header,
    escape_formulas: true,
    cast: { boolean: (value) => String(value) },
  })

/** A table, piece by piece; the names of the columns come first, also when there are no rows. */
export function* csvParts(columns: readonly string[], rows: readonly Row[]): Generator<string> {
  yield text([], columns, true)
  for (let i = 0; i < rows.length; i += PART) yield text(rows.slice(i, i + PART), columns, false)
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits))

/** A pass over a place that need not be a station. */
export type PlacePass = Omit<PassRecord, 'stationId'>

const PASS_COLUMNS = [
  'satellite',
  'name',
  'aos_utc',
  'tca_utc',
  'los_utc',
  'duration_s',
  'max_el_deg',
  'aos_az_deg',
  'tca_az_deg',
  'los_az_deg',
  'range_km',
  'light_aos',
  'light_tca',
  'light_los',
  'clipped_start',
  'clipped_end',
  'elements_age_days',
] as const

const passRow = (p: PlacePass): Record<(typeof PASS_COLUMNS)[number], Cell> => ({
  satellite: p.satelliteId,
  name: p.satelliteName,
  aos_utc: p.aos,
  tca_utc: p.tca,
  los_utc: p.los,
  duration_s: p.durationS,
  max_el_deg: round(p.maxEl, 3),
  aos_az_deg: round(p.aosAz, 2),
  tca_az_deg: round(p.tcaAz, 2),
  los_az_deg: round(p.losAz, 2),
  range_km: round(p.rangeKm, 1),
  light_aos: p.light.aos,
  light_tca: p.light.tca,
  light_los: p.light.los,
  clipped_start: p.clippedStart,
  clipped_end: p.clippedEnd,
  elements_age_days: round(p.elementsAgeDays, 2),
})

/**
 * All that is known of each pass.
 * @param more further columns, first in the table, of the pass at that index
 */
export function passCsv(
  passes: readonly PlacePass[],
  more: { readonly columns: readonly string[]; readonly of: (i: number) => Row },
): Generator<string> {
  return csvParts(
    [...more.columns, ...PASS_COLUMNS],
    passes.map((pass, i) => ({ ...more.of(i), ...passRow(pass) })),
  )
}

const CONTACT_COLUMNS = [
  'id',
  'state',
  'cause',
  'actor',
  'station',
  'station_name',
  'satellite',
  'name',
  'priority',
  'aos_utc',
  'tca_utc',
  'los_utc',
  'aos_az_deg',
  'los_az_deg',
  'max_el_deg',
  'on_target_s',
  'rms_error_deg',
  'max_error_deg',
  'elements_epoch_utc',
] as const

const rounded = (value: number | null, digits: number): number | null =>
  value === null ? null : round(value, digits)

const contactRow = (c: Contact): Record<(typeof CONTACT_COLUMNS)[number], Cell> => ({
  id: c.id,
  state: c.state,
  cause: c.cause,
  actor: c.actor,
  station: c.stationId,
  station_name: c.stationName,
  satellite: c.satelliteId,
  name: c.satelliteName,
  priority: c.priority,
  aos_utc: c.aos,
  tca_utc: c.tca,
  los_utc: c.los,
  aos_az_deg: round(c.aosAz, 2),
  los_az_deg: round(c.losAz, 2),
  max_el_deg: round(c.maxEl, 3),
  on_target_s: rounded(c.onTargetS, 1),
  rms_error_deg: rounded(c.rmsErrDeg, 3),
  max_error_deg: rounded(c.maxErrDeg, 3),
  elements_epoch_utc: c.elementsEpoch,
})

export const contactCsv = (contacts: readonly Contact[]): Generator<string> =>
  csvParts(CONTACT_COLUMNS, contacts.map(contactRow))

/** One pass of a schedule: booked, or refused and why. */
export interface Decision {
  readonly decision: 'booked' | 'refused'
  readonly stationId: string
  readonly stationName: string
  readonly satelliteId: string
  readonly aos: string
  readonly los: string
  /** Of a refusal: the kind of rule that stands behind it. */
  readonly rule: string | null
  readonly reason: string
}

export const scheduleCsv = (decisions: readonly Decision[]): Generator<string> =>
  csvParts(
    ['decision', 'station', 'station_name', 'satellite', 'aos_utc', 'los_utc', 'rule', 'reason'],
    decisions.map((d) => ({
      decision: d.decision,
      station: d.stationId,
      station_name: d.stationName,
      satellite: d.satelliteId,
      aos_utc: d.aos,
      los_utc: d.los,
      rule: d.rule,
      reason: d.reason,
    })),
  )
