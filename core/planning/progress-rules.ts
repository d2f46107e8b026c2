/**
 * What the words of a station mean for a contact. Pure.
 * @module
 */
import type { ContactState } from '../../shared/api/contacts.js'
import { type ErrorCode, isErrorCode } from '../../shared/errors.js'
import type { PlanPhase, Receipt } from '../../shared/messages.js'

/** From these a receipt ends a contact, whatever was missed in between. */
export const AWAITING_RECEIPT = [
  'scheduled',
  'uploaded',
  'drifted',
  'conflicting',
  'prepass',
  'tracking',
] as const satisfies readonly ContactState[]

/** How a contact ended, by the station's own account. */
export function endOf({ outcome, code, onTargetS }: Pick<Receipt, 'outcome' | 'code' | 'onTargetS'>): {
  readonly to: ContactState
  readonly cause: string
} {
  const cause = code ?? `on target for ${Math.round(onTargetS)} s`
  return { to: outcome === 'failed' ? 'failed_station' : outcome, cause }
}

/** Refusals that the same plan, or a new one for the same pass, would meet again. */
const FINAL: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'out_of_limits',
  'keep_out',
  'not_finite',
  'rate_exceeded',
  'plan_invalid',
  'malformed',
  'unknown_op',
  'expired',
])
/** The station has this plan, or a newer one, already: nothing happened. */
const ECHO: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['replayed', 'out_of_sequence'])

/**
 * What a refused plan means: `end` the contact, `retry` (back to scheduled: the station is full, its clock or its keys
 * are wrong, it holds), or nothing.
 */
export function refusalOf(code: string | null): 'end' | 'retry' | 'nothing' {
  if (code === null || !isErrorCode(code)) return 'retry'
  if (ECHO.has(code)) return 'nothing'
  return FINAL.has(code) ? 'end' : 'retry'
}

/**
 * The state that a held plan proves, and from which states it leads there. That a station holds the plan at all proves
 * an acknowledgement that core may have missed.
 */
export function proofOf(phase: PlanPhase): {
  readonly to: ContactState
  readonly from: readonly ContactState[]
} {
  switch (phase) {
    case 'prepass':
      return { to: 'prepass', from: ['scheduled', 'uploaded'] }
    case 'tracking':
      return { to: 'tracking', from: ['scheduled', 'uploaded', 'prepass'] }
    case 'stored':
    case 'done':
      return { to: 'uploaded', from: ['scheduled'] }
  }
}
