/**
 * What the page of passes asks core, as it stands in the address and in the form.
 * @module
 */
import { satelliteIdSchema } from '../../../shared/api/elements.js'
import { ID_PATTERN } from '../../../shared/principal.js'
import { DAY, iso } from '../../../shared/time.js'

/** Core computes no more at once. */
const MOST_MS = 7 * DAY

export interface PassQuery {
  readonly satellite?: string
  readonly station?: string
  readonly from: string
  readonly to: string
}

export interface PassForm {
  /** Null: those of the campaigns. */
  readonly satellite: string | null
  /** Null: all. */
  readonly station: string | null
  /** Epoch ms, or null for a field that holds no moment. */
  readonly from: number | null
  readonly to: number | null
}

/** The satellite and the station that an address names; what is no id is not there. */
export function askedIn(search: string): Pick<PassForm, 'satellite' | 'station'> {
  const words = new URLSearchParams(search)
  const [satellite, station] = [words.get('satellite') ?? '', words.get('station') ?? '']
  return {
    satellite: satelliteIdSchema.safeParse(satellite).success ? satellite : null,
    station: ID_PATTERN.test(station) ? station : null,
  }
}

/** Null for times that make no window. */
export function passQuery({ satellite, station, from, to }: PassForm): PassQuery | null {
  if (from === null || to === null || to <= from || to - from > MOST_MS) return null
  return {
    ...(satellite === null ? {} : { satellite }),
    ...(station === null ? {} : { station }),
    from: iso(from),
    to: iso(to),
  }
}

/** The same as words of an address. */
export const queryText = (query: PassQuery): string => new URLSearchParams({ ...query }).toString()
