/**
 * What every signed message must pass before it means anything: its audience and its time.
 * @module
 */
import { z } from 'zod'
import { idSchema } from '../shared/messages.js'
import { SECOND } from '../shared/time.js'
import type { Refusal } from './guard/state.js'

/**
 * How far the clocks of station and server may be apart. NTP over a bad line holds tens of milliseconds; with more than
 * this, manual motion of 5 s would mean nothing, and a pass would be pointed wrongly.
 */
export const CLOCK_TOLERANCE_MS = 2 * SECOND

interface Timed {
  readonly aud: string
  /** Seconds since the epoch. */
  readonly iat: number
  readonly exp: number
}

/** Why a verified message must not be heeded now, or null. */
export function refuseClaims(claims: Timed, stationId: string, nowMs: number): Refusal | null {
  if (claims.aud !== stationId)
    return { code: 'wrong_audience', detail: `The message is for station ${claims.aud}.` }
  if (claims.iat * SECOND > nowMs + CLOCK_TOLERANCE_MS) {
    const ahead = (claims.iat - nowMs / SECOND).toFixed(1)
    return {
      code: 'not_yet_valid',
      detail: `Issued ${ahead} s from now: set the clock of the station (NTP).`,
    }
  }
  if (claims.exp * SECOND + CLOCK_TOLERANCE_MS < nowMs) {
    const late = (nowMs / SECOND - claims.exp).toFixed(1)
    return { code: 'expired', detail: `Expired ${late} s ago. Send it anew.` }
  }
  return null
}

const peekSchema = z.object({ jti: idSchema, op: z.string().max(40).catch('unknown') })

/** `jti` and `op` of a compact JWS that may be anyone's, only for addressing the refusal. Null for garbage. */
export function peek(jws: string): z.infer<typeof peekSchema> | null {
  try {
    const payload = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8'))
    const parsed = peekSchema.safeParse(payload)
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}
