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

/** `Make 3 stations`, `Make 1 station`. */
export const makeText = (count: number): string => `Make ${count} ${count === 1 ? 'station' : 'stations'}`
