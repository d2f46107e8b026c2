/**
 * Orbit Mean-Elements Messages as records of keywords (CCSDS 502.0-B-3, as in CelesTrak's GP data and Space-Track's),
 * whether they were written in JSON, XML, CSV or KVN. The native form of elements: catalogue ids beyond 339999 have no
 * TLE.
 * @module
 */
import { TalosError } from '../errors.js'
import { type Omm, ommSchema } from '../messages.js'
import { normalEpoch, parseEpoch } from './epoch.js'

/** Keywords that say how the numbers are meant, and the one meaning that SGP4 has. Absent counts as said. */
const MEANING = {
  CENTER_NAME: 'EARTH',
  REF_FRAME: 'TEME',
  TIME_SYSTEM: 'UTC',
  MEAN_ELEMENT_THEORY: 'SGP4',
} as const

const NUMBERS = [
  'MEAN_MOTION',
  'ECCENTRICITY',
  'INCLINATION',
  'RA_OF_ASC_NODE',
  'ARG_OF_PERICENTER',
  'MEAN_ANOMALY',
  'BSTAR',
  'NORAD_CAT_ID',
] as const

/** Numbers that some sources leave out, and which SGP4 does not use. */
const OPTIONAL = {
  EPHEMERIS_TYPE: 0,
  ELEMENT_SET_NO: 0,
  REV_AT_EPOCH: 0,
  MEAN_MOTION_DOT: 0,
  MEAN_MOTION_DDOT: 0,
} as const

/** The two values that mean SGP4; 4 is SGP4-XP, which only its makers can propagate. */
const SGP4_TYPES = [0, 2]

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/

/** A number, or Space-Track's decimal text of one; anything else is left for the schema to refuse. */
const decimal = (value: unknown): unknown =>
  typeof value === 'string' && DECIMAL.test(value) ? Number(value) : value

/** A value as JSON has it; JSON itself would say null for the infinity that 1e400 is read as. */
const shown = (value: unknown): string =>
  typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'missing')

/**
 * One set. Fields that say nothing about the orbit are dropped.
 * @param index its place in the file, for messages
 * @throws TalosError `elements_invalid`; the field error points to `/index/FIELD`.
 */
export function ommFromRecord(value: unknown, index = 0): Omm {
  const refuse = (field: string, detail: string): never => {
    throw new TalosError('elements_invalid', `set ${index}: ${field === '' ? '' : `${field}: `}${detail}`, {
      errors: [{ pointer: `/${index}${field === '' ? '' : `/${field}`}`, detail }],
    })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refuse('', 'is no record of keywords and values')
  const raw = value as Readonly<Record<string, unknown>>
  for (const [field, meaning] of Object.entries(MEANING)) {
    const said = raw[field]
    if (said !== undefined && said !== null && said !== meaning)
      refuse(field, `is ${JSON.stringify(said)}; only ${meaning} can be propagated`)
  }
  const numbers = Object.fromEntries([
    ...NUMBERS.map((field) => [field, decimal(raw[field])]),
    ...Object.entries(OPTIONAL).map(([field, absent]) => [field, decimal(raw[field] ?? absent)]),
  ])
  const parsed = ommSchema.safeParse({
    ...numbers,
    OBJECT_NAME: raw['OBJECT_NAME'] ?? String(raw['NORAD_CAT_ID']),
    OBJECT_ID: raw['OBJECT_ID'] ?? '',
    CLASSIFICATION_TYPE: raw['CLASSIFICATION_TYPE'] ?? 'U',
    EPOCH: raw['EPOCH'],
  })
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const field = String(issue?.path[0] ?? '')
    return refuse(field, `is ${shown(raw[field])}: ${issue?.message ?? 'wrong'}`)
  }
  if (!SGP4_TYPES.includes(parsed.data.EPHEMERIS_TYPE))
    refuse(
      'EPHEMERIS_TYPE',
      `is ${parsed.data.EPHEMERIS_TYPE}; only SGP4 elements (0 or 2) can be propagated`,
    )
  if (/\p{Cc}/u.test(parsed.data.OBJECT_NAME + parsed.data.OBJECT_ID))
    refuse('OBJECT_NAME', 'a name or an id of an object has control characters')
  if (parseEpoch(parsed.data.EPOCH) === null) refuse('EPOCH', `${parsed.data.EPOCH} is no date and time`)
  return { ...parsed.data, EPOCH: normalEpoch(parsed.data.EPOCH) }
}
