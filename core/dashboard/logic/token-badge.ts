/**
 * What has become of something that lives for a time and then ends: enrollment tokens and API tokens (E5, E9).
 * @module
 */
import { DAY, HOUR, MINUTE, SECOND } from '../../../shared/time.js'
import type { Tone } from './station-status.js'

export interface Badge {
  readonly tone: Tone
  readonly label: string
}

/** What is left, in one unit, as people say it: `42 s left`, `12 min left`, `3 h left`, `6 days left`. */
export function timeLeft(ms: number): string {
  const left = Math.max(0, ms)
  if (left < MINUTE) return `${Math.ceil(left / SECOND)} s left`
  if (left < 2 * HOUR) return `${Math.floor(left / MINUTE)} min left`
  if (left < 2 * DAY) return `${Math.floor(left / HOUR)} h left`
  return `${Math.floor(left / DAY)} days left`
}

const ENDED = {
  used: { tone: 'good', label: 'Used' },
  expired: { tone: 'quiet', label: 'Expired' },
  revoked: { tone: 'quiet', label: 'Revoked' },
} as const satisfies Record<string, Badge>

/** `active` turns into `expired` on the screen at its very moment, whatever core said last. */
function whileActive(expiresAt: string, now: number, prefix: string): Badge {
  const left = Date.parse(expiresAt) - now
  return left > 0 ? { tone: 'busy', label: `${prefix}${timeLeft(left)}` } : ENDED.expired
}

/** E9: `Active, 12 min left`, `Used`, `Expired`, `Revoked`. */
export function tokenBadge(
  token: { readonly state: 'active' | 'consumed' | 'expired' | 'revoked'; readonly expiresAt: string },
  now: number,
): Badge {
  if (token.state === 'active') return whileActive(token.expiresAt, now, 'Active, ')
  return ENDED[token.state === 'consumed' ? 'used' : token.state]
}

/** E9: the link of a station; null where it never had one. */
export function enrollmentBadge(
  station: {
    readonly enrollment: 'active' | 'used' | 'expired' | 'none'
    readonly enrollmentExpiresAt: string | null
  },
  now: number,
): Badge | null {
  const { enrollment, enrollmentExpiresAt } = station
  if (enrollment === 'none') return null
  if (enrollment !== 'active') return ENDED[enrollment]
  return enrollmentExpiresAt === null ? null : whileActive(enrollmentExpiresAt, now, 'Active, ')
}

/** An API token: what it has left, or how it ended. */
export function apiTokenBadge(
  token: { readonly expiresAt: string; readonly revokedAt: string | null },
  now: number,
): Badge {
  if (token.revokedAt !== null) return ENDED.revoked
  const badge = whileActive(token.expiresAt, now, '')
  return badge.tone === 'busy' ? { ...badge, tone: 'good' } : badge
}
