/**
 * Audit events as lines for people.
 * @module
 */
import type { AuditEvent, AuditOutcome } from '../../../shared/api/audit.js'
import { shortId } from './actor-text.js'
import type { Tone } from './station-status.js'

const OUTCOMES: Readonly<Record<AuditOutcome, { label: string; tone: Tone }>> = {
  success: { label: 'Done', tone: 'calm' },
  denied: { label: 'Denied', tone: 'warn' },
  validation_failed: { label: 'Bad input', tone: 'warn' },
  failed: { label: 'Failed', tone: 'bad' },
}

export const outcomeStatus = (outcome: AuditOutcome): { readonly label: string; readonly tone: Tone } =>
  OUTCOMES[outcome]

const MAX_DETAIL = 300

/** The small detail of an event in one line, ids cut: `op stop, seq 4`. */
export function detailText(detail: AuditEvent['detail']): string {
  const text = Object.entries(detail)
    .map(([key, value]) => `${key} ${typeof value === 'string' ? shortId(value) : JSON.stringify(value)}`)
    .join(', ')
  return text.length > MAX_DETAIL ? `${text.slice(0, MAX_DETAIL)}…` : text
}
