/**
 * May this station do anything right now? Asked wherever one presents a credential, whatever it is. Pure.
 * @module
 */
import { TalosError } from '../../shared/errors.js'

/** The columns of a station on which it depends. */
export interface Standing {
  readonly status: string
  readonly lockedAt: Date | null
  readonly lockReason: string | null
  readonly expiresAt: Date | null
}

/** For `select` of Prisma. */
export const STANDING = { status: true, lockedAt: true, lockReason: true, expiresAt: true } as const

/**
 * Why it may not, or null. Only for whom has proved a credential of the station: it is told, so that its agent stops
 * knocking and says why (B14, G9).
 * @returns TalosError `principal_revoked` (pending, rejected, revoked, expired) or `station_locked`
 */
export function refusalOf(station: Standing, nowMs: number): TalosError | null {
  const { status, lockedAt, lockReason, expiresAt } = station
  if (status !== 'approved') return new TalosError('principal_revoked', `The station is ${status}.`)
  // E22: also before the job has seen it.
  if (expiresAt !== null && expiresAt.getTime() <= nowMs)
    return new TalosError('principal_revoked', `The station expired at ${expiresAt.toISOString()}.`)
  return lockedAt === null ? null : stationLocked(lockReason)
}

/** The error for a station that a person has taken out of use. */
export const stationLocked = (reason: string | null): TalosError =>
  new TalosError('station_locked', `The station is locked: ${reason ?? 'no reason was given'}`)
