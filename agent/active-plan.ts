/**
 * The plan that has the antenna, and why one that is due has not. Pure.
 * @module
 */
import type { ErrorCode } from '../shared/errors.js'
import type { Aim } from '../shared/mount/setpoint.js'
import type { SampledTrack } from '../shared/mount/track.js'
import { peakRate } from './clock/judge.js'
import type { ToldClock } from './clock/trust.js'
import type { PassRecord } from './pass-record.js'
import { trackOf } from './plan-check.js'
import type { StoredPlan } from './plan-store.js'

export interface ActivePlan {
  readonly stored: StoredPlan
  readonly track: SampledTrack
  /** Its fastest motion on the sky, degrees a second. */
  readonly rate: number
  readonly phase: 'prepass' | 'tracking'
  readonly record: PassRecord
  /** Whether the guard has taken the order to go to the prepass position. */
  readonly isSent: boolean
  /** The last setpoint on the track that the guard took. */
  readonly aim: Aim | null
}

/** Why a plan that is due is not flown. */
export interface Blocked {
  readonly code: ErrorCode
  readonly clock: ToldClock
}

/** In its prepass, nothing sent yet. */
export function activePlan(stored: StoredPlan, record: PassRecord): ActivePlan {
  const track = trackOf(stored.plan)
  return { stored, track, rate: peakRate(track), phase: 'prepass', record, isSent: false, aim: null }
}
