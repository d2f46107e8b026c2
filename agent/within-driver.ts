/**
 * The mount as the driver leaves it.
 * @module
 */
import type { Mount } from '../shared/messages.js'
import { intersect, type Limits, mountFault } from '../shared/mount/limits.js'

/** The local mount within what the driver accepts; null when that leaves no mount that makes sense. */
export function withinDriver(mount: Mount, limits: Limits | null): Mount | null {
  if (limits === null) return mount
  const both = intersect(mount, limits)
  if (both === null) return null
  const narrowed = { ...mount, ...both }
  return mountFault(narrowed) === null ? narrowed : null
}
