/**
 * Whole turns. A controller that shows 0..360 hides how the cable is wound.
 * @module
 */

/** What a controller that forgets turns can show: one turn, and what overlaps. Anything else is no position. */
const SHOWN = { min: -360, max: 540 }
/** No mount has travel beyond (messages: `mountSchema`). */
const MOST_TURNS = 4

/** Azimuths, degrees, unwrapped. */
export interface Span {
  readonly from: number
  readonly to: number
}

export const spanOf = (az: number): Span => ({ from: az, to: az })

/** The least span that holds all of these; null when there are none. */
export function hull(...spans: readonly (Span | null)[]): Span | null {
  const known = spans.filter((span) => span !== null)
  if (known.length === 0) return null
  return { from: Math.min(...known.map(({ from }) => from)), to: Math.max(...known.map(({ to }) => to)) }
}

export const widthOf = ({ from, to }: Span): number => to - from

export const padded = ({ from, to }: Span, by: number): Span => ({ from: from - by, to: to + by })

/** Every mount azimuth in `span` that a controller which forgets turns would show as `shown`, from less to more. */
export function windings(shown: number, span: Span): number[] {
  if (!(shown >= SHOWN.min && shown <= SHOWN.max)) return []
  const found: number[] = []
  for (let turn = -MOST_TURNS; turn <= MOST_TURNS; turn += 1) {
    const az = shown + 360 * turn
    if (az >= span.from && az <= span.to) found.push(az)
  }
  return found
}

/** Whole turns of the cable from the neutral point, signed. */
export const turnsOf = (az: number): number => {
  const turns = Math.trunc(az / 360)
  return turns === 0 ? 0 : turns
}
