/**
 * Two-line element sets, read by their columns (CelesTrak, "NORAD Two-Line Element Set Format"). Every column is held
 * to its form: a parser that takes what it can makes NaN out of a shifted line.
 * @module
 */
import { TalosError } from '../errors.js'
import { type Omm, ommSchema } from '../messages.js'
import { epochOfTle } from './epoch.js'

/** What a range of columns holds. `from` and `to` count from 1, both included. */
interface Column {
  readonly name: string
  readonly from: number
  readonly to: number
  readonly form: RegExp
}

const column = (name: string, from: number, to: number, form: RegExp): Column => ({ name, from, to, form })

const ID = column('NORAD_CAT_ID', 3, 7, /^(?=.*\d)[ \dA-HJ-NP-Z][ \d]{3}\d$/)
const CHECKSUM = column('checksum', 69, 69, /^\d$/)
const gap = (...at: number[]) => at.map((n) => column('the blank between fields', n, n, /^ $/))
/** A decimal point is implied before five digits, a sign and one digit of exponent follow. */
const EXPONENTIAL = /^[ +-]\d{5}[+-]\d$/
const DEGREES = /^(?=.*\d\.)[ \d]{3}\.\d{4}$/

const LINE_1: readonly Column[] = [
  column('line number', 1, 1, /^1$/),
  ID,
  column('CLASSIFICATION_TYPE', 8, 8, /^[UCS ]$/),
  column('OBJECT_ID', 10, 17, /^(?:\d{5}[A-Z]{1,3} {0,2}| {8})$/),
  column('EPOCH', 19, 32, /^\d{2}(?=.*\d\.)[ \d]{3}\.\d{8}$/),
  column('MEAN_MOTION_DOT', 34, 43, /^[ +-]\.\d{8}$/),
  column('MEAN_MOTION_DDOT', 45, 52, EXPONENTIAL),
  column('BSTAR', 54, 61, EXPONENTIAL),
  // 4 would be SGP4-XP, which only its makers can propagate.
  column('EPHEMERIS_TYPE', 63, 63, /^[ 02]$/),
  column('ELEMENT_SET_NO', 65, 68, /^ *\d*$/),
  CHECKSUM,
  ...gap(2, 9, 18, 33, 44, 53, 62, 64),
]

const LINE_2: readonly Column[] = [
  column('line number', 1, 1, /^2$/),
  ID,
  column('INCLINATION', 9, 16, DEGREES),
  column('RA_OF_ASC_NODE', 18, 25, DEGREES),
  column('ECCENTRICITY', 27, 33, /^\d{7}$/),
  column('ARG_OF_PERICENTER', 35, 42, DEGREES),
  column('MEAN_ANOMALY', 44, 51, DEGREES),
  column('MEAN_MOTION', 53, 63, /^[ \d]\d\.\d{8}$/),
  column('REV_AT_EPOCH', 64, 68, /^ *\d*$/),
  CHECKSUM,
  ...gap(2, 8, 17, 26, 34, 43, 52),
]

/** Sum of the digits of columns 1 to 68, a minus counting one, modulo 10. */
export function tleChecksum(line: string): number {
  let sum = 0
  for (const c of line.slice(0, 68)) {
    if (c === '-') sum += 1
    else if (c >= '0' && c <= '9') sum += Number(c)
  }
  return sum % 10
}

/**
 * The number of a catalogue id. Alpha-5 writes the first digit of 100000 to 339999 as a letter without I and O.
 * Null for anything else.
 */
export function catalogNumber(id: string): number | null {
  const match = /^([A-HJ-NP-Z]?)(\d{1,5})$/.exec(id.trim())
  if (match?.[1] === undefined || match[2] === undefined) return null
  if (match[1] === '') return Number(match[2])
  if (match[2].length !== 4) return null
  return ('ABCDEFGHJKLMNPQRSTUVWXYZ'.indexOf(match[1]) + 10) * 10_000 + Number(match[2])
}

function refuse(lineNo: number, field: string, detail: string): never {
  throw new TalosError('elements_invalid', `line ${lineNo}: ${detail}`, {
    errors: [{ pointer: `/${lineNo}/${field.replaceAll(' ', '_')}`, detail }],
  })
}

