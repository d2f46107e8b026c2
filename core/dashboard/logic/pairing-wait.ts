/**
 * When a browser that waits for a phone asks again (A32), and what it says when it does not.
 * @module
 */
import { SECOND } from '../../../shared/time.js'
import type { Failure } from './failure-text.js'

export const POLL_MS = 2 * SECOND
const SERVER_ERROR = 500

/**
 * After an answer that was no session: only «not yet» and a failure of the server are asked again, until the deadline;
 * every other answer is the last one.
 */
export function asksAgain(
  error: { readonly code: string; readonly status: number },
  nowMs: number,
  deadlineMs: number,
): boolean {
  const mayChange = error.code === 'pairing_pending' || error.status >= SERVER_ERROR
  return mayChange && nowMs < deadlineMs
}

/** What a person is told when it is over without a session. */
export function pairingEnd(failure: Pick<Failure, 'code' | 'detail'>, expired: boolean): string {
  if (failure.code === 'not_found') return 'Signing in by phone has just been switched off here.'
  if (expired || failure.code === 'pairing_pending')
    return 'Nobody approved it in time. A code lives 90 seconds.'
  if (failure.code === 'pairing_over') return 'The phone turned it away, or the code was used.'
  return failure.detail
}
