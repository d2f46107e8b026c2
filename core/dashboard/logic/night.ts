/**
 * When it is dark at a station, for who goes out to an antenna or looks for a satellite by eye.
 * @module
 */
import type { Site } from '../../../shared/messages.js'
import { sunFrom } from '../../../shared/orbit/sun-look.js'
import { MINUTE } from '../../../shared/time.js'
import type { Span } from './timeline.js'

/** The Sun this far below the horizon is the end of civil twilight, degrees. */
const DUSK = -6
/** Far finer than what a timeline shows. */
const STEP_MS = 5 * MINUTE

/** Nights within a span, in order; one that goes beyond it is cut. */
export function nights(site: Site, { from, to }: Span): Span[] {
  const found: Span[] = []
  let since: number | null = null
  for (let t = from; t < to; t += STEP_MS) {
    const dark = sunFrom(site, t).el < DUSK
    if (dark) since ??= t
    else if (since !== null) {
      found.push({ from: since, to: t })
      since = null
    }
  }
  if (since !== null) found.push({ from: since, to })
  return found
}
