/**
 * Acts that a stolen or forgotten session must not do (A12): whoever asks must have proved within minutes who they are.
 * @module
 */
import { TalosError } from '../../shared/errors.js'
import { MINUTE } from '../../shared/time.js'
import { type Actor, isSession } from './actor.js'

/** A12: how old the proof may be. A fresh sign-in counts. */
export const STEP_UP_MS = 5 * MINUTE

/**
 * Throws unless the session behind a request proved itself lately, with a passkey where the person has one (A44). API
 * tokens and command lines pass: making one needed a proof, and then it may act within its scope.
 * @throws TalosError `step_up_required`
 */
export function requireStepUp(actor: Actor, nowMs: number): void {
  if (!isSession(actor)) return
  const { proof, hasPasskey } = actor
  const isFresh = proof.at > nowMs - STEP_UP_MS
  if (isFresh && (proof.with === 'passkey' || !hasPasskey)) return
  throw new TalosError(
    'step_up_required',
    hasPasskey
      ? 'This needs your passkey, used within the last five minutes. Use it and repeat the act.'
      : 'This needs a sign-in, or a code by mail, within the last five minutes. Prove who you are and repeat the act.',
  )
}
