/**
 * Files of elements in parts that fit one request to core.
 * @module
 */

/** Below the limit of core's body parser for imports, with room for the escapes of JSON. */
export const PART_CHARS = 1_500_000

/**
 * Cuts text of elements between two sets: TLE before a line that begins a set, JSON between two objects of its array.
 * @param max characters of a part; a single set may be longer
 */
export function elementParts(text: string, max = PART_CHARS): string[] {
  if (text.length <= max) return [text]
  return /^\s*\[/.test(text) ? jsonParts(text, max) : tleParts(text, max)
}

function jsonParts(text: string, max: number): string[] {
  let sets: unknown
  try {
    sets = JSON.parse(text)
  } catch {
    // Core says what is wrong with it, better than this could.
    return [text]
  }
  if (!Array.isArray(sets)) return [text]
  return pack(
    sets.map((set) => JSON.stringify(set)),
    max,
    1,
  ).map((part) => `[${part.join(',')}]`)
}

function tleParts(text: string, max: number): string[] {
  const sets: string[][] = []
  let open: string[] = []
  for (const line of text.split(/\r?\n/)) {
    open.push(line)
    if (!line.startsWith('2 ')) continue
    sets.push(open)
    open = []
  }
  if (open.some((line) => line.trim() !== '')) sets.push(open)
  return pack(
    sets.map((lines) => lines.join('\n')),
    max,
    1,
  ).map((part) => part.join('\n'))
}

/** Puts items together in order, as many as fit. */
function pack(items: readonly string[], max: number, separator: number): string[][] {
  const parts: string[][] = []
  let open: string[] = []
  let length = 0
  for (const item of items) {
    if (open.length > 0 && length + item.length + separator > max) {
      parts.push(open)
      open = []
      length = 0
    }
    open.push(item)
    length += item.length + separator
  }
  if (open.length > 0) parts.push(open)
  return parts
}
