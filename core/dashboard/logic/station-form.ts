/**
 * The form of a station: text as people type it, and the body that core takes.
 * @module
 */
import type { z } from 'zod'
import { type Station, stationUpdateRequest } from '../../../shared/api/fleet.js'
import { polarisationSchema, type RadioBand } from '../../../shared/api/radio.js'
import { typedNumber } from './typed-number.js'

export interface StationForm {
  readonly name: string
  readonly lat: string
  readonly lon: string
  readonly altM: string
  readonly minElevation: string
  /** One point a line: azimuth and elevation. */
  readonly mask: string
  /** One band a line: receive or transmit, from and to in MHz, and a polarisation or nothing. */
  readonly rf: string
}
export type StationField = keyof StationForm

const MEGA = 1e6

const bandLine = ({ direction, lowHz, highHz, polarisation }: RadioBand): string =>
  [direction, lowHz / MEGA, highHz / MEGA, ...(polarisation === 'any' ? [] : [polarisation])].join(' ')

/** The bands of a text; null where a line is none. `receive 430-440 rhcp` is as good as `receive 430 440 rhcp`. */
export function radioBands(text: string): RadioBand[] | null {
  const bands: RadioBand[] = []
  for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
    const words = line
      .trim()
      .toLowerCase()
      .split(/\s*[-–]\s*|\s+/)
    const [direction, low = '', high = '', polarisation = 'any', ...rest] = words.filter((w) => w !== 'mhz')
    const [lowHz, highHz] = [low, high].map((mhz) => Math.round(typedNumber(mhz) * MEGA))
    const heard = polarisationSchema.safeParse(polarisation)
    const isBand = (direction === 'receive' || direction === 'transmit') && rest.length === 0 && heard.success
    if (!isBand || lowHz === undefined || highHz === undefined || !(lowHz < highHz)) return null
    bands.push({ direction, lowHz, highHz, polarisation: heard.data })
  }
  return bands
}

export const formOf = (station: Station): StationForm => ({
  name: station.name,
  lat: station.site === null ? '' : String(station.site.lat),
  lon: station.site === null ? '' : String(station.site.lon),
  altM: station.site === null ? '' : String(station.site.altM),
  minElevation: String(station.minElevation),
  mask: station.mask.map(({ az, el }) => `${az} ${el}`).join('\n'),
  rf: station.rf.map(bandLine).join('\n'),
})

const maskPoints = (text: string): { az: number; el: number }[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [az = '', el = '', ...rest] = line.trim().split(/[\s;]+/)
      return rest.length > 0
        ? { az: Number.NaN, el: Number.NaN }
        : { az: typedNumber(az), el: typedNumber(el) }
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
  rf: 'Each line: receive or transmit, then from and to in MHz, then rhcp, lhcp, horizontal, vertical or nothing',
  mask: 'Each line: azimuth 0 to 360, then elevation 0 to 90; at most 72 lines',
}

export type StationBody = z.infer<typeof stationUpdateRequest>
type Checked =
  | { readonly ok: true; readonly body: StationBody }
  | { readonly ok: false; readonly wrong: Partial<Record<StationField, string>> }

/** Checks a form by the schema of core. A place is given whole or not at all. */
export function checkStation(form: StationForm): Checked {
  const placed = [form.lat, form.lon, form.altM].some((text) => text.trim() !== '')
  const rf = radioBands(form.rf)
  const body = {
    name: form.name,
    ...(placed
      ? { site: { lat: typedNumber(form.lat), lon: typedNumber(form.lon), altM: typedNumber(form.altM) } }
      : {}),
    minElevation: typedNumber(form.minElevation),
    mask: maskPoints(form.mask),
    rf: rf ?? [],
  }
  const parsed = stationUpdateRequest.safeParse(body)
  if (parsed.success && rf !== null) return { ok: true, body: parsed.data }
  const fields: StationField[] = (parsed.error?.issues ?? []).map(({ path }) =>
    path[0] === 'rf' ? 'rf' : (FIELD_OF[path.join('/')] ?? 'mask'),
  )
  if (rf === null) fields.push('rf')
  return { ok: false, wrong: Object.fromEntries(fields.map((field) => [field, HELP[field]])) }
}
