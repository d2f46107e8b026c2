/**
 * Reading elements in whatever form they come.
 * @module
 */
import { TalosError } from '../errors.js'
import { collect, type ParsedElements } from './element-sets.js'
import { ommFromRecord } from './omm.js'
import { isCsv, recordsFromCsv } from './omm-csv.js'
import { isKvn, recordsFromKvn } from './omm-kvn.js'
import { recordsFromXml } from './omm-xml.js'
import { parseTle } from './tle-file.js'

/** All objects ever catalogued, as OMM in XML, are half of this. */
const MOST_CHARACTERS = 100_000_000

/** Sets as records of OMM keywords, whatever they were written in. */
const parseRecords = (records: readonly unknown[]): ParsedElements =>
  collect(
    records.entries(),
    ([index, record]) => ommFromRecord(record, index),
    ([index, record]) => ({
      index,
      name: String((record as { OBJECT_NAME?: unknown } | null | undefined)?.OBJECT_NAME ?? '').slice(0, 100),
    }),
  )

/** OMM as parsed JSON: an array of sets, or one. */
export const parseOmm = (json: unknown): ParsedElements => parseRecords(Array.isArray(json) ? json : [json])

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new TalosError('elements_invalid', `The elements are not JSON: ${(cause as Error).message}.`, {
      cause,
    })
  }
}

/**
 * Elements as they come: OMM in JSON, XML, CSV or KVN, TLE or 3LE. One bad set loses no other.
 * @throws TalosError `elements_invalid` when the text as a whole is not what it begins as, or larger than any catalogue
 */
export function parseElements(text: string): ParsedElements {
  if (text.length > MOST_CHARACTERS)
    throw new TalosError(
      'elements_invalid',
      `The elements have ${text.length} characters; at most ${MOST_CHARACTERS} are read.`,
    )
  const body = text.replace(/^\uFEFF/, '')
  if (/^\s*[[{]/.test(body)) return parseOmm(parseJson(body))
  if (/^\s*</.test(body)) return parseRecords(recordsFromXml(body))
  if (isKvn(body)) return parseRecords(recordsFromKvn(body))
  if (isCsv(body)) return parseRecords(recordsFromCsv(body))
  return parseTle(body)
}
