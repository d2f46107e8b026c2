/**
 * The life of a contact as one table (design section 6). Pure: who may move it, and why, is said by the callers.
 * @module
 */
import { CONTACT_STATES, type ContactState, isTerminal } from '../../shared/api/contacts.js'

/** How a contact ends once there was a booking. */
const ENDS = ['completed', 'partial', 'missed', 'failed_station', 'failed_system', 'cancelled'] as const

/** From each state to those that may follow. An empty list is the end. */
export const TRANSITIONS: Readonly<Record<ContactState, readonly ContactState[]>> = {
  proposed: ['scheduled', 'conflicting', 'cancelled'],
  // It gave way to another contact that stands. Back to scheduled: it fits again. Its station may not have heard of it.
  conflicting: ['scheduled', ...ENDS],
  // A station may hold its plan, run it alone and report the end while core heard nothing of it.
  scheduled: ['uploaded', 'prepass', 'tracking', 'drifted', 'conflicting', ...ENDS],
  // Back to scheduled: a newer plan was signed, or the station gave this one back.
  uploaded: ['scheduled', 'prepass', 'tracking', 'drifted', 'conflicting', ...ENDS],
  drifted: ['scheduled', 'conflicting', ...ENDS],
  // Newer elements came while the antenna is on its way: it goes to the new place.
  prepass: ['tracking', 'drifted', ...ENDS],
  tracking: [...ENDS],
  completed: [],
  partial: [],
  missed: [],
  failed_station: [],
  failed_system: [],
  cancelled: [],
}

/** Every state from which `to` may follow. */
export const sourcesOf = (to: ContactState): ContactState[] =>
  CONTACT_STATES.filter((from) => TRANSITIONS[from].includes(to))

/** Not ended: the antenna is, or may become, bound. */
export const OPEN_STATES: readonly ContactState[] = CONTACT_STATES.filter((state) => !isTerminal(state))

/** The station moves for it now: no schedule takes it away. */
export const RUNNING_STATES = ['prepass', 'tracking'] as const satisfies readonly ContactState[]

/** The stretch in which a plan may be signed and given to the station. */
export const PLANNABLE_STATES = [
  'scheduled',
  'uploaded',
  'drifted',
] as const satisfies readonly ContactState[]
