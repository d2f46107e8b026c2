/**
 * What reading a file of elements gives: the sets, and those that could not be read. One bad set loses no other.
 * @module
 */
import { type ErrorCode, type FieldError, TalosError } from '../errors.js'
import type { Omm } from '../messages.js'

/** A set that could not be read: where it was, whose it seems to be, and why. */
export interface RefusedSet {
  /** First line of the set in a TLE file, from 1. */
  readonly line?: number
  /** Place of the set among those of a JSON, XML, CSV or KVN file, from 0. */
  readonly index?: number
  readonly name: string
  readonly code: ErrorCode
  readonly detail: string
  readonly errors: readonly FieldError[]
}

export interface ParsedElements {
  readonly elements: Omm[]
  readonly refused: RefusedSet[]
}

/**
 * Reads sets one by one.
 * @param read throws TalosError for a set that is no good
 */
export function collect<T>(
  items: Iterable<T>,
  read: (item: T) => Omm,
  where: (item: T) => Partial<RefusedSet>,
): ParsedElements {
  const parsed: ParsedElements = { elements: [], refused: [] }
  for (const item of items) {
    try {
      parsed.elements.push(read(item))
    } catch (error) {
      if (!(error instanceof TalosError)) throw error
      const { code, detail, options } = error
      parsed.refused.push({ name: '', ...where(item), code, detail, errors: options.errors ?? [] })
    }
  }
  return parsed
}
