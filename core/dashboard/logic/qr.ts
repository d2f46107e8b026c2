/**
 * A text as a QR code (ISO/IEC 18004), drawn here so that no third party sees it (A36).
 * @module
 */
import { encode } from 'uqr'

export interface QrDrawing {
  /** Width and height in modules, the quiet zone counted. */
  readonly size: number
  /** SVG path data of the dark modules, one unit each. */
  readonly path: string
}

/** The standard asks for four light modules around the code. */
const QUIET_ZONE = 4

/** @throws Error for an empty text */
export function qrDrawing(text: string): QrDrawing {
  if (text === '') throw new Error('an empty text has no QR code')
  // M reads through glare and a scratched screen, and is small enough to be read from across a desk.
  const { size, data } = encode(text, { ecc: 'M', border: QUIET_ZONE })
  const runs = data.flatMap((row, y) =>
    rowRuns(row).map(([x, length]) => `M${x} ${y}h${length}v1h-${length}z`),
  )
  return { size, path: runs.join('') }
}

/** Dark modules that stand side by side, as start and length: no hairlines between them. */
function rowRuns(row: readonly boolean[]): (readonly [number, number])[] {
  const runs: [number, number][] = []
  row.forEach((dark, x) => {
    const last = runs.at(-1)
    if (!dark) return
    if (last !== undefined && last[0] + last[1] === x) last[1] += 1
    else runs.push([x, 1])
  })
  return runs
}
