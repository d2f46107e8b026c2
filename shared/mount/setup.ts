/**
 * What a station needs between two contacts, whichever they are.
 * @module
 */
import type { Mount } from '../messages.js'
import { SECOND } from '../time.js'
import { slewSeconds } from './slew.js'

/** Arrive at least this long before AOS. */
export const PREPASS_MARGIN_S = 10

/** The longest slew that a mount can need, seconds. */
export function longestSlewS(mount: Mount): number {
  const { azMin, azMax, elMin, elMax } = mount
  return slewSeconds({ ...mount, keepOut: [] }, { az: azMin, el: elMin }, { az: azMax, el: elMax })
}

/** Between the end of one contact and the begin of the next, ms: the longest slew, and the margin before AOS. */
export const setupMs = (mount: Mount): number => (longestSlewS(mount) + PREPASS_MARGIN_S) * SECOND
