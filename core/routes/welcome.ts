/**
 * The reply that signs a browser in, the same for every way of signing in.
 * @module
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { callerOf } from '../http/caller.js'
import { clearLoginNonce, sessionCookie, setKnownBrowser, setSession } from '../http/cookies.js'
import { KNOWN_BROWSER_MS } from '../identity/known-browsers.js'
import { type NewSession, type RenewedSession, SESSION_MS, type Sessions } from '../identity/sessions.js'

/** Ends the session that this browser had before (ASVS 7.2.4) and hands it the cookie of the new one. */
export async function welcome(
  sessions: Sessions,
  request: FastifyRequest,
  reply: FastifyReply,
  session: NewSession,
): Promise<void> {
  const secret = sessionCookie(request)
  const former = secret === undefined ? null : await sessions.resolve(secret)
  if (former?.sessionId != null) {
    const caller = { ...callerOf(request), actor: former }
    await sessions.end(former.id, former.sessionId, 'user.sign_out', caller)
  }
  setSession(reply, session.secret, SESSION_MS)
  setKnownBrowser(reply, session.knownBrowser, KNOWN_BROWSER_MS)
  clearLoginNonce(reply)
}

/** Hands the browser the new secret of a session that has proved itself anew; its end stays where it was. */
export function renew(reply: FastifyReply, { secret, endsAt }: RenewedSession, nowMs: number): void {
  setSession(reply, secret, Math.max(0, endsAt - nowMs))
}
