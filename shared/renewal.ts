/**
 * When credentials renew themselves (E30): unattended, inside the last part of their life. Pure.
 * @module
 */
import { DAY } from './time.js'

/** How much of the end of its life a credential has to be renewed in, ms: 14 days, or a fifth of a shorter life. */
export const renewalWindowMs = (lifeMs: number): number => Math.min(14 * DAY, lifeMs / 5)

/** From when on the next one is asked for, epoch ms. */
export const renewAtMs = (fromMs: number, lifeMs: number): number => fromMs + lifeMs - renewalWindowMs(lifeMs)

/**
 * When this one asks, epoch ms: somewhere in the first half of the window, so that a fleet that was enrolled in one hour
 * does not renew in one, and half of the window is left for whatever goes wrong. `random` is in [0, 1).
 */
export function askAtMs(issuedMs: number, renewMs: number, random: number): number {
  // A window is at most a quarter of what lies before it.
  const windowMs = Math.min(14 * DAY, Math.max(0, renewMs - issuedMs) / 4)
  return renewMs + (random * windowMs) / 2
}
