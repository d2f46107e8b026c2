/**
 * How far a machine has come on its way from a link to a live station.
 * @module
 */

export type JoinStep =
  /** Nobody has used the link. */
  | 'waiting'
  /** A machine has used it and waits for a person (E15). */
  | 'asks'
  /** It is in, and has not connected yet. */
  | 'joined'
  /** It is in and connected. */
  | 'up'
  | 'rejected'
  /** The link ended unused, or the station was ended meanwhile. */
  | 'expired'
  | 'revoked'

export interface JoinFacts {
  readonly token: {
    readonly state: 'active' | 'consumed' | 'expired' | 'revoked'
    readonly expiresAt: string
  }
  /** The station that the link made; null while none is known. */
  readonly station: {
    readonly status: 'pending' | 'approved' | 'rejected' | 'revoked'
    readonly isOnline: boolean
  } | null
}

export function joinStep({ token, station }: JoinFacts, now: number): JoinStep {
  if (token.state === 'consumed') {
    if (station === null) return 'joined'
    if (station.status === 'pending') return 'asks'
    if (station.status !== 'approved') return station.status
    return station.isOnline ? 'up' : 'joined'
  }
  if (token.state === 'active' && Date.parse(token.expiresAt) > now) return 'waiting'
  return token.state === 'revoked' ? 'revoked' : 'expired'
}

/** Can it still change by itself? Then core is asked again. */
export const mayChange = (step: JoinStep): boolean =>
  step === 'waiting' || step === 'asks' || step === 'joined'
