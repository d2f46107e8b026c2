/**
 * A signed order to forget a plan: asked for by the director, sent by core when a contact is called off or a station is
 * revoked.
 * @module
 */
import { signPlan } from '../../shared/signed.js'
import { DAY, SECOND } from '../../shared/time.js'
import type { Context } from '../context.js'
import { newId } from '../crypto/ids.js'

const LIFETIME_MS = DAY

const inSeconds = (ms: number) => Math.floor(ms / SECOND)

export interface Withdrawn {
  readonly stationId: string
  readonly contactId: string
  /** Above that of the newest plan. */
  readonly seq: number
}

/** The compact JWS to publish on `plan/{contactId}`. */
export function signWithdrawal(
  { clock, random, signingKeys }: Pick<Context, 'clock' | 'random' | 'signingKeys'>,
  { stationId, contactId, seq }: Withdrawn,
): Promise<string> {
  const now = clock.now()
  return signPlan(
    {
      iss: 'talos-core',
      aud: stationId,
      jti: newId(random),
      seq,
      iat: inSeconds(now),
      exp: inSeconds(now + LIFETIME_MS),
      op: 'withdraw',
      contactId,
    },
    signingKeys.current(),
  )
}
