/**
 * The reply that signs a browser in, the same for every way of signing in.
 * @module
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { callerOf } from '../http/caller.js'
import { clearLoginNonce, sessionCookie, setSession } from '../http/cookies.js'
import { type NewSession, SESSION_MS, type Sessions } from '../identity/sessions.js'

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
  clearLoginNonce(reply)
}
