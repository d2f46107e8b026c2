/**
 * The form of a station: text as people type it, and the body that core takes.
 * @module
 */
import type { z } from 'zod'
import { type Station, stationUpdateRequest } from '../../../shared/api/fleet.js'

export interface StationForm {
  readonly name: string
  readonly lat: string
  readonly lon: string
  readonly altM: string
  readonly minElevation: string
  /** One point a line: azimuth and elevation. */
  readonly mask: string
}
export type StationField = keyof StationForm

export const formOf = (station: Station): StationForm => ({
  name: station.name,
  lat: station.site === null ? '' : String(station.site.lat),
  lon: station.site === null ? '' : String(station.site.lon),
  altM: station.site === null ? '' : String(station.site.altM),
  minElevation: String(station.minElevation),
  mask: station.mask.map(({ az, el }) => `${az} ${el}`).join('\n'),
})

/** A number as people write it, with a comma or a point; NaN for anything else. */
const number = (text: string): number =>
  /^\s*[+\-−]?\d+([.,]\d+)?\s*$/.test(text)
    ? Number(text.trim().replace('−', '-').replace(',', '.'))
    : Number.NaN

const maskPoints = (text: string): { az: number; el: number }[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [az = '', el = '', ...rest] = line.trim().split(/[\s;]+/)
      return rest.length > 0 ? { az: Number.NaN, el: Number.NaN } : { az: number(az), el: number(el) }
    })

const FIELD_OF: Readonly<Record<string, StationField>> = {
  name: 'name',
  'site/lat': 'lat',
  'site/lon': 'lon',
  'site/altM': 'altM',
  minElevation: 'minElevation',
}

const HELP: Readonly<Record<StationField, string>> = {
  name: 'A name of 1 to 80 characters',
  lat: 'Degrees from −90 to 90',
  lon: 'Degrees from −180 to 180, east positive',
  altM: 'Metres from −500 to 9000',
  minElevation: 'Degrees from 0 to 89',
  mask: 'Each line: azimuth 0 to 360, then elevation 0 to 90; at most 72 lines',
}

export type StationBody = z.infer<typeof stationUpdateRequest>
type Checked =
  | { readonly ok: true; readonly body: StationBody }
  | { readonly ok: false; readonly wrong: Partial<Record<StationField, string>> }

/** Checks a form by the schema of core. A place is given whole or not at all. */
export function checkStation(form: StationForm): Checked {
  const placed = [form.lat, form.lon, form.altM].some((text) => text.trim() !== '')
  const body = {
    name: form.name,
    ...(placed ? { site: { lat: number(form.lat), lon: number(form.lon), altM: number(form.altM) } } : {}),
    minElevation: number(form.minElevation),
    mask: maskPoints(form.mask),
  }
  const parsed = stationUpdateRequest.safeParse(body)
  if (parsed.success) return { ok: true, body: parsed.data }
  const fields = parsed.error.issues.map(({ path }) => FIELD_OF[path.join('/')] ?? 'mask')
  return { ok: false, wrong: Object.fromEntries(fields.map((field) => [field, HELP[field]])) }
}
