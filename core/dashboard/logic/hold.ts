/**
 * Why a station does not work as it should, and what ends that.
 * @module
 */
import type { StationState } from '../../../shared/messages.js'

export interface Trouble {
  readonly state: 'safe_hold' | 'degraded'
  /** A code of the table of errors, where the station gave one. */
  readonly code: string | null
  /** Who can end it: `there` is a person beside the antenna, `person` one with configure_hardware; `itself`: it passes. */
  readonly ends: 'there' | 'person' | 'itself'
}

/** Null when nothing is wrong, or nobody knows. A hold that was asked for beside the antenna ends only there. */
export function troubleOf(state: StationState | undefined): Trouble | null {
  if (state?.link !== 'online') return null
  const { state: motion, code } = state
  if (motion === 'degraded') return { state: motion, code, ends: 'itself' }
  if (motion !== 'safe_hold') return null
  return { state: motion, code, ends: code === 'held_at_station' ? 'there' : 'person' }
}
