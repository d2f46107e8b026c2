/**
 * Audit events as lines for people.
 * @module
 */
import type { AuditEvent, AuditOutcome } from '../../../shared/api/audit.js'
import { shortId } from './actor-text.js'
import type { Tone } from './station-status.js'

const TONES: Readonly<Record<AuditOutcome, Tone>> = {
  success: 'calm',
  denied: 'warn',
  validation_failed: 'warn',
  failed: 'bad',
}

export const outcomeTone = (outcome: AuditOutcome): Tone => TONES[outcome]

const MAX_DETAIL = 300

/** The small detail of an event in one line, ids cut: `op stop, seq 4`. */
export function detailText(detail: AuditEvent['detail']): string {
  const text = Object.entries(detail)
    .map(([key, value]) => `${key} ${typeof value === 'string' ? shortId(value) : JSON.stringify(value)}`)
    .join(', ')
  return text.length > MAX_DETAIL ? `${text.slice(0, MAX_DETAIL)}…` : text
}
