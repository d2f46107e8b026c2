/**
 * What at a station waits for a person.
 * @module
 */
import type { Contact } from '../../../shared/api/contacts.js'
import { MINUTE } from '../../../shared/time.js'
import { isOver, isRunning } from './contact-status.js'
import { linkOf, type StationLive } from './station-live.js'
import { needsAttention, type Status, type Tone } from './station-status.js'
import { span } from './time-text.js'

/** A station that is away this shortly before a contact is worth a phone call. */
const SOON_MS = 30 * MINUTE

export interface Attention {
  readonly tone: Tone
  readonly label: string
  /** A code of the table of errors, where there is one. */
  readonly code: string | null
}

/**
 * Null when nobody has to do anything. A station without a link is left alone unless a contact is near: its plans go on
 * alone, but nobody sees how.
 * @param own contacts of this station
 */
export function attentionOf(
  status: Status,
  live: StationLive,
  own: readonly Contact[],
  now: number,
): Attention | null {
  if (needsAttention(status)) return status
  if (linkOf(live) === 'online') return null
  const near = own
    .filter((c) => !isOver(c) && Date.parse(c.los) > now && Date.parse(c.aos) - now < SOON_MS)
    .sort((a, b) => a.aos.localeCompare(b.aos))[0]
  if (near === undefined) return null
  const left = Date.parse(near.aos) - now
  const when = isRunning(near) || left <= 0 ? 'in a contact' : `contact in ${span(left)}`
  return { tone: 'warn', label: `No link, ${when}`, code: null }
}
