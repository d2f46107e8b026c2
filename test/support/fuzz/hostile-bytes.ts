/**
 * What a broken cable, a wrong baud rate or a hostile daemon make of an honest answer, in latin1.
 * @module
 */
import type { Pick } from '../random.js'

/** At these parsers change their mind. */
const BYTES = '\0\x01\x0a\x0d\x1f\x20+-.,:=0123456789?>AEWZ\x7f\x80\xff'
const WORDS = [
  'nan',
  'inf',
  '1e9',
  '0x10',
  'RPRT 0\n',
  'RPRT -1\n',
  '99999',
  '-',
  '\r\n',
  'get_pos:\n',
  'W',
  'AZ',
  '?>\r\n',
]

/** The answer with one change. */
export function damaged(text: string, pick: Pick): string {
  const at = pick(text.length + 1)
  const before = text.slice(0, at)
  const after = text.slice(at)
  switch (pick(9)) {
    case 0:
      return before + (BYTES[pick(BYTES.length)] ?? '') + after.slice(1)
    case 1:
      return before + (BYTES[pick(BYTES.length)] ?? '') + after
    case 2:
      return before + String.fromCharCode((text.charCodeAt(at) || 0) ^ (1 << pick(8))) + after.slice(1)
    case 3:
      return before + after.slice(1 + pick(4))
    case 4:
      return before
    case 5:
      return before + (WORDS[pick(WORDS.length)] ?? '') + after
    case 6:
      return text + text.slice(at)
    case 7:
      return after + before
    default:
      return before + String.fromCharCode(pick(256)).repeat(pick(200)) + after
  }
}

/** The text cut into up to five pieces. */
export function cut(text: string, pick: Pick): string[] {
  const edges = Array.from({ length: pick(5) }, () => pick(text.length + 1)).sort((a, b) => a - b)
  return [0, ...edges].map((from, i) => text.slice(from, edges[i] ?? text.length))
}