/** The fields of one line by name; refuses a line that is not 69 columns, each of its form, with the right checksum. */
function fieldsOf(line: string, lineNo: number, columns: readonly Column[]): Map<string, string> {
  if (line.length !== 69)
    refuse(lineNo, 'length', `the line has ${line.length} characters, an element line has 69`)
  const fields = new Map<string, string>()
  for (const { name, from, to, form } of columns) {
    const text = line.slice(from - 1, to)
    if (!form.test(text))
      refuse(lineNo, name, `columns ${from} to ${to} (${name}) hold ${JSON.stringify(text)}`)
    fields.set(name, text.trim())
  }
  const sum = tleChecksum(line)
  if (fields.get('checksum') !== String(sum))
    refuse(lineNo, 'checksum', `the checksum is ${line.slice(68)}, the line adds up to ${sum}`)
  return fields
}

/** `-11606-4` is -0.11606e-4. */
const exponential = (text: string) =>
  Number(text.replace(/^([+-]?)(\d{5})([+-]\d)$/, (_, sign, digits, power) => `${sign}.${digits}e${power}`))

/** `98067A` is 1998-067A. */
const objectId = (text: string) =>
  text === '' ? '' : `${Number(text.slice(0, 2)) < 57 ? '20' : '19'}${text.slice(0, 2)}-${text.slice(2)}`

export interface TleLines {
  /** The title line of a 3LE, or empty. */
  readonly name: string
  readonly line1: string
  readonly line2: string
  /** The number of line 1 in its file, for messages. */
  readonly lineNo: number
}

/**
 * One set.
 * @throws TalosError `elements_invalid`; the field error points to `/line/FIELD`.
 */
export function ommFromTle({ name, line1, line2, lineNo }: TleLines): Omm {
  if (/\p{Cc}/u.test(name)) refuse(lineNo - 1, 'OBJECT_NAME', 'the name has control characters')
  const one = fieldsOf(line1, lineNo, LINE_1)
  const two = fieldsOf(line2, lineNo + 1, LINE_2)
  const text = (field: string) => one.get(field) ?? two.get(field) ?? ''
  const number = (field: string) => Number(text(field))
  const id = catalogNumber(text('NORAD_CAT_ID'))
  if (id === null)
    refuse(lineNo, 'NORAD_CAT_ID', `${JSON.stringify(text('NORAD_CAT_ID'))} is no catalogue id`)
  const id2 = two.get('NORAD_CAT_ID') ?? ''
  if (catalogNumber(id2) !== id)
    refuse(lineNo + 1, 'NORAD_CAT_ID', `line 1 is of ${id}, line 2 is of ${id2}: two different satellites`)
  const epoch = epochOfTle(text('EPOCH').slice(0, 2), text('EPOCH').slice(2))
  if (epoch === null) refuse(lineNo, 'EPOCH', `the year of ${text('EPOCH')} has no such day`)
  const parsed = ommSchema.safeParse({
    OBJECT_NAME: name === '' ? String(id) : name,
    OBJECT_ID: objectId(text('OBJECT_ID')),
    EPOCH: epoch,
    MEAN_MOTION: number('MEAN_MOTION'),
    ECCENTRICITY: Number(`0.${text('ECCENTRICITY')}`),
    INCLINATION: number('INCLINATION'),
    RA_OF_ASC_NODE: number('RA_OF_ASC_NODE'),
    ARG_OF_PERICENTER: number('ARG_OF_PERICENTER'),
    MEAN_ANOMALY: number('MEAN_ANOMALY'),
    EPHEMERIS_TYPE: number('EPHEMERIS_TYPE'),
    CLASSIFICATION_TYPE: text('CLASSIFICATION_TYPE'),
    NORAD_CAT_ID: id,
    ELEMENT_SET_NO: number('ELEMENT_SET_NO'),
    REV_AT_EPOCH: number('REV_AT_EPOCH'),
    BSTAR: exponential(text('BSTAR')),
    MEAN_MOTION_DOT: number('MEAN_MOTION_DOT'),
    MEAN_MOTION_DDOT: exponential(text('MEAN_MOTION_DDOT')),
  })
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const field = String(issue?.path[0] ?? '')
  refuse(
    two.has(field) && field !== 'NORAD_CAT_ID' ? lineNo + 1 : lineNo,
    field,
    issue?.message ?? 'out of range',
  )
}
