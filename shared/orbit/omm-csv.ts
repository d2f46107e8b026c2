/**
 * Orbit Mean-Elements Messages as comma-separated values: a line of keywords, then a line for each set, as CelesTrak and
 * Space-Track have them.
 * @module
 */
import { parse } from 'csv-parse/sync'
import { TalosError } from '../errors.js'

/** Characters of one line; a set has some 250. */
const LONGEST_LINE = 10_000

/** Does the text begin with the line of keywords? */
export function isCsv(text: string): boolean {
  const [line = ''] = text.slice(0, LONGEST_LINE).trimStart().split('\n', 1)
  return line.includes(',') && /\b(?:NORAD_CAT_ID|EPOCH)\b/.test(line)
}

/**
 * One record of keywords for each set; what is empty is left out.
 * @throws TalosError `elements_invalid` when the text is no such table
 */
export function recordsFromCsv(text: string): Record<string, string>[] {
  let rows: Record<string, string>[]
  try {
    rows = parse(text, {
      columns: true,
      trim: true,
      skip_empty_lines: true,
      max_record_size: LONGEST_LINE,
    })
  } catch (cause) {
    throw new TalosError('elements_invalid', `The elements are no CSV: ${(cause as Error).message}.`, {
      cause,
    })
  }
  return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== '')))
}
