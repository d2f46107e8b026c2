/**
 * Files of two-line element sets, with title lines or without.
 * @module
 */
import { TalosError } from '../errors.js'
import { collect, type ParsedElements } from './element-sets.js'
import { ommFromTle } from './tle.js'

/** One group of lines. Without `line2` it is no set. */
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

/** TLE or 3LE text. Empty lines and lines that begin with `#` are passed over. */
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
