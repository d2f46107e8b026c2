/**
 * Reads a roster as spreadsheets write it (E10): CSV by RFC 4180, with a byte order mark or without, separated by commas,
 * semicolons or tabs, its columns in any order and case. Pure.
 * @module
 */
import { CsvError, parse } from 'csv-parse/sync'
import { MAX_BATCH } from '../../shared/api/fleet.js'
import { type Cells, COLUMNS, type Column, type RosterRow, rowOf, shown } from './roster-cells.js'

export interface RosterLine extends RosterRow {
  /** As an editor counts, the first is 1. */
  readonly line: number
}

export interface RosterFault {
  readonly line: number
  /** Empty: the whole line. */
  readonly column: string
  readonly message: string
}

export interface Roster {
  readonly lines: readonly RosterLine[]
  readonly faults: readonly RosterFault[]
}

interface Fields {
  readonly record: readonly string[]
  readonly info: { readonly lines: number }
}

/** Where more is wrong, the file as a whole is. */
const MAX_FAULTS = 100
/** Six cells of 80 characters, and what somebody else's spreadsheet has beside them. */
const MAX_LINE = 4000

const ALIASES: Readonly<Record<string, Column>> = {
  ...Object.fromEntries(COLUMNS.map((column) => [column, column])),
  ...{ station: 'name', site: 'place', location: 'place' },
  ...{ latitude: 'lat', longitude: 'lon', lng: 'lon', long: 'lon' },
  ...{ altitude: 'alt', elevation: 'alt', altm: 'alt', 'alt (m)': 'alt' },
  ...{ for: 'recipient', email: 'recipient', 'e-mail': 'recipient' },
}

/** Of the separators, the one that the first line holds most often. */
function separatorOf(text: string): string {
  const head = /^[^\r\n]*/.exec(text)?.[0] ?? ''
  const [first = ','] = [',', ';', '\t'].sort((a, b) => head.split(b).length - head.split(a).length)
  return first
}

/** Which column stands where. */
function columnsOf(head: readonly string[], complain: (column: string, message: string) => void) {
  const columns = head.map((cell): Column | null => {
    const title = cell.trim().toLowerCase()
    if (title === '') return null
    const column = Object.hasOwn(ALIASES, title) ? ALIASES[title] : undefined
    if (column === undefined)
      complain(cell.trim(), `is no column of a roster; there are ${COLUMNS.join(', ')}`)
    return column ?? null
  })
  for (const column of COLUMNS)
    if (columns.filter((one) => one === column).length > 1) complain(column, 'is there twice')
  if (!columns.includes('name'))
    complain('name', `is missing; the first line must name the columns: ${COLUMNS.join(', ')}`)
  return columns
}

function fieldsOf(text: string): Fields[] {
  return parse(text, {
    ...{ bom: true, delimiter: separatorOf(text), info: true, relax_column_count: true },
    ...{ skip_empty_lines: true, skip_records_with_empty_values: true, max_record_size: MAX_LINE },
    // One more than there may be, and the head, so that too many are noticed and not all are read.
    to: MAX_BATCH + 2,
  }) as unknown as Fields[]
}

const QUOTES: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'is the end, and a quote that was opened here or above is not closed',
  CSV_INVALID_CLOSING_QUOTE: 'has something behind a closing quote; double a quote that belongs to the text',
  INVALID_OPENING_QUOTE:
    'has a quote inside a cell; put the whole cell in quotes and double the one that belongs to the text',
  CSV_MAX_RECORD_SIZE: `is longer than ${MAX_LINE} characters; is a quote never closed?`,
}

/** The lines that could be read, and all that is wrong. */
export function readRoster(text: string): Roster {
  const lines: RosterLine[] = []
  const faults: RosterFault[] = []
  const complain = (line: number, column: string, message: string) => {
    if (faults.length < MAX_FAULTS) faults.push({ line, column, message })
  }
  let fields: Fields[]
  try {
    fields = fieldsOf(text)
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const at = Number((error as { lines?: unknown }).lines)
    complain(Number.isFinite(at) ? at : 1, '', QUOTES[error.code] ?? 'cannot be read as CSV')
    return { lines, faults }
  }
  const [head, ...body] = fields
  if (head === undefined) {
    complain(1, '', 'is empty; the first line must name the columns')
    return { lines, faults }
  }
  const columns = columnsOf(head.record, (column, message) =>
    complain(head.info.lines, shownTitle(column), message),
  )
  if (faults.length > 0) return { lines, faults }
  if (body.length === 0) complain(head.info.lines, '', 'is the only line; there is no station below it')
  if (body.length > MAX_BATCH)
    complain(body.at(-1)?.info.lines ?? 0, '', `is beyond the ${MAX_BATCH} stations that one roster may hold`)
  for (const { record, info } of body.slice(0, MAX_BATCH)) {
    const { lines: line } = info
    if (record.length > columns.length && record.slice(columns.length).some((cell) => cell.trim() !== '')) {
      complain(
        line,
        '',
        `has ${record.length} cells, the first line names ${columns.length}; does a number have a comma in place of a point?`,
      )
      continue
    }
    const row = rowOf(cellsOf(columns, record), (column, message) => complain(line, column, message))
    if (row !== null) lines.push({ line, ...row })
  }
  return { lines, faults: [...faults, ...repeated(lines)].slice(0, MAX_FAULTS) }
}

const shownTitle = (title: string): string => (COLUMNS.includes(title as Column) ? title : shown(title))

function cellsOf(columns: readonly (Column | null)[], record: readonly string[]): Cells {
  const cell = (column: Column) => record[columns.indexOf(column)] ?? ''
  return {
    ...{ name: cell('name'), place: cell('place'), recipient: cell('recipient') },
    ...{ lat: cell('lat'), lon: cell('lon'), alt: cell('alt') },
  }
}

/** Names that stand there twice; people tell stations apart by them, without regard to case. */
export function repeated(lines: readonly RosterLine[]): RosterFault[] {
  const first = new Map<string, number>()
  return lines.flatMap(({ line, name }) => {
    const known = first.get(name.toLowerCase())
    if (known === undefined) first.set(name.toLowerCase(), line)
    return known === undefined
      ? []
      : [{ line, column: 'name', message: `${shown(name)} is in line ${known} already` }]
  })
}
