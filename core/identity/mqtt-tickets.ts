/**
 * Tickets with which a signed-in browser opens MQTT: a JWT (RFC 7519) for one CONNECT within a minute, bound to the
 * session whose cookie opened the socket, to one organisation and to one client id (B9).
 * @module
 */
import { jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import { idSchema, slugSchema } from '../../shared/api/common.js'
import { MINUTE, SECOND } from '../../shared/time.js'
import type { Context } from '../context.js'
import { newId } from '../crypto/ids.js'

export const TICKET_MS = MINUTE
const ALG = 'HS256'
/** B17: no other token of ours has this type or audience. */
const TYP = 'talos-mqtt+jwt'
const AUDIENCE = 'mqtt'
const ISSUER = 'talos-core'

const claimsSchema = z.object({
  sub: idSchema,
  sid: idSchema,
  org: slugSchema,
  cid: z.string().max(100),
  jti: idSchema,
  exp: z.number(),
})
export type TicketClaims = z.infer<typeof claimsSchema>

export interface Ticket {
  readonly ticket: string
  readonly clientId: string
  /** Epoch ms. */
  readonly expiresAt: number
}

export class MqttTickets {
  /** By jti, until it has expired by itself: a ticket opens one connection (A14). */
  readonly #used = new Map<string, number>()

  /** `key`: 32 bytes of this purpose and this process alone. */
  constructor(
    private readonly context: Pick<Context, 'clock' | 'random'>,
    private readonly key: Uint8Array,
  ) {}

  /** `n` counts the tickets of the session, so that its windows do not take over each other's connection. */
  async issue(userId: string, sessionId: string, org: string, n: number): Promise<Ticket> {
    const { clock, random } = this.context
    const issuedAt = Math.floor(clock.now() / SECOND)
    const expiresAt = issuedAt + TICKET_MS / SECOND
    const clientId = `user:${sessionId}:${n}`
    const ticket = await new SignJWT({ sid: sessionId, org, cid: clientId })
      .setProtectedHeader({ alg: ALG, typ: TYP })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(userId)
      .setJti(newId(random))
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .sign(this.key)
    return { ticket, clientId, expiresAt: expiresAt * SECOND }
  }

  /** The claims of a ticket that is ours, fresh and unused, and uses it up; else null. */
  async redeem(ticket: string): Promise<TicketClaims | null> {
    const now = this.context.clock.now()
    const claims = await this.#verify(ticket, now)
    this.#forget(now)
    if (claims === null || this.#used.has(claims.jti)) return null
    this.#used.set(claims.jti, claims.exp * SECOND)
    return claims
  }

  async #verify(ticket: string, now: number): Promise<TicketClaims | null> {
    try {
      const { payload } = await jwtVerify(ticket, this.key, {
        algorithms: [ALG],
        typ: TYP,
        audience: AUDIENCE,
        issuer: ISSUER,
        currentDate: new Date(now),
      })
      return claimsSchema.parse(payload)
    } catch {
      // Whatever is wrong with it, the answer is the same (B16).
      return null
    }
  }

  /** Those at the front are the oldest. */
  #forget(now: number): void {
    for (const [jti, until] of this.#used) {
      if (until > now) return
      this.#used.delete(jti)
    }
  }
}
