/**
 * Getting from here to there: the way round a keep-out, and how long it takes.
 * @module
 */
import type { AzEl } from '../angles.js'
import type { Mount } from '../messages.js'
import { axisSeconds, azimuthAxis, elevationAxis } from './axis.js'
import { pathViolation } from './limits.js'

type Rates = Pick<Mount, 'azRate' | 'elRate'>

/** Legs shorter than this are none: below the resolution of any rotator controller in Hamlib. */
const SAME_DEG = 1e-6

/** How far above a zone a detour goes: rotators settle to within a degree, and the next leg begins where they settled. */
const CLEARANCE_DEG = 2

const isSame = (a: AzEl, b: AzEl) => Math.abs(a.az - b.az) < SAME_DEG && Math.abs(a.el - b.el) < SAME_DEG

/**
 * The legs from `from` to `to` without crossing a keep-out: straight, or up, across and down. The last leg ends at
 * `to`. Null when the target is forbidden or no such way exists.
 */
export function route(mount: Mount, from: AzEl, to: AzEl): AzEl[] | null {
  if (pathViolation(mount, from, to) === null) return [to]
  const ceiling = Math.min(mount.elMax, 90)
  const overZones = mount.keepOut.map((zone) => Math.min(zone.elBelow + CLEARANCE_DEG, ceiling))
  const heights = [...new Set([from.el, ...overZones, ceiling])]
    .filter((el) => el <= ceiling && el >= Math.min(from.el, ceiling) && el >= Math.min(to.el, ceiling))
    .sort((a, b) => a - b)
  for (const el of heights) {
    const legs = [{ az: from.az, el }, { az: to.az, el }, to].filter(
      (leg, i, all) => !isSame(leg, i === 0 ? from : (all[i - 1] ?? from)),
    )
    const starts = [from, ...legs]
    if (legs.every((leg, i) => pathViolation(mount, starts[i] ?? from, leg) === null)) return legs
  }
  return null
}

const legSeconds = (mount: Mount, from: AzEl, to: AzEl): number =>
  Math.max(
    axisSeconds(azimuthAxis(mount), to.az - from.az),
    axisSeconds(elevationAxis(mount), to.el - from.el),
  )

/**
 * Seconds from `from` to `to` at full rate, gathering speed, braking and detour included, until the antenna is still;
 * both axes move at once. 0 for no way at all, Infinity when there is none.
 * Positions are the mount's own, unwrapped: 10 and 370 are a whole turn apart.
 */
export function slewSeconds(mount: Mount, from: AzEl, to: AzEl): number {
  const legs = route(mount, from, to)
  if (legs === null) return Number.POSITIVE_INFINITY
  const seconds = legs.reduce(
    (sum, leg, i) => sum + legSeconds(mount, i === 0 ? from : (legs[i - 1] ?? from), leg),
    0,
  )
  return seconds === 0 ? 0 : seconds + (mount.settleS ?? 0)
}

const step = (from: number, to: number, most: number): number =>
  from + Math.max(-most, Math.min(most, to - from))

/** Where a mount that heads for `to` is after `seconds`; it stops there. */
export const advance = (rates: Rates, from: AzEl, to: AzEl, seconds: number): AzEl => ({
  az: step(from.az, to.az, rates.azRate * seconds),
  el: step(from.el, to.el, rates.elRate * seconds),
})

/** Where to wait for a pass, and from when to go there (epoch ms) so as to arrive `marginS` before AOS. */
export function prepass(
  mount: Mount,
  from: AzEl,
  first: AzEl,
  aosMs: number,
  marginS: number,
): { az: number; el: number; atMs: number } | null {
  const seconds = slewSeconds(mount, from, first)
  if (!Number.isFinite(seconds)) return null
  return { az: first.az, el: first.el, atMs: Math.floor(aosMs - (seconds + marginS) * 1000) }
}
