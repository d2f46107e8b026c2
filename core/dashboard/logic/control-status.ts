/**
 * Who has control of a station by hand, as seen by the person at this screen.
 * @module
 */
import type { StationControl } from '../../../shared/api/control.js'

export type ControlStatus =
  | { readonly kind: 'free' }
  | { readonly kind: 'mine'; readonly until: number }
  /** `who`: an e-mail, or null for somebody who is gone. */
  | { readonly kind: 'theirs'; readonly who: string | null; readonly since: number; readonly until: number }

/** @param now epoch ms; a lease that has ended by then is none, whether or not anybody said so */
export function controlStatus(
  control: StationControl | null,
  ownId: string | undefined,
  now: number,
): ControlStatus {
  if (control === null) return { kind: 'free' }
  const until = Date.parse(control.until)
  if (until <= now) return { kind: 'free' }
  return control.by.id === ownId
    ? { kind: 'mine', until }
    : { kind: 'theirs', who: control.by.email, since: Date.parse(control.since), until }
}
