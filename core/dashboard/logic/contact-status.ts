/**
 * How a contact's state reads, and which contacts matter now.
 * @module
 */
import { type Contact, type ContactState, isTerminal } from '../../../shared/api/contacts.js'
import type { Tone } from './station-status.js'

const STATES: Readonly<Record<ContactState, { label: string; tone: Tone }>> = {
  proposed: { label: 'Proposed', tone: 'quiet' },
  scheduled: { label: 'Scheduled', tone: 'calm' },
  uploaded: { label: 'Ready', tone: 'calm' },
  prepass: { label: 'Prepass', tone: 'busy' },
  tracking: { label: 'Tracking', tone: 'good' },
  completed: { label: 'Completed', tone: 'good' },
  partial: { label: 'Partial', tone: 'warn' },
  conflicting: { label: 'Conflict', tone: 'warn' },
  drifted: { label: 'Replanning', tone: 'warn' },
  missed: { label: 'Missed', tone: 'bad' },
  failed_station: { label: 'Failed at station', tone: 'bad' },
  failed_system: { label: 'Failed in Talos', tone: 'bad' },
  cancelled: { label: 'Cancelled', tone: 'quiet' },
}

export const contactStatus = (state: ContactState): { readonly label: string; readonly tone: Tone } =>
  STATES[state]

const RUNNING: readonly ContactState[] = ['prepass', 'tracking']
export const isRunning = (contact: Contact): boolean => RUNNING.includes(contact.state)

const byAos = (a: Contact, b: Contact): number => a.aos.localeCompare(b.aos) || a.id.localeCompare(b.id)

export const isOver = (contact: Contact): boolean => isTerminal(contact.state)

/** Contacts that run, earliest first. */
export const running = (contacts: Iterable<Contact>): Contact[] => [...contacts].filter(isRunning).sort(byAos)

/** Contacts that are still to come, earliest first. One whose LOS has passed only waits for its receipt. */
export const upcoming = (contacts: Iterable<Contact>, now: number): Contact[] =>
  [...contacts].filter((c) => !isOver(c) && !isRunning(c) && Date.parse(c.los) > now).sort(byAos)

/** The newer of two accounts of one contact: HTTP and the bus may bring them in any order. */
export const newer = (known: Contact | undefined, next: Contact): Contact =>
  known !== undefined && known.updatedAt > next.updatedAt ? known : next

/** How much of the pass is over, 0 to 1. */
export function progress(contact: Pick<Contact, 'aos' | 'los'>, now: number): number {
  const aos = Date.parse(contact.aos)
  const los = Date.parse(contact.los)
  return los <= aos ? 0 : Math.min(1, Math.max(0, (now - aos) / (los - aos)))
}
