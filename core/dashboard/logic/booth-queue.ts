/**
 * Who comes next at the booth (E11).
 * @module
 */
import { MAX_BATCH } from '../../../shared/api/fleet.js'

/** One name a line; empty lines count for nothing. At most as many as a roster may have. */
export const listedNames = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(0, MAX_BATCH)

/** `Station 1`, `Station 2`, ... with as many digits as the last one has. None for a count that is no whole number from 1 to 500. */
export function countedNames(prefix: string, count: number): readonly string[] {
  if (!Number.isInteger(count) || count < 1 || count > MAX_BATCH) return []
  const digits = String(count).length
  return Array.from({ length: count }, (_, n) =>
    `${prefix.trim()} ${String(n + 1).padStart(digits, '0')}`.trim(),
  )
}
