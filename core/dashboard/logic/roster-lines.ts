/**
 * A roster as core has read it, line by line, with what is wrong in each (E10). The rules are core's.
 * @module
 */
import type { RosterResponse } from '../../../shared/api/fleet.js'

type Row = RosterResponse['rows'][number]
type Fault = RosterResponse['errors'][number]

export interface RosterLine {
  readonly line: number
  /** Null where nothing could be made of it. */
  readonly row: Row | null
  readonly faults: readonly Fault[]
}

/** All lines that were read or are at fault, in their order. */
export function rosterLines({
  rows,
  errors,
}: Pick<RosterResponse, 'rows' | 'errors'>): readonly RosterLine[] {
  const lines = new Map<number, { line: number; row: Row | null; faults: Fault[] }>()
  const at = (line: number) => {
    const known = lines.get(line) ?? { line, row: null, faults: [] }
    lines.set(line, known)
    return known
  }
  for (const row of rows) at(row.line).row = row
  for (const fault of errors) at(fault.line).faults.push(fault)
  return [...lines.values()].sort((a, b) => a.line - b.line)
}

/** How many lines name a station that is there already. */
export const knownIn = (rows: readonly Row[]): number =>
  rows.filter(({ stationId }) => stationId !== undefined).length

const many = (count: number, one: string) => `${count} ${count === 1 ? one : `${one}s`}`

/** `3 stations`; with those that are there already, `2 stations and 3 links`. */
export function makeText(rows: readonly Row[]): string {
  const known = knownIn(rows)
  const made = many(rows.length - known, 'station')
  return known === 0 ? `Make ${made}` : `Make ${made} and ${many(rows.length, 'link')}`
}

/** `3 lines, no errors.` or how many of them have some. */
export function lookedText(lines: readonly RosterLine[]): string {
  const faulty = lines.filter(({ faults }) => faults.length > 0).length
  return faulty === 0
    ? `${many(lines.length, 'line')}, no errors.`
    : `${faulty} of ${many(lines.length, 'line')} with errors. Nothing is made until all are mended.`
}
