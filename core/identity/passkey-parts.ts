/**
 * What registering and using passkeys share.
 * @module
 */
import { TalosError } from '../../shared/errors.js'
import type { Context } from '../context.js'
import type { PasskeyChallenges } from './passkey-challenges.js'
import type { Sessions } from './sessions.js'

export interface PasskeyParts {
  readonly context: Context
  readonly sessions: Sessions
  readonly challenges: PasskeyChallenges
}

const TRANSPORTS: ReadonlySet<string> = new Set([
  'ble',
  'cable',
  'hybrid',
  'internal',
  'nfc',
  'smart-card',
  'usb',
])

/** WebAuthn, 5.8.4; what a newer browser names otherwise is left out. */
export const transportsOf = (names: readonly string[]): string[] =>
  names.filter((name) => TRANSPORTS.has(name))

/** A27: one answer, whatever was wrong. */
export const refusedPasskey = (cause?: unknown): TalosError =>
  new TalosError('passkey_refused', 'This passkey was not accepted. Try again, or sign in by mail.', {
    cause,
  })
