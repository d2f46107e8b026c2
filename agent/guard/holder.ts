/**
 * Who has the mount, as people see it.
 * @module
 */
import type { Holder } from '../../shared/messages.js'
import type { GuardState } from './state.js'

/** Null: nobody, it may be had. A program at the door keeps it until it goes, also at rest. */
export function holderOf({ claim, motion }: GuardState): Holder | null {
  if (claim !== null) return 'plan'
  if (motion?.source === 'door') return 'door'
  if (motion === null || motion.hasArrived) return null
  return motion.source === 'park' ? 'park' : 'manual'
}
