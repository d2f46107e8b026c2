/**
 * Where a mount may point and which way it may get there: travel limits and mechanical keep-out. The keep-out is about
 * metal, not about radio: an elevation mask never stands in for it (design section 8, three separate envelopes).
 * @module
 */
import { type AzEl, wrap360 } from '../angles.js'
import type { Mount } from '../messages.js'

/** The travel of both axes, degrees, unwrapped. */
export type Limits = Pick<Mount, 'azMin' | 'azMax' | 'elMin' | 'elMax'>
export type MountViolation = 'not_finite' | 'out_of_limits' | 'keep_out'
type KeepOut = Mount['keepOut'][number]

/**
 * A mount at rest on the edge of a zone reads a little inside it: noise, settling, encoder steps. A start that is no
 * deeper than this counts as on the edge; targets have no such grace.
 */
export const EDGE_SLACK_DEG = 0.5

const ZENITH = 90

/** Do the azimuths `from`..`to` (unwrapped, from <= to) touch the zone, whole turns apart? */
function meets(zone: KeepOut, from: number, to: number): boolean {
  const raw = zone.azTo - zone.azFrom
  const span = raw < 0 ? raw + 360 : raw
  const start = wrap360(from - zone.azFrom)
  return start <= span || start + (to - from) >= 360
}

interface Box {
  readonly azLo: number
  readonly azHi: number
  readonly elLo: number
  readonly elHi: number
}

/** Beyond the zenith the beam is at the opposite azimuth, and its height falls again. */
function blocked(zone: KeepOut, box: Box): boolean {
  if (box.elLo <= ZENITH && box.elLo < zone.elBelow && meets(zone, box.azLo, box.azHi)) return true
  return box.elHi > ZENITH && 180 - box.elHi < zone.elBelow && meets(zone, box.azLo + 180, box.azHi + 180)
}

const boxOf = (points: readonly AzEl[]): Box => ({
  azLo: Math.min(...points.map((p) => p.az)),
  azHi: Math.max(...points.map((p) => p.az)),
  elLo: Math.min(...points.map((p) => p.el)),
  elHi: Math.max(...points.map((p) => p.el)),
})

export const within = (limits: Limits, az: number, el: number): boolean =>
  az >= limits.azMin && az <= limits.azMax && el >= limits.elMin && el <= limits.elMax

/**
 * Why the mount must not point at `az`, `el` (mount degrees, unwrapped), or null when it may. Written so that NaN can
 * never pass: Hamlib's `az < min || az > max` is false for NaN (rotator.c), and the rotator runs away.
 */
export function violation(mount: Mount, az: number, el: number): MountViolation | null {
  if (!Number.isFinite(az) || !Number.isFinite(el)) return 'not_finite'
  if (!within(mount, az, el)) return 'out_of_limits'
  const box = boxOf([{ az, el }])
  return mount.keepOut.some((zone) => blocked(zone, box)) ? 'keep_out' : null
}

/**
 * May the mount sweep the whole rectangle that these points span? Two axes that move independently, each monotonic,
 * stay inside it whatever their speeds, so an empty rectangle is a sound answer; it is not the sharpest one.
 */
export function sweepIsClear(mount: Mount, points: readonly AzEl[]): boolean {
  const box = boxOf(points)
  return !mount.keepOut.some((zone) => blocked(zone, box))
}

/**
 * The elevations that are free for each azimuth in `azFrom`..`azTo` (unwrapped, azFrom <= azTo): inside the travel and
 * above every zone that they touch, on this side of the zenith and beyond. Empty (low above high) where all is forbidden.
 */
export function freeElevations(mount: Mount, azFrom: number, azTo: number): { low: number; high: number } {
  let { elMin: low, elMax: high } = mount
  for (const zone of mount.keepOut) {
    if (meets(zone, azFrom, azTo)) low = Math.max(low, zone.elBelow)
    if (mount.elMax > ZENITH && meets(zone, azFrom + 180, azTo + 180))
      high = Math.min(high, 180 - zone.elBelow)
  }
  return { low, high }
}

/** `start`, lifted by at most the slack: a start on the edge of a zone is outside it. */
function lifted(start: AzEl): AzEl {
  const towardsZenith = start.el <= ZENITH ? EDGE_SLACK_DEG : -EDGE_SLACK_DEG
  return { az: start.az, el: start.el + towardsZenith }
}

const isClimb = (from: AzEl, to: AzEl): boolean =>
  Math.abs(to.az - from.az) <= EDGE_SLACK_DEG &&
  (from.el <= ZENITH ? to.el >= from.el && to.el <= ZENITH : to.el <= from.el && to.el >= ZENITH)

/**
 * Why the mount must not go from `from` to `to` in one motion, or null. A mount that stands inside a zone may only
 * climb straight out of it.
 */
export function pathViolation(mount: Mount, from: AzEl, to: AzEl): MountViolation | null {
  const target = violation(mount, to.az, to.el)
  if (target !== null) return target
  if (!Number.isFinite(from.az) || !Number.isFinite(from.el)) return 'not_finite'
  if (sweepIsClear(mount, [from, to])) return null
  if (sweepIsClear(mount, [from])) return 'keep_out'
  if (isClimb(from, to)) return null
  const start = lifted(from)
  return sweepIsClear(mount, [start, to]) ? null : 'keep_out'
}

/** What is wrong with a mount's own description, in words, or null. */
export function mountFault(mount: Mount): string | null {
  if (mount.azMax - mount.azMin <= 0) return `azMax ${mount.azMax} is not above azMin ${mount.azMin}`
  if (mount.elMax - mount.elMin <= 0) return `elMax ${mount.elMax} is not above elMin ${mount.elMin}`
  const park = violation(mount, mount.parkAz, mount.parkEl)
  return park === null ? null : `the park position ${mount.parkAz}, ${mount.parkEl} is ${park}`
}

/** The narrower of two travels, or null when they have nothing in common. */
export function intersect(a: Limits, b: Limits): Limits | null {
  const azMin = Math.max(a.azMin, b.azMin)
  const azMax = Math.min(a.azMax, b.azMax)
  const elMin = Math.max(a.elMin, b.elMin)
  const elMax = Math.min(a.elMax, b.elMax)
  return azMin < azMax && elMin < elMax ? { azMin, azMax, elMin, elMax } : null
}
