/**
 * What became of telling a station that it is locked.
 * @module
 */
import type { LOCK_HEARD } from '../../../shared/api/fleet.js'
import type { Badge } from './token-badge.js'

type Heard = (typeof LOCK_HEARD)[number]

/** Said to whoever is about to climb a mast: anything but a standstill is no leave to go near. */
const TEXTS: Readonly<Record<Heard, Badge>> = {
  stopped: { tone: 'good', label: 'Its antenna stands still and was cut off.' },
  told: {
    tone: 'warn',
    label: 'It has heard, but did not say that its antenna stands still. Look before you go near.',
  },
  silent: {
    tone: 'bad',
    label: 'It did not answer. It may go on with the plans that it holds until it connects again.',
  },
  absent: {
    tone: 'bad',
    label: 'It was not connected. It may go on with the plans that it holds until it connects again.',
  },
}

export const lockHeard = (heard: Heard): Badge => TEXTS[heard]
