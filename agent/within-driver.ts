/**
 * The mount as the driver leaves it.
 * @module
 */
import type { Mount } from '../shared/messages.js'
import { intersect, type Limits, mountFault } from '../shared/mount/limits.js'
import type { Log } from './log.js'

/** The local mount within what the driver accepts; null when that leaves no mount that makes sense. */
export function withinDriver(mount: Mount, limits: Limits | null): Mount | null {
  if (limits === null) return mount
  const both = intersect(mount, limits)
  if (both === null) return null
  const narrowed = { ...mount, ...both }
  return mountFault(narrowed) === null ? narrowed : null
}

/** Tells the log what the driver makes of the mount. @returns whether it accepts less than the mount, but some of it */
export function sayNarrowed(mount: Mount, narrowed: Mount | null, limits: Limits | null, log: Log): boolean {
  if (narrowed === null) {
    log.error('the driver accepts no travel of this mount', { limits })
    return false
  }
  if (JSON.stringify(narrowed) === JSON.stringify(mount)) return false
  const { azMin, azMax, elMin, elMax } = narrowed
  log.warn('the driver accepts less than "mount" in agent.json says: correct one of them', {
    mount: `az ${mount.azMin}..${mount.azMax}, el ${mount.elMin}..${mount.elMax}`,
    holds: `az ${azMin}..${azMax}, el ${elMin}..${elMax}`,
  })
  return true
}
