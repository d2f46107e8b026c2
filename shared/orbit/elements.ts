/**
 * Element sets: reading files of them, naming them, and judging whether one may be used. A set that is wrong or old is
 * refused here, before anything is pointed with it.
 * @module
 */
import { type ErrorCode, type FieldError, TalosError } from '../errors.js'
import type { Omm } from '../messages.js'
import { DAY } from '../time.js'
import { semiMajorAxis } from './axis.js'
import { normalEpoch, parseEpoch } from './epoch.js'
import { ommFromJson } from './omm.js'
import { satelliteFrom } from './propagate.js'
import { ommFromTle } from './tle.js'

/** A set that could not be read: where it was, whose it seems to be, and why. */
export interface RefusedSet {
  /** First line of the set in a TLE file, from 1. */
  readonly line?: number
  /** Place of the set in a JSON array, from 0. */
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

function collect<T>(items: Iterable<T>, read: (item: T) => Omm, where: (item: T) => Partial<RefusedSet>) {
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

/** OMM as parsed JSON: an array of sets, or one. One bad set does not lose the others. */
export function parseOmm(json: unknown): ParsedElements {
  const sets: unknown[] = Array.isArray(json) ? json : [json]
  return collect(
    sets.entries(),
    ([index, set]) => ommFromJson(set, index),
    ([index, set]) => ({
      index,
      name: String((set as { OBJECT_NAME?: unknown } | null | undefined)?.OBJECT_NAME ?? '').slice(0, 100),
    }),
  )
}

/** One group of lines of a TLE file. Without `line2` it is no set. */
interface Group {
  readonly line: number
  readonly name: string
  readonly line1: string
  readonly line2?: string
}

/** Titles have at most 24 characters; a line that begins as an element line and is longer is one, if a broken one. */
const isElementLine = (text: string | undefined, number: 1 | 2) =>
  text?.startsWith(`${number} `) === true && text.length > 26

function* groups(text: string): Generator<Group> {
  const lines = text
    .split(/\r\n|\n|\r/)
    .map((raw, i) => ({ text: raw.trimEnd(), no: i + 1 }))
    .filter((line) => line.text !== '' && !line.text.startsWith('#'))
  let name = ''
  for (let i = 0; i < lines.length; i++) {
    const { text: line = '', no = 0 } = lines[i] ?? {}
    const next = lines[i + 1]?.text
    if (isElementLine(line, 1) && next !== undefined && isElementLine(next, 2)) {
      yield { line: no, name, line1: line, line2: next }
      name = ''
      i++
    } else if (!isElementLine(line, 1) && !isElementLine(line, 2) && isElementLine(next, 1)) {
      name = line.replace(/^0 /, '').trim()
    } else {
      yield { line: no, name, line1: line }
      name = ''
    }
  }
}

/** TLE or 3LE text. Empty lines and lines that begin with `#` are passed over. One bad set does not lose the others. */
export const parseTle = (text: string): ParsedElements =>
  collect(
    groups(text),
    ({ line, name, line1, line2 }) => {
      if (line2 !== undefined) return ommFromTle({ name, line1, line2, lineNo: line })
      const detail = `${JSON.stringify(line1.slice(0, 80))} is no part of an element set: line 1 and line 2 must follow each other`
      throw new TalosError('elements_invalid', `line ${line}: ${detail}`, {
        errors: [{ pointer: `/${line}`, detail }],
      })
    },
    ({ line, name, line1 }) => ({
      line,
      name: name === '' && /^[12] /.test(line1) ? line1.slice(2, 7).trim() : name,
    }),
  )

/**
 * Elements as they come: OMM JSON, TLE or 3LE.
 * @throws TalosError `elements_invalid` when the text begins as JSON and is none
 */
export function parseElements(text: string): ParsedElements {
  const body = text.replace(/^\uFEFF/, '')
  if (!/^\s*[[{]/.test(body)) return parseTle(body)
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch (cause) {
    throw new TalosError('elements_invalid', `The elements are not JSON: ${(cause as Error).message}.`, {
      cause,
    })
  }
  return parseOmm(json)
}

/**
 * The text of a set that is hashed to name it: JSON with sorted keys and no blanks (RFC 8785), the epoch in one
 * spelling. Equal sets give equal text, wherever they came from.
 */
export function canonicalOmm(omm: Omm): string {
  const entries = Object.entries({ ...omm, EPOCH: normalEpoch(omm.EPOCH) })
  return JSON.stringify(Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))))
}

/**
 * How old the set is, ms; negative when its epoch is to come.
 * @throws TalosError `elements_invalid` when the epoch is no date
 */
export function elementAgeMs(omm: Omm, nowMs: number): number {
  const epoch = parseEpoch(omm.EPOCH)
  if (epoch === null) throw new TalosError('elements_invalid', `The epoch ${omm.EPOCH} is no date and time.`)
  return nowMs - epoch
}

/** From this age on a set is used with a warning. */
export const ELEMENTS_WARN_MS = 3 * DAY
/** From this age on a set of a low orbit is refused: one in ten is then a minute off, and worse where it manoeuvres. */
export const ELEMENTS_REFUSE_MS = 14 * DAY
/** An epoch may lie ahead by this much: some operators publish the state after the next manoeuvre. */
export const ELEMENTS_AHEAD_MS = DAY
/** SGP4's own boundary between near earth and deep space, minutes; above it there is no drag to age a set. */
const LOW_ORBIT_PERIOD_MIN = 225
/** Below: 120 km of height, where no orbit lasts. Above: beyond the Moon. km from the centre of the Earth. */
const RADIUS_KM = { min: 6498, max: 400_000 } as const

export interface Judgement {
  readonly ok: true
  readonly warnings: string[]
}

const days = (ms: number) => `${(ms / DAY).toFixed(1)} days`

/** Are these the elements of a low orbit at an age at which they point beside the satellite? */
export const areStale = (omm: Omm, nowMs: number): boolean =>
  1440 / omm.MEAN_MOTION < LOW_ORBIT_PERIOD_MIN && elementAgeMs(omm, nowMs) >= ELEMENTS_REFUSE_MS

/**
 * May this set point an antenna now and for the coming day?
 * @throws TalosError `elements_stale` or `elements_invalid`, with the value
 */
export function judge(omm: Omm, nowMs: number): Judgement {
  const who = `${omm.OBJECT_NAME} (${omm.NORAD_CAT_ID})`
  const age = elementAgeMs(omm, nowMs)
  if (age < -ELEMENTS_AHEAD_MS)
    throw new TalosError('elements_invalid', `The epoch of ${who}, ${omm.EPOCH}, lies ${days(-age)} ahead.`)
  const old = `The elements of ${who} are ${days(age)} old (epoch ${omm.EPOCH}).`
  if (areStale(omm, nowMs))
    throw new TalosError(
      'elements_stale',
      `${old} Low orbits need elements younger than ${days(ELEMENTS_REFUSE_MS)}.`,
    )
  const satellite = satelliteFrom(omm)
  const axis = semiMajorAxis(omm.MEAN_MOTION)
  // The ellipse as well: a satellite that would run through the Earth may be above it just now.
  const radii = [axis * (1 - omm.ECCENTRICITY), axis * (1 + omm.ECCENTRICITY)]
  for (const ms of [nowMs, nowMs + DAY]) {
    const { x, y, z } = satellite.stateAt(ms).position
    radii.push(Math.hypot(x, y, z))
  }
  const absurd = radii.find((radius) => radius < RADIUS_KM.min || radius > RADIUS_KM.max)
  if (absurd !== undefined)
    throw new TalosError(
      'elements_invalid',
      `${who} would come to ${Math.round(absurd)} km from the centre of the Earth: no usable orbit.`,
    )
  return { ok: true, warnings: age >= ELEMENTS_WARN_MS ? [old] : [] }
}
